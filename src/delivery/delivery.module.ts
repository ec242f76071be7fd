import { Module, type OnModuleInit } from '@nestjs/common';
import { Handlers, Sweeps } from '../platform/outbox';
import { ReportingModule } from '../reporting';
import { AcknowledgementsService } from './inbox/acknowledgements.service';
import { AttemptResults } from './lanes/attempt-results';
import { Attempts } from './lanes/attempts';
import { Channels } from './channels/channels';
import { ChannelsController } from './channels/channels.controller';
import { ChannelsQueries } from './channels/channels.queries';
import { ChannelsService } from './channels/channels.service';
import { DeadLetters } from './lanes/dead-letters';
import { Deliveries } from './oversight/deliveries';
import { DeliveriesController } from './oversight/deliveries.controller';
import { DeliveryMetricsSweep } from './oversight/delivery-metrics.sweep';
import { DrainHandler, DueLanesSweep } from './lanes/drain.handler';
import { Drainer } from './lanes/drainer';
import { FanOutHandler } from './fan-out.handler';
import { InboxController } from './inbox/inbox.controller';
import { InboxQueries } from './inbox/inbox.queries';
import { InboxService } from './inbox/inbox.service';
import { Inboxes, OpenInboxHandler } from './inbox/inboxes';
import { Lanes } from './lanes/lanes';
import { OpenedHandler, Openings } from './inbox/openings';
import { RedriveService } from './oversight/redrive.service';
import { Sender } from './lanes/sender.provider';
import { WithdrawHandler } from './withdraw.handler';

@Module({
  providers: [Inboxes, Lanes, Channels, ChannelsService, RedriveService, Deliveries],
  exports: [Inboxes, Lanes, Channels, ChannelsService, RedriveService, Deliveries],
})
export class DeliveryModule {}

@Module({
  imports: [DeliveryModule, ReportingModule],
  controllers: [InboxController, ChannelsController, DeliveriesController],
  providers: [InboxQueries, InboxService, AcknowledgementsService, ChannelsQueries],
})
export class DeliveryHttpModule {}

@Module({
  imports: [DeliveryModule],
  providers: [
    OpenInboxHandler,
    FanOutHandler,
    Openings,
    OpenedHandler,
    WithdrawHandler,
    Sender,
    DeadLetters,
    Attempts,
    AttemptResults,
    Drainer,
    DrainHandler,
    DueLanesSweep,
    DeliveryMetricsSweep,
  ],
})
export class DeliveryJobsModule implements OnModuleInit {
  constructor(
    private readonly handlers: Handlers,
    private readonly sweeps: Sweeps,
    private readonly openInbox: OpenInboxHandler,
    private readonly fanOut: FanOutHandler,
    private readonly withdraw: WithdrawHandler,
    private readonly opened: OpenedHandler,
    private readonly drain: DrainHandler,
    private readonly dueLanes: DueLanesSweep,
    private readonly metrics: DeliveryMetricsSweep,
  ) {}

  onModuleInit(): void {
    for (const handler of [this.openInbox, this.fanOut, this.withdraw, this.opened, this.drain])
      this.handlers.register(handler);
    for (const sweep of [this.dueLanes, this.metrics]) this.sweeps.register(sweep);
  }
}
