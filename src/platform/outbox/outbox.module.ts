import { type DynamicModule, Global, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { Health, HealthModule } from '../http';
import { Dispatcher } from './dispatcher';
import { Handlers } from './handler';
import { Outbox } from './outbox';
import { Relay } from './relay';
import { type Subscription, Subscriptions } from './subscription';
import { Sweeper, Sweeps } from './sweeper';
import { QueueWorkers } from './workers';

/** What every process needs: the list of consumers and the pen that writes outbox rows. */
@Global()
@Module({})
export class OutboxModule {
  static of(subscriptions: readonly Subscription[]): DynamicModule {
    return {
      module: OutboxModule,
      providers: [{ provide: Subscriptions, useFactory: () => new Subscriptions(subscriptions) }, Outbox],
      exports: [Subscriptions, Outbox],
    };
  }
}

/** Registries that worker modules fill. */
@Global()
@Module({ providers: [Handlers, Sweeps], exports: [Handlers, Sweeps] })
export class HandlersModule {}

/** The moving parts of the worker role. Imported last, so that every slice has registered its handlers before. */
@Module({
  imports: [HandlersModule, HealthModule],
  providers: [Dispatcher, Relay, Sweeper, QueueWorkers],
  exports: [Sweeper, QueueWorkers],
})
export class OutboxWorkerModule implements OnApplicationBootstrap {
  constructor(
    private readonly subscriptions: Subscriptions,
    private readonly handlers: Handlers,
    private readonly workers: QueueWorkers,
    private readonly health: Health,
  ) {}

  onApplicationBootstrap(): void {
    this.health.register({
      name: 'queue',
      check: () => Promise.resolve(this.workers.deafQueues().join(' ') || undefined),
    });
    const missing = this.subscriptions.consumers.filter(({ consumer }) => !this.handlers.consumers.includes(consumer));
    const unknown = this.handlers.consumers.filter((consumer) => !this.subscriptions.has(consumer));
    if (missing.length + unknown.length > 0) {
      throw new Error(
        `consumers without handler: ${missing.map((m) => m.consumer).join()}; handlers without consumer: ${unknown.join()}`,
      );
    }
  }
}
