import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Config } from '../config';
import { appOptions, relayOptions, type Entities } from './data-source';
import { Db, RELAY } from './db';
import { databaseLogins } from './roles';

@Global()
@Module({})
export class DatabaseModule {
  static of(entities: Entities): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRootAsync({
          inject: [Config],
          useFactory: (config: Config) => appOptions(databaseLogins(config), entities, config.env.DATABASE_POOL),
        }),
        TypeOrmModule.forRootAsync({
          name: RELAY,
          inject: [Config],
          useFactory: (config: Config) =>
            relayOptions(databaseLogins(config), entities, Math.max(4, Math.ceil(config.env.DATABASE_POOL / 2))),
        }),
      ],
      providers: [Db],
      exports: [Db],
    };
  }
}
