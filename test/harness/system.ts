import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from '../../src/app.module';
import { Clock } from '../../src/platform/clock';
import { type Config, type Env, loadConfig } from '../../src/platform/config';
import { type Ctx, systemCtx } from '../../src/platform/context';
import { Db } from '../../src/platform/database';
import { dressHttpApp, serveOpenApi, SseStream } from '../../src/platform/http';
import { newId } from '../../src/platform/ids';
import type { ManualClock } from './manual-clock';
import { createTestDatabase, TEST_SECRET } from './postgres';

export interface System {
  readonly url: string;
  readonly app: NestExpressApplication;
  readonly config: Config;
  readonly db: Db;
  readonly databaseUrl: string;
  get<T>(token: Type<T> | (abstract new (...args: never[]) => T)): T;
  /** A context of the system itself in a county, for calling services and writing rows directly. */
  ctx(countyId: string): Ctx;
  stop(): Promise<void>;
}

export interface SystemOptions {
  readonly role?: 'all' | 'api' | 'worker';
  readonly env?: Partial<Record<keyof Env, string>>;
  readonly clock?: ManualClock;
  /** Joins the database and blobs of another system instead of making its own. */
  readonly beside?: System;
}

/**
 * The real application in this process, on a database of its own and a free port. Queues run on Redis when the run was
 * started with QUEUE_REDIS_URL, else on Postgres: every suite passes on both.
 */
export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const database = options.beside ? undefined : await createTestDatabase();
  const folder = options.beside ? undefined : mkdtempSync(join(tmpdir(), 'cic-sys-'));
  const env = testEnv(
    options,
    database?.url ?? options.beside!.databaseUrl,
    folder ?? options.beside!.config.env.DATA_DIR,
  );
  const config = loadConfig(env);
  const app = await NestFactory.create<NestExpressApplication>(AppModule.of(config), {
    bodyParser: false,
    logger: false,
    abortOnError: false,
  });
  if (options.clock) followClock(app.get(Clock), options.clock);
  dressHttpApp(app);
  if (config.isApi) serveOpenApi(app);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    app,
    config,
    db: app.get(Db),
    databaseUrl: config.databaseUrl,
    get: (token) => app.get(token, { strict: false }),
    ctx: (countyId) => systemCtx('test', countyId, newId()),
    stop: async () => {
      SseStream.endAll();
      app.getHttpServer().closeAllConnections();
      await app.close();
      await database?.drop();
      if (folder) rmSync(folder, { recursive: true, force: true });
    },
  };
}

function testEnv(options: SystemOptions, databaseUrl: string, dataDir: string): Record<string, string> {
  const redis = process.env['QUEUE_REDIS_URL'];
  return {
    NODE_ENV: 'test',
    ROLE: options.role ?? 'all',
    DATABASE_URL: databaseUrl,
    APP_SECRET: TEST_SECRET,
    MIGRATE: 'false',
    DATA_DIR: dataDir,
    DATABASE_POOL: '10',
    LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'silent',
    SWEEP_SECONDS: '1',
    REPUBLISH_SECONDS: '2',
    OUTBOX_POLL_MS: '200',
    QUIET_SECONDS: '2',
    ...(redis
      ? { REDIS_URL: redis, QUEUE_PREFIX: options.beside?.config.env.QUEUE_PREFIX ?? `{t${newId().slice(-8)}}` }
      : {}),
    ...(options.env as Record<string, string>),
  };
}

/** Makes the application's own clock tell the test's time: every part holds the same instance. */
function followClock(clock: Clock, manual: ManualClock): void {
  clock.now = () => manual.now();
}
