import type { Ctx } from '../context';
import type { Tx } from '../database';

export interface Message {
  readonly id: string;
  readonly consumer: string;
  readonly event: string;
  readonly subjectId: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/**
 * Work inside the database: runs in the transaction that also marks the message handled, so its effects happen exactly
 * once. Two runs for the same subject may overlap: write with guards, derive from the present state.
 */
export interface TransactionalHandler {
  readonly consumer: string;
  handle(tx: Tx, message: Message): Promise<void>;
}

/**
 * Work with an effect outside the database (a call, a file): runs without a transaction and is marked handled when it
 * resolves. It may run again after a crash, so the effect must be idempotent.
 */
export interface ExternalHandler {
  readonly consumer: string;
  run(ctx: Ctx, message: Message): Promise<void>;
}

export type Handler = TransactionalHandler | ExternalHandler;

/** Every slice registers its handlers here when its worker module starts; two for one consumer is a fault. */
export class Handlers {
  private readonly byConsumer = new Map<string, Handler>();

  register(handler: Handler): void {
    if (this.byConsumer.has(handler.consumer)) throw new Error(`two handlers for ${handler.consumer}`);
    this.byConsumer.set(handler.consumer, handler);
  }

  of(consumer: string): Handler {
    const handler = this.byConsumer.get(consumer);
    if (!handler) throw new Error(`no handler for ${consumer}`);
    return handler;
  }

  get consumers(): readonly string[] {
    return [...this.byConsumer.keys()];
  }
}

/** Thrown by a handler when trying again cannot help: the message is set aside (metric, log, `cli redrive`). */
export class PermanentFailure extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PermanentFailure';
  }
}
