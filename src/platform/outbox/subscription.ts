import type { QueueName } from '../queue';

/**
 * One consumer of news, as data: every process knows them all, so that emitting an event writes one outbox row per
 * consumer. A consumer without `event` is reached only by {@link Outbox.schedule}.
 */
export interface Subscription {
  /** `<slice>.<what it does>`, the BullMQ job name. */
  readonly consumer: string;
  readonly event?: string;
  readonly queue: QueueName;
  /** True when one run serves every waiting message of the same subject (the handler looks at the subject's present state). */
  readonly coalesce?: boolean;
}

/** News that one slice tells those above it. Ids and plain facts only: payloads travel through the queue's store. */
export interface DomainEvent {
  readonly kind: string;
  readonly subjectId: string;
  readonly payload?: Readonly<Record<string, unknown>>;
}

export class Subscriptions {
  private readonly byEvent = new Map<string, Subscription[]>();
  private readonly byConsumer = new Map<string, Subscription>();

  constructor(all: readonly Subscription[]) {
    for (const subscription of all) {
      if (this.byConsumer.has(subscription.consumer))
        throw new Error(`two consumers are named ${subscription.consumer}`);
      this.byConsumer.set(subscription.consumer, subscription);
      if (subscription.event) {
        this.byEvent.set(subscription.event, [...(this.byEvent.get(subscription.event) ?? []), subscription]);
      }
    }
  }

  ofEvent(kind: string): readonly Subscription[] {
    return this.byEvent.get(kind) ?? [];
  }

  consumer(name: string): Subscription {
    const found = this.byConsumer.get(name);
    if (!found) throw new Error(`no consumer is named ${name}`);
    return found;
  }

  has(name: string): boolean {
    return this.byConsumer.has(name);
  }

  get consumers(): readonly Subscription[] {
    return [...this.byConsumer.values()];
  }
}
