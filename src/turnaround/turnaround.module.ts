import { Module, type OnModuleInit } from '@nestjs/common';
import { Handlers } from '../platform/outbox';
import { ClockKeeper } from './clock-keeper';
import { TurnaroundController } from './turnaround.controller';
import { TurnaroundQueries } from './turnaround.queries';

@Module({ controllers: [TurnaroundController], providers: [TurnaroundQueries] })
export class TurnaroundHttpModule {}

@Module({ providers: [ClockKeeper] })
export class TurnaroundJobsModule implements OnModuleInit {
  constructor(
    private readonly handlers: Handlers,
    private readonly keeper: ClockKeeper,
  ) {}

  onModuleInit(): void {
    for (const handler of this.keeper.handlers) this.handlers.register(handler);
  }
}
