import { ConfigError, loadConfig } from './platform/config';
import type { Config } from './platform/config';
import { start } from './start';

const say = (line: string): boolean => process.stderr.write(`${line}\n`);

/** Runs a process until it is told to stop; a second signal, or a drain that takes too long, ends it at once. */
export async function run(change: (config: Config) => Config = (config) => config): Promise<void> {
  try {
    const running = await start(change(loadConfig()), say);
    say(`listening on ${running.url} as ${running.config.env.ROLE}`);
    let stopping = false;
    const stop = (): void => {
      if (stopping) process.exit(1);
      stopping = true;
      setTimeout(() => process.exit(1), running.config.env.SHUTDOWN_SECONDS * 1_000).unref();
      running.stop().then(
        () => process.exit(0),
        (error: unknown) => {
          say(`stopping failed: ${String(error)}`);
          process.exit(1);
        },
      );
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
  } catch (error) {
    say(
      error instanceof ConfigError
        ? error.message
        : `cannot start: ${error instanceof Error ? error.stack : String(error)}`,
    );
    process.exit(78);
  }
}
