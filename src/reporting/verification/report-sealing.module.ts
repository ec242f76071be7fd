import { Module, type OnModuleInit } from '@nestjs/common';
import { Sweeps } from '../../platform/outbox';
import { ReportSealer } from './report-chain';

/** The sealer at work; it needs the tables alone. */
@Module({ providers: [ReportSealer] })
export class ReportSealingModule implements OnModuleInit {
  constructor(
    private readonly sweeps: Sweeps,
    private readonly sealer: ReportSealer,
  ) {}

  onModuleInit(): void {
    this.sweeps.register(this.sealer);
  }
}
