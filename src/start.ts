import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module';
import type { Config } from './platform/config';
import { databaseLogins, migrate } from './platform/database';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './platform/embedded';
import { dressHttpApp, Health, serveOpenApi, SseStream } from './platform/http';
import { Logger } from './platform/logging';

/** A running process: where it listens, and how to end it without losing what is under way. */
export interface Running {
  readonly app: NestExpressApplication;
  readonly config: Config;
  readonly url: string;
  stop(): Promise<void>;
}

export interface Prepared {
  readonly config: Config;
  readonly postgres: EmbeddedPostgres | undefined;
}

/** Makes sure there is a database: the configured one, or the embedded Postgres under DATA_DIR with a secret of its own. */
export async function prepareDatabase(config: Config, log: (line: string) => void): Promise<Prepared> {
  if (config.env.DATABASE_URL ?? config.env.DATABASE_APP_URL) {
    if (config.env.MIGRATE && config.env.DATABASE_URL) await migrate(databaseLogins(config));
    return { config, postgres: undefined };
  }
  const postgres = await startEmbeddedPostgres({ dataDir: join(config.dataDir, 'postgres'), database: 'imaging', log });
  try {
    const prepared = config.with({
      DATABASE_URL: postgres.url,
      APP_SECRET: config.env.APP_SECRET ?? ownSecret(config.dataDir),
    });
    await migrate(databaseLogins(prepared));
    return { config: prepared, postgres };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

/** Starts api, worker or both, as the role says, and listens. */
export async function start(given: Config, log: (line: string) => void = () => undefined): Promise<Running> {
  const { config, postgres } = await prepareDatabase(given, log);
  try {
    const app = await NestFactory.create<NestExpressApplication>(AppModule.of(config), {
      bodyParser: false,
      bufferLogs: true,
    });
    app.useLogger(app.get(Logger));
    dressHttpApp(app);
    if (config.isApi) serveOpenApi(app);
    await app.listen(config.env.PORT, config.env.HOST);
    const { port } = app.getHttpServer().address() as { port: number };
    return { app, config, url: `http://${config.env.HOST}:${port}`, stop: () => stop(app, postgres) };
  } catch (error) {
    await postgres?.stop();
    throw error;
  }
}

/** Drains: not ready any more, streams end, running requests and jobs finish, then the database goes. */
async function stop(app: NestExpressApplication, postgres: EmbeddedPostgres | undefined): Promise<void> {
  app.get(Health).drain();
  SseStream.endAll();
  app.getHttpServer().closeIdleConnections();
  await app.close();
  await postgres?.stop();
}

/** The embedded installation's secret: made once, readable by its owner alone. */
function ownSecret(dataDir: string): string {
  const file = join(dataDir, 'secret');
  if (!existsSync(file)) {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(file, randomBytes(48).toString('base64url'), { mode: 0o600, flag: 'wx' });
  }
  chmodSync(file, 0o600);
  return readFileSync(file, 'utf8').trim();
}
