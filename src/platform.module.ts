import { type DynamicModule, Module } from '@nestjs/common';
import { AuditModule } from './audit';
import { entities } from './entities';
import { ClockModule } from './platform/clock';
import { Config, ConfigModule } from './platform/config';
import { DatabaseModule } from './platform/database';
import { HealthModule } from './platform/http';
import { LoggingModule } from './platform/logging';
import { MetricsModule } from './platform/metrics';
import { OutboxModule } from './platform/outbox';
import { WakeModule } from './platform/wake';
import { subscriptions } from './subscriptions';

/** What every process stands on, whatever its role. */
@Module({})
export class PlatformModule {
  static of(config: Config): DynamicModule {
    return {
      module: PlatformModule,
      imports: [
        ConfigModule.of(config),
        ClockModule,
        LoggingModule,
        MetricsModule,
        DatabaseModule.of(entities),
        WakeModule,
        OutboxModule.of(subscriptions),
        HealthModule,
        AuditModule,
      ],
    };
  }
}
