import { EmbeddedPostgresError } from './embedded-postgres.errors';

/** What the product wants of its own Postgres; each can be overridden. Units as Postgres writes them. */
const DEFAULTS: Readonly<Record<string, string>> = {
  // An acknowledged report is on the disk, whatever happens next.
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  max_connections: '200',
  shared_buffers: '128MB',
  min_wal_size: '128MB',
  max_wal_size: '1GB',
  // Short queries only: compiling one costs more than running it.
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Failures of a start are told apart by their English text.
  lc_messages: 'C',
  default_text_search_config: 'pg_catalog.simple',
  // One file per weekday, overwritten a week later; `keepLogsSmall` bounds those that a restart appended to.
  logging_collector: 'on',
  log_destination: 'stderr',
  log_directory: 'log',
  log_filename: 'postgres-%a.log',
  log_rotation_age: '1d',
  log_rotation_size: '0',
  log_truncate_on_rotation: 'on',
  log_line_prefix: '%m [%p] %q%a ',
  log_min_messages: 'warning',
  // Statements and details carry patients' names: the log says what went wrong, never with which values.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
};

/** These make the server reachable by this machine alone, and findable at the next start. */
const FIXED: Readonly<Record<string, string>> = { listen_addresses: '127.0.0.1', unix_socket_directories: '' };
const REFUSED = [
  'port',
  'data_directory',
  'config_file',
  'hba_file',
  'ident_file',
  'external_pid_file',
  ...Object.keys(FIXED),
];

/**
 * The text of postgresql.conf. It names the version of the programs, so that a running server whose file differs is
 * known to need a restart. Throws for names that are no settings and for those that the product depends on.
 */
export function renderSettings(version: string, overrides: Readonly<Record<string, string>> = {}): string {
  for (const name of Object.keys(overrides)) {
    if (!/^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?$/.test(name)) {
      throw new EmbeddedPostgresError(`"${name}" is no name of a Postgres setting`);
    }
    if (REFUSED.includes(name))
      throw new EmbeddedPostgresError(`The setting ${name} of the embedded Postgres is fixed`);
  }
  const lines = Object.entries({ ...DEFAULTS, ...overrides, ...FIXED }).map(
    ([name, value]) => `${name} = ${quote(name, value)}`,
  );
  return [
    '# Written anew at every start: change the settings of the product, not this file.',
    `# Postgres ${version}`,
    ...lines,
    '',
  ].join('\n');
}

/** A quoted value of postgresql.conf: quotes doubled, backslashes escaped; it cannot span lines. */
function quote(name: string, value: string): string {
  if (/[\r\n\0]/.test(value)) throw new EmbeddedPostgresError(`The setting ${name} must be one line`);
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
