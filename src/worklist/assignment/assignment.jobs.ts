import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Handlers, Sweeps } from '../../platform/outbox';
import { ApplyLimitsHandler, ApplyLimitsSweep } from './apply-limits';
import { BroadenHandler, BroadenSweep } from './broadening';

/** Registers the timers and sweeps of assignment. */
@Injectable()
class AssignmentJobs implements OnModuleInit {
  constructor(
    private readonly registry: Handlers,
    private readonly sweeps: Sweeps,
    private readonly broaden: BroadenHandler,
    private readonly broadens: BroadenSweep,
    private readonly applyLimits: ApplyLimitsHandler,
    private readonly limits: ApplyLimitsSweep,
  ) {}

  onModuleInit(): void {
    for (const handler of [this.broaden, this.applyLimits]) this.registry.register(handler);
    for (const sweep of [this.broadens, this.limits]) this.sweeps.register(sweep);
  }
}

/** Providers of the worker's module. */
export const ASSIGNMENT_JOBS = [AssignmentJobs, BroadenHandler, BroadenSweep, ApplyLimitsHandler, ApplyLimitsSweep];
