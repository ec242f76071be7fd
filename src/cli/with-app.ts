import { type DynamicModule, type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ApiModule } from '../api.module';
import { type Config, loadConfig } from '../platform/config';
import { PlatformModule } from '../platform.module';
import { prepareDatabase } from '../start';
import { say } from './options';

@Module({})
class CliModule {
  static of(config: Config): DynamicModule {
    return { module: CliModule, imports: [PlatformModule.of(config), ApiModule] };
  }
}

/** Runs a command with the application's services, without listening and without working off queues. */
export async function withApp<T>(work: (app: INestApplicationContext) => Promise<T>): Promise<T> {
  const { config, postgres } = await prepareDatabase(loadConfig(), say);
  try {
    return await withServices(config, work);
  } finally {
    await postgres?.stop();
  }
}

/** The same on a database that is there already. */
export async function withServices<T>(config: Config, work: (app: INestApplicationContext) => Promise<T>): Promise<T> {
  const app = await NestFactory.createApplicationContext(CliModule.of(config), { logger: false, abortOnError: false });
  try {
    return await work(app);
  } finally {
    await app.close();
  }
}
