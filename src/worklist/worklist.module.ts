import { Module, type OnModuleInit } from '@nestjs/common';
import { ExamsModule } from '../exams';
import { Handlers, Sweeps } from '../platform/outbox';
import { ClaimService } from './claim.service';
import { Claims } from './claims';
import { HandbackService } from './handback.service';
import { Items } from './items';
import { LeaseExpiry } from './lease-expiry';
import { Projection } from './projection';
import { Readings } from './readings';
import { WorklistController } from './worklist.controller';
import {
  ExpireClaimHandler,
  ExpireClaimsSweep,
  MarkOverdueHandler,
  MarkOverdueSweep,
  ProjectHandler,
} from './worklist.handlers';
import { WorklistQueries } from './worklist.queries';
import { WorklistStream } from './worklist.stream';

@Module({
  imports: [ExamsModule],
  providers: [Items, Claims, Readings, LeaseExpiry, Projection, WorklistQueries],
  exports: [Items, Claims, Readings, LeaseExpiry, Projection, WorklistQueries],
})
export class WorklistModule {}

@Module({
  imports: [ExamsModule, WorklistModule],
  controllers: [WorklistController],
  providers: [ClaimService, HandbackService, WorklistStream],
})
export class WorklistHttpModule {}

@Module({
  imports: [WorklistModule],
  providers: [ProjectHandler, ExpireClaimHandler, MarkOverdueHandler, ExpireClaimsSweep, MarkOverdueSweep],
})
export class WorklistJobsModule implements OnModuleInit {
  constructor(
    private readonly registry: Handlers,
    private readonly sweeps: Sweeps,
    private readonly project: ProjectHandler,
    private readonly expireClaim: ExpireClaimHandler,
    private readonly markOverdue: MarkOverdueHandler,
    private readonly expireClaims: ExpireClaimsSweep,
    private readonly markOverdues: MarkOverdueSweep,
  ) {}

  onModuleInit(): void {
    for (const handler of [this.project, this.expireClaim, this.markOverdue]) this.registry.register(handler);
    for (const sweep of [this.expireClaims, this.markOverdues]) this.sweeps.register(sweep);
  }
}
