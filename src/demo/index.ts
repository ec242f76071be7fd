import { ConfigError } from '../platform/config';
import { EmbeddedPostgresError } from '../platform/embedded';
import { StoppedError } from './lifecycle';
import { runOnce } from './once';
import { demoOptions, DemoUsageError } from './options';
import { PortTakenError } from './port';
import { stay } from './stay';

/**
 * `npm run demo`: a fictional county on this machine, filled through the real interfaces, until Ctrl-C. With `--once` on a
 * temporary folder; checks itself, prints one JSON object as the last line on standard output, and ends: exit 1 for any
 * loss. Ends the process.
 */
export async function demo(args: readonly string[]): Promise<void> {
  try {
    const { once } = demoOptions(args);
    if (once) process.exit((await runOnce()) ? 0 : 1);
    await stay();
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exit(error instanceof DemoUsageError ? 64 : 1);
  }
}

/** What a person at the terminal can act on gets its message only; the rest comes with where it happened. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE') return `端口已被占用：${error.message}`;
  if (error instanceof StoppedError) return `演示已中断（${error.message}）`;
  const plain = [ConfigError, EmbeddedPostgresError, PortTakenError, DemoUsageError].some(
    (kind) => error instanceof kind,
  );
  return plain ? error.message : (error.stack ?? error.message);
}
