import { Global, Module, type OnModuleInit } from '@nestjs/common';
import { Sweeps } from '../platform/outbox';
import { Audit } from './audit';
import { AuditController } from './audit.controller';
import { AuditQueries } from './audit.queries';
import { Commands } from './commands';
import { Sealer } from './sealer';

@Global()
@Module({ providers: [Audit, Commands, Sealer], exports: [Audit, Commands, Sealer] })
export class AuditModule {}

@Module({ imports: [AuditModule], controllers: [AuditController], providers: [AuditQueries] })
export class AuditHttpModule {}

@Module({ imports: [AuditModule] })
export class AuditJobsModule implements OnModuleInit {
  constructor(
    private readonly sweeps: Sweeps,
    private readonly sealer: Sealer,
  ) {}

  onModuleInit(): void {
    this.sweeps.register(this.sealer);
  }
}
