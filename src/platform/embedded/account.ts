import { unprivilegedAccount } from './account.rules';
import { run, type Account } from './command';
import { EmbeddedPostgresError } from './embedded-postgres.errors';
import { readText } from './files';

/** Whether this process is root, as which Postgres refuses to run. */
export const isRoot = (): boolean => process.getuid?.() === 0;

/** The unprivileged user for a new data folder: `postgres`, or else `nobody`. */
export async function accountForPostgres(): Promise<Account> {
  const account = unprivilegedAccount((await readText('/etc/passwd')) ?? '');
  if (account) return account;
  throw new EmbeddedPostgresError(
    'Postgres does not run as root, and /etc/passwd has neither a user postgres nor nobody: start as a plain user, or make one (useradd --system postgres)',
  );
}

const FIRST_THAT_BLOCKS = 'for path; do [ -x "$path" ] || { printf %s "$path"; exit 3; }; done';

/**
 * The first of the folders that the account may not enter (or of the programs that it may not run), or undefined.
 * The system itself is asked, as that user: mode bits alone do not show access lists.
 */
export async function firstBlocked(account: Account, paths: readonly string[]): Promise<string | undefined> {
  const { code, output } = await run('/bin/sh', ['-c', FIRST_THAT_BLOCKS, 'sh', ...paths], { account });
  if (code === 0) return undefined;
  if (code === 3) return output;
  throw new EmbeddedPostgresError(`Could not check folders as user ${account.name}: ${output}`);
}
