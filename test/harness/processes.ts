import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { NestFactory } from '@nestjs/core';
import { Client } from 'pg';
import { AppModule } from '../../src/app.module';
import { type Config, type Env, loadConfig } from '../../src/platform/config';
import { systemCtx } from '../../src/platform/context';
import { databaseLogins, Db, migrate } from '../../src/platform/database';
import { newId } from '../../src/platform/ids';
import { seedCounty, type TestClinic, type TestCounty } from './county';
import { JsonClient } from './json-client';
import { createTestDatabase, TEST_SECRET } from './postgres';
import type { System } from './system';
import { until } from './wait';

/** The build under test; TEST_BUILD names another one than `dist`. */
const BUILD = resolve(process.env['TEST_BUILD'] ?? 'dist');
const START_MS = 90_000;
const KEPT_OUTPUT = 20_000;

export type Role = 'all' | 'api' | 'worker';
export type Settings = Partial<Record<keyof Env, string>>;

/** How a process ended: by itself or at our word (`code`), or killed (`signal`). */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A child process of the product. */
export class ServerProcess {
  readonly exited: Promise<Exit>;
  /** The last of what it has printed. */
  output = '';

  constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {
    this.exited = new Promise((done) => child.once('exit', (code, signal) => done({ code, signal })));
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (text: Buffer) => (this.output = (this.output + text.toString()).slice(-KEPT_OUTPUT)));
    }
  }

  get pid(): number {
    return this.child.pid!;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** kill -9, unless another signal is named; resolves when the process has gone. */
  kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<Exit> {
    this.child.kill(signal);
    return this.exited;
  }

  /** Stops the process in its tracks (SIGSTOP): what is sent to it waits in the kernel. */
  freeze(): void {
    this.child.kill('SIGSTOP');
  }

  thaw(): void {
    this.child.kill('SIGCONT');
  }

  /** The parts of the system that are not well, as /api/health/ready names them; undefined while nobody answers. */
  async faults(): Promise<string[] | undefined> {
    try {
      const answer = await fetch(`${this.url}/api/health/ready`, { signal: AbortSignal.timeout(5_000) });
      const { faults } = (await answer.json()) as { faults: string[] };
      return answer.ok ? [] : faults;
    } catch {
      return undefined;
    }
  }

  /** Resolves when the process is ready; fails with what it printed when it ends instead. */
  async ready(limitMs = START_MS): Promise<void> {
    const look = async (): Promise<boolean> => {
      if (!this.isRunning) throw new Error(`the process ended before it was ready:\n${this.output}`);
      return (await this.faults())?.length === 0;
    };
    await until('the process is ready', look, limitMs).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${this.output}`);
    });
  }

  /** Highest resident memory so far, MiB (VmHWM). */
  peakMemory(): number {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))![1]) / 1024;
  }
}

/** A process that is started again whenever it has ended, as a supervisor would; always on the same port. */
export class Supervised {
  current!: ServerProcess;
  /** How often it has been started. */
  starts = 0;
  private wanted = true;
  private readonly loop: Promise<void>;

  private constructor(
    private readonly spawnOne: () => ServerProcess,
    readonly url: string,
  ) {
    this.launch();
    this.loop = this.watch();
  }

  static async start(spawnOne: () => ServerProcess, url: string): Promise<Supervised> {
    const supervised = new Supervised(spawnOne, url);
    await supervised.ready();
    return supervised;
  }

  /** Resolves when whoever runs now is ready; the one before may be ending meanwhile. */
  async ready(limitMs = START_MS): Promise<void> {
    const look = async (): Promise<boolean> => (await this.current.faults())?.length === 0;
    await until('the supervised process is ready', look, limitMs).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${this.current.output}`);
    });
  }

  /** kill -9; resolves when the process has gone. The next one is on its way then. */
  kill(): Promise<Exit> {
    return this.current.kill();
  }

  /** Ends it for good. */
  async stop(): Promise<void> {
    this.wanted = false;
    await this.current.kill();
    await this.loop;
  }

  private async watch(): Promise<void> {
    while (this.wanted) {
      await this.current.exited;
      if (this.wanted) this.launch();
    }
  }

  private launch(): void {
    this.current = this.spawnOne();
    this.starts += 1;
  }
}

export interface InstallationOptions {
  /** A database of one's own, not migrated yet; otherwise a copy of the run's template. */
  readonly databaseUrl?: string;
  /** Queues on this Redis; otherwise where the run says (QUEUE_REDIS_URL), or on Postgres. */
  readonly redisUrl?: string | undefined;
  readonly settings?: Settings;
}

/** A migrated database and a data folder, on which processes of the product are started from the build and killed. */
export class Installation {
  private readonly children = new Set<ServerProcess>();
  private readonly supervised: Supervised[] = [];

  private constructor(
    readonly folder: string,
    readonly config: Config,
    private readonly env: Readonly<Record<string, string>>,
    private readonly dropDatabase: () => Promise<void>,
  ) {}

  static async make(options: InstallationOptions = {}): Promise<Installation> {
    const database = options.databaseUrl === undefined ? await createTestDatabase() : undefined;
    const folder = mkdtempSync(join(tmpdir(), 'cic-fault-'));
    chmodSync(folder, 0o711);
    const redisUrl = options.redisUrl ?? process.env['QUEUE_REDIS_URL'];
    const env: Record<string, string> = {
      DATABASE_URL: options.databaseUrl ?? database!.url,
      APP_SECRET: TEST_SECRET,
      DATA_DIR: folder,
      MIGRATE: 'false',
      LOG_LEVEL: 'error',
      DATABASE_POOL: '10',
      SWEEP_SECONDS: '1',
      REPUBLISH_SECONDS: '2',
      OUTBOX_POLL_MS: '200',
      QUIET_SECONDS: '1',
      ...(redisUrl ? { REDIS_URL: redisUrl, QUEUE_PREFIX: `{f${newId().slice(-8)}}` } : {}),
      ...(options.settings as Record<string, string>),
    };
    const config = loadConfig(env);
    if (!database) await migrate(databaseLogins(config));
    return new Installation(folder, config, env, async () => database?.drop());
  }

  /** Works with the product's services directly, in this process; nothing listens meanwhile. */
  async prepare<T>(work: (system: System) => Promise<T>): Promise<T> {
    const app = await NestFactory.createApplicationContext(AppModule.of(this.config.with({ ROLE: 'api' })), {
      logger: false,
      abortOnError: false,
    });
    const system = {
      app,
      config: this.config,
      db: app.get(Db),
      get: (token: never) => app.get(token, { strict: false }),
      ctx: (countyId: string) => systemCtx('test', countyId, newId()),
    };
    try {
      return await work(system as unknown as System);
    } finally {
      await app.close();
    }
  }

  seed(options: { clinics?: number } = {}): Promise<TestCounty> {
    return this.prepare((system) => seedCounty(system, options));
  }

  /** Starts a process on a free port and waits until it is ready. */
  async start(role: Role, settings: Settings = {}): Promise<ServerProcess> {
    const server = this.spawn(role, await freePort(), settings);
    await server.ready();
    return server;
  }

  /** Starts a process without waiting: it may be one that refuses to start. */
  spawn(role: Role, port: number, settings: Settings = {}): ServerProcess {
    const child = spawn(process.execPath, [join(BUILD, 'main.js')], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: this.environment({ ...settings, ROLE: role, PORT: String(port) }),
    });
    const server = new ServerProcess(child, `http://127.0.0.1:${port}`);
    this.children.add(server);
    void server.exited.then(() => this.children.delete(server));
    return server;
  }

  /** Starts a process that comes back on the same port whenever it has ended. */
  async supervise(role: Role, settings: Settings = {}): Promise<Supervised> {
    const port = await freePort();
    const one = await Supervised.start(() => this.spawn(role, port, settings), `http://127.0.0.1:${port}`);
    this.supervised.push(one);
    return one;
  }

  /** Runs a command of the CLI to its end. */
  async cli(args: readonly string[], settings: Settings = {}): Promise<Exit & { readonly output: string }> {
    const child = spawn(process.execPath, [join(BUILD, 'cli.js'), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: this.environment(settings),
    });
    const command = new ServerProcess(child, '');
    // Not before its streams have ended: what it said last is what matters.
    await new Promise((done) => child.once('close', done));
    return { ...(await command.exited), output: command.output };
  }

  /** Rows as the owner of the database sees them, past every wall between tenants. */
  async rows<T>(sql: string, ...params: unknown[]): Promise<T[]> {
    const client = new Client({ connectionString: this.config.databaseUrl });
    await client.connect();
    try {
      return (await client.query(sql, params)).rows as T[];
    } finally {
      await client.end();
    }
  }

  async end(): Promise<void> {
    for (const one of this.supervised) await one.stop();
    for (const child of this.children) await child.kill();
    await this.dropDatabase();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private environment(settings: Settings): NodeJS.ProcessEnv {
    return { PATH: process.env['PATH'], ...this.env, ...(settings as Record<string, string>) };
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  const { port } = server.address() as { port: number };
  await new Promise((closed) => server.close(closed));
  return port;
}

/** Signs a person of the county in at a server. */
export async function personAt(url: string, county: TestCounty, username: string): Promise<JsonClient> {
  const client = new JsonClient(url);
  await client.signIn(`${username}${county.suffix}`, county.password);
  return client;
}

/** A client that speaks to a server as the clinic's gateway. */
export const gatewayAt = (url: string, clinic: TestClinic): JsonClient =>
  new JsonClient(url, { authorization: `Bearer ${clinic.key}` });
