import { type Config, loadConfig } from '../platform/config';

export interface DemoOptions {
  /** Runs on a temporary folder and a free port, checks itself and ends. */
  readonly once: boolean;
}

export class DemoUsageError extends Error {
  override readonly name = 'DemoUsageError';
}

export function demoOptions(args: readonly string[]): DemoOptions {
  const unknown = args.filter((arg) => arg !== '--once');
  if (unknown.length > 0) throw new DemoUsageError(`不认识的参数 ${unknown.join(' ')}；用法：npm run demo [-- --once]`);
  return { once: args.includes('--once') };
}

/**
 * What the demo would rather have where nothing is said: images without a manifest count as complete after 3 s instead of
 * a minute, and only warnings are logged between its own lines.
 */
const PREFERENCES = { QUIET_SECONDS: '3', LOG_LEVEL: 'warn' } as const;

/**
 * The settings of the demo: the environment's, the whole system in one process.
 * @param folder for `--once`: everything lies there, and any free port will do
 * @throws ConfigError
 */
export function demoConfig(folder: string | undefined): Config {
  const config = loadConfig(undefined, PREFERENCES).with({ ROLE: 'all' });
  return folder === undefined ? config : config.with({ DATA_DIR: folder, BLOB_DIR: undefined, PORT: 0 });
}
