import { Module, type OnModuleInit } from '@nestjs/common';
import { ExamsModule } from '../exams';
import { NoticesModule } from '../notices';
import { RostersModule } from '../rosters';
import { Handlers, Sweeps } from '../platform/outbox';
import { ApplyLimits } from './assignment/apply-limits';
import { Assigner } from './assignment/assigner';
import { AssignmentController } from './assignment/assignment.controller';
import { ASSIGNMENT_JOBS } from './assignment/assignment.jobs';
import { AssignmentLog } from './assignment/assignment-log';
import { AssignmentService } from './assignment/assignment.service';
import { Broadening } from './assignment/broadening';
import { Picking } from './assignment/picking';
import { Policies } from './assignment/policy';
import { PolicyService } from './assignment/policy.service';
import { Presence } from './assignment/presence';
import { SingleDuty } from './assignment/single-duty';
import { Turns } from './assignment/turns';
import { ClaimService } from './claiming/claim.service';
import { Claims } from './claiming/claims';
import { Consulting } from './claiming/consulting';
import { HandbackService } from './claiming/handback.service';
import { Absences } from './handover/absences';
import { Colleagues } from './handover/colleagues';
import { GivingBack } from './handover/giving-back';
import { HandoverController } from './handover/handover.controller';
import { HandoverSweep, OpenReservationHandler, UnparkHandler } from './handover/handover.handlers';
import { HandoverQueries } from './handover/handover.queries';
import { HandoverService } from './handover/handover.service';
import { Leaving } from './handover/leaving';
import { OffDutyService } from './handover/off-duty.service';
import { Parking } from './handover/parking';
import { ReaderNotices } from './handover/reader-notices';
import { Reservations } from './handover/reservations';
import { Silence, SilenceSweep } from './handover/silence';
import { TakeoverService } from './handover/takeover.service';
import { HandIns } from './claiming/hand-ins';
import { Items } from './items';
import { LeaseExpiry } from './claiming/lease-expiry';
import { Projection } from './list/projection';
import { Readings } from './claiming/readings';
import { WorklistController } from './worklist.controller';
import {
  ExpireClaimHandler,
  ExpireClaimsSweep,
  MarkOverdueHandler,
  MarkOverdueSweep,
  ProjectHandler,
} from './worklist.handlers';
import { WorklistQueries } from './list/worklist.queries';
import { WorklistStream } from './list/worklist.stream';

/** How claims change hands and end; jobs and requests do it alike. */
const HANDOVER = [
  Absences,
  Colleagues,
  GivingBack,
  HandoverQueries,
  Leaving,
  Parking,
  ReaderNotices,
  Reservations,
  Silence,
];

/** Who is to read what; jobs and requests do it alike. */
const ASSIGNMENT = [ApplyLimits, Assigner, AssignmentLog, Broadening, Policies, Presence, SingleDuty];

@Module({
  imports: [ExamsModule, NoticesModule, RostersModule],
  providers: [
    Items,
    Claims,
    Consulting,
    Readings,
    HandIns,
    LeaseExpiry,
    Projection,
    WorklistQueries,
    ...ASSIGNMENT,
    ...HANDOVER,
  ],
  exports: [
    Items,
    Claims,
    Consulting,
    Readings,
    HandIns,
    LeaseExpiry,
    Projection,
    WorklistQueries,
    ...ASSIGNMENT,
    ...HANDOVER,
  ],
})
export class WorklistModule {}

@Module({
  imports: [ExamsModule, RostersModule, WorklistModule],
  controllers: [AssignmentController, HandoverController, WorklistController],
  providers: [
    AssignmentService,
    ClaimService,
    HandbackService,
    HandoverService,
    OffDutyService,
    Picking,
    PolicyService,
    TakeoverService,
    Turns,
    WorklistStream,
  ],
})
export class WorklistHttpModule {}

@Module({
  imports: [WorklistModule],
  providers: [
    ProjectHandler,
    ExpireClaimHandler,
    MarkOverdueHandler,
    ExpireClaimsSweep,
    MarkOverdueSweep,
    OpenReservationHandler,
    UnparkHandler,
    HandoverSweep,
    SilenceSweep,
    ...ASSIGNMENT_JOBS,
  ],
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
    private readonly openReservation: OpenReservationHandler,
    private readonly unpark: UnparkHandler,
    private readonly handovers: HandoverSweep,
    private readonly silence: SilenceSweep,
  ) {}

  onModuleInit(): void {
    for (const handler of [this.project, this.expireClaim, this.markOverdue, this.openReservation, this.unpark])
      this.registry.register(handler);
    for (const sweep of [this.expireClaims, this.handovers, this.silence, this.markOverdues])
      this.sweeps.register(sweep);
  }
}
