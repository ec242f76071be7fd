export { startEmbeddedPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded-postgres';
export { findEmbeddedPostgres, hasEmbeddedPostgres, type RunningPostgres } from './running';
export {
  EmbeddedPostgresError,
  EmbeddedPostgresInUseError,
  EmbeddedPostgresPortError,
  UnreachableFolderError,
} from './embedded-postgres.errors';
