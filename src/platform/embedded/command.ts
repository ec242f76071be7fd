import { spawn } from 'node:child_process';
import { EmbeddedPostgresError } from './embedded-postgres.errors';

/** The operating-system user that Postgres' programs run as. Ids are unsigned, as `stat` gives them. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

export interface Finished {
  /** null: ended by a signal. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Standard output and standard error, as they came. */
  readonly output: string;
}

// PG* variables, the locale and LD_LIBRARY_PATH of whoever starts the product must not change what the server does.
const ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C', TZ: 'UTC' };

/**
 * Runs a program to its end. With `account` (only possible for root) it runs as that user. `ownSession` keeps it out
 * of the terminal's process group, so that Ctrl-C does not reach it. `input` is written to its standard input.
 * Any exit status is an answer; only a program that could not be started throws (`EmbeddedPostgresError`).
 */
export function run(
  program: string,
  args: readonly string[],
  options: { account?: Account | undefined; ownSession?: boolean; input?: string; cwd?: string } = {},
): Promise<Finished> {
  const { account } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      // Not the caller's folder: the account may not be allowed in there.
      cwd: options.cwd ?? '/',
      env: ENVIRONMENT,
      detached: options.ownSession === true,
      stdio: ['pipe', 'pipe', 'pipe'],
      // spawn takes signed 32-bit ids (macOS' nobody is -2).
      ...(account ? { uid: account.uid | 0, gid: account.gid | 0 } : {}),
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    // A program that ends without reading its input closes the pipe; its exit status tells the story.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
    child.on('error', (cause) => {
      const as = account ? ` as user ${account.name}` : '';
      reject(new EmbeddedPostgresError(`Could not run ${program}${as}: ${cause.message}`, { cause }));
    });
    child.on('close', (code, signal) =>
      resolve({ code, signal, output: Buffer.concat(chunks).toString('utf8').trim() }),
    );
  });
}

/** As `run`, and throws unless the program ended with status 0. */
export async function runOrThrow(...call: Parameters<typeof run>): Promise<string> {
  const { code, signal, output } = await run(...call);
  if (code === 0) return output;
  throw new EmbeddedPostgresError(`${call[0]} ended with ${signal ?? `status ${code}`}:\n${output}`);
}
