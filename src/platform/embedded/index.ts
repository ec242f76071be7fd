export { startEmbeddedPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded-postgres';
export {
  EmbeddedPostgresError,
  EmbeddedPostgresInUseError,
  EmbeddedPostgresPortError,
  UnreachableFolderError,
} from './embedded-postgres.errors';
