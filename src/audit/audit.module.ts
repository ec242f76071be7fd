import { Global, Module, type OnModuleInit } from '@nestjs/common';
import { Sweeps } from '../platform/outbox';
import { Audit } from './audit';
import { AuditController } from './audit.controller';
import { AuditQueries } from './audit.queries';
import { Commands } from './commands';
import { Repeats } from './repeats';
import { Sealer } from './sealer';

@Global()
@Module({ providers: [Audit, Commands, Repeats, Sealer], exports: [Audit, Commands, Repeats, Sealer] })
export class AuditModule {}

@Module({ imports: [AuditModule], controllers: [AuditController], providers: [AuditQueries] })
export class AuditHttpModule {}

@Module({ imports: [AuditModule] })
export class AuditJobsModule implements OnModuleInit {
  constructor(
    private readonly sweeps: Sweeps,
    private readonly sealer: Sealer,
    private readonly repeats: Repeats,
  ) {}

  onModuleInit(): void {
    for (const sweep of [this.sealer, this.repeats]) this.sweeps.register(sweep);
  }
}
