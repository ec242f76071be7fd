import { existsSync, mkdtempSync, readFileSync, rmSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/platform/embedded';
import { until } from '../harness/wait';

/** A Postgres of a spec's own, to be killed: the run's shared one lives. Durable, as the product runs it. */
export class OwnPostgres {
  private constructor(
    private readonly folder: string,
    private server: EmbeddedPostgres,
  ) {}

  static async start(): Promise<OwnPostgres> {
    const folder = mkdtempSync(join(tmpdir(), 'cic-own-pg-'));
    // Postgres does not run as root: its own user must be able to reach the folder.
    chmodSync(folder, 0o711);
    return new OwnPostgres(folder, await launch(folder));
  }

  get url(): string {
    return this.server.url;
  }

  /** kill -9 of the postmaster: its children notice and end, nothing is flushed. Resolves when the last one is gone. */
  async kill(): Promise<void> {
    const pidFile = join(this.server.dataDir, 'postmaster.pid');
    const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
    const family = childrenOf(pid);
    process.kill(pid, 'SIGKILL');
    await until('Postgres is gone', () => [pid, ...family].every((one) => !existsSync(`/proc/${one}`)));
  }

  /** Starts it again on the same files and port. */
  async startAgain(): Promise<void> {
    const { port } = this.server;
    await this.server.stop();
    this.server = await launch(this.folder, port);
  }

  async end(): Promise<void> {
    await this.server.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const launch = (folder: string, port?: number): Promise<EmbeddedPostgres> =>
  startEmbeddedPostgres({
    dataDir: join(folder, 'postgres'),
    database: 'imaging',
    log: () => undefined,
    ...(port === undefined ? {} : { port }),
  });

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
}
