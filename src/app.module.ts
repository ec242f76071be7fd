import { type DynamicModule, Module } from '@nestjs/common';
import { ApiModule } from './api.module';
import { FIELD_NAMES } from './field-names';
import type { Config } from './platform/config';
import { FieldNames } from './platform/http';
import { PlatformModule } from './platform.module';
import { WorkerModule } from './worker.module';

/** The process as its role wants it: doors, work, or both. */
@Module({})
export class AppModule {
  static of(config: Config): DynamicModule {
    const roles = [...(config.isApi ? [ApiModule] : []), ...(config.isWorker ? [WorkerModule] : [])];
    return {
      module: AppModule,
      imports: [PlatformModule.of(config), ...roles],
      providers: [{ provide: FieldNames, useValue: new FieldNames(FIELD_NAMES) }],
    };
  }
}
