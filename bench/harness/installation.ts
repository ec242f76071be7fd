import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import { Client } from 'pg';
import { AppModule } from '../../src/app.module';
import { type Config, loadConfig } from '../../src/platform/config';
import { systemCtx } from '../../src/platform/context';
import { databaseLogins, Db, migrate } from '../../src/platform/database';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/platform/embedded';
import { newId } from '../../src/platform/ids';
import { seedCounty, type TestCounty } from '../../test/harness/county';
import type { System } from '../../test/harness/system';
import { note } from './figures';

const SECRET = 'only-for-the-bench-0123456789-abcdefghijklmnopqrst';

/** A process of the product, started as an operator would start it. */
export interface Server {
  readonly url: string;
  readonly pid: number;
  /** Highest resident memory so far, MiB (VmHWM). */
  peakMemory(): number;
  stop(): Promise<void>;
}

/** A fresh, migrated installation on a durable embedded Postgres in a temporary folder, with a seeded county. */
export class Installation {
  private readonly servers: Server[] = [];

  private constructor(
    readonly folder: string,
    private readonly postgres: EmbeddedPostgres,
    readonly config: Config,
  ) {}

  static async make(): Promise<Installation> {
    const folder = mkdtempSync(join(tmpdir(), 'cic-bench-'));
    chmodSync(folder, 0o711);
    const postgres = await startEmbeddedPostgres({
      dataDir: join(folder, 'postgres'),
      database: 'imaging',
      log: () => undefined,
    });
    const config = loadConfig({ DATABASE_URL: postgres.url, APP_SECRET: SECRET, DATA_DIR: folder, LOG_LEVEL: 'error' });
    await migrate(databaseLogins(config));
    return new Installation(folder, postgres, config);
  }

  /** Works with the product's services and tables directly, for seeding; nothing listens meanwhile. */
  async prepare<T>(work: (system: System) => Promise<T>): Promise<T> {
    const app = await NestFactory.createApplicationContext(AppModule.of(this.config.with({ ROLE: 'api' })), {
      logger: false,
      abortOnError: false,
    });
    const system = {
      app,
      db: app.get(Db),
      databaseUrl: this.config.databaseUrl,
      get: (token: never) => app.get(token, { strict: false }),
      ctx: (countyId: string) => systemCtx('bench', countyId, newId()),
    };
    try {
      return await work(system as unknown as System);
    } finally {
      await app.close();
    }
  }

  seed(clinics: number): Promise<TestCounty> {
    return this.prepare((system) => seedCounty(system, { clinics }));
  }

  async start(role: 'all' | 'api' | 'worker', env: Record<string, string> = {}): Promise<Server> {
    const port = await freePort();
    const child = spawn(process.execPath, startArguments(), {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        PATH: process.env['PATH'],
        ROLE: role,
        PORT: String(port),
        DATABASE_URL: this.config.databaseUrl,
        APP_SECRET: SECRET,
        DATA_DIR: this.folder,
        MIGRATE: 'false',
        LOG_LEVEL: 'error',
        ...env,
      },
    });
    const server = serverOf(child, `http://127.0.0.1:${port}`);
    await ready(server.url, child);
    this.servers.push(server);
    return server;
  }

  /** As autovacuum would leave a table some time after it was filled: statistics and visibility map up to date. */
  async vacuum(table: string): Promise<void> {
    const client = new Client({ connectionString: this.config.databaseUrl });
    await client.connect();
    await client.query(`VACUUM (ANALYZE) ${table}`);
    await client.end();
  }

  async end(): Promise<void> {
    for (const server of this.servers) await server.stop();
    await this.postgres.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What `npm start` gives to node. */
function startArguments(): string[] {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { start: string } };
  return scripts.start.split(' ').slice(1);
}

function serverOf(child: ChildProcess, url: string): Server {
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  return {
    url,
    pid: child.pid!,
    peakMemory: () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))![1]) / 1024,
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

async function ready(url: string, child: ChildProcess): Promise<void> {
  const end = performance.now() + 60_000;
  while (performance.now() < end) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
    const ok = await fetch(`${url}/api/health/ready`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ok) return;
    await new Promise((next) => setTimeout(next, 100));
  }
  throw new Error('the server was not ready within 60 s');
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  const { port } = server.address() as { port: number };
  await new Promise((closed) => server.close(closed));
  return port;
}

/** Runs `work` on a fresh installation and clears it away. */
export async function onInstallation<T>(work: (installation: Installation) => Promise<T>): Promise<T> {
  note('preparing an installation …');
  const installation = await Installation.make();
  try {
    return await work(installation);
  } finally {
    await installation.end();
  }
}
