import { EventEmitter } from 'node:events';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Client, type Pool } from 'pg';
import { Config } from '../config';
import { databaseLogins, openPool } from '../database';
import { newId } from '../ids';
import { Logger } from '../logging';

const CHANNEL = 'cic_wake';
const RECONNECT_MS = 500;
/** Wake-ups of one process within this time travel as one NOTIFY: a NOTIFY serialises commits, so it is never sent per row. */
const GATHER_MS = 4;
const MAX_PAYLOAD_BYTES = 7_500;

/**
 * Tells other parts of the system, in this process and in others, that a topic has news ("look again"). It carries no
 * truth: a lost wake-up costs time, never data, because every listener also looks by itself now and then.
 */
@Injectable()
export class WakeBus implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly local = new EventEmitter().setMaxListeners(0);
  private readonly gathered = new Set<string>();
  private readonly pool: Pool;
  private readonly url: string;
  private listener: Client | undefined;
  private timer: NodeJS.Timeout | undefined;
  /** Tells this process's own notifications apart; process ids repeat between containers. */
  private readonly self = newId();
  private closed = false;

  constructor(
    config: Config,
    private readonly logger: Logger,
  ) {
    this.url = databaseLogins(config).relay;
    this.pool = openPool({ connectionString: this.url, max: 1, application_name: 'county-imaging-wake' });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.listen();
  }

  async onApplicationShutdown(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.listener?.end().catch(() => undefined);
    await this.pool.end();
  }

  /** Announces news on `topic` to every process. Call it after the commit (`tx.afterCommit`). */
  announce(topic: string): void {
    this.local.emit(topic);
    this.gathered.add(topic);
    this.timer ??= setTimeout(() => void this.flush(), GATHER_MS);
  }

  /** Calls `listener` on news of `topic`; answers the function that ends the subscription. */
  on(topic: string, listener: () => void): () => void {
    this.local.on(topic, listener);
    return () => this.local.off(topic, listener);
  }

  /** Resolves on the next news of `topic`, after `maxMs` at the latest, or when `signal` aborts. */
  next(topic: string, maxMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        off();
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const off = this.on(topic, done);
      const timer = setTimeout(done, maxMs);
      signal?.addEventListener('abort', done, { once: true });
      if (signal?.aborted) done();
    });
  }

  private async flush(): Promise<void> {
    this.timer = undefined;
    const batches = packTopics(this.gathered);
    this.gathered.clear();
    for (const batch of batches) {
      // Failing is fine: whoever waits looks again by itself.
      await this.pool.query('SELECT pg_notify($1, $2)', [CHANNEL, `${this.self} ${batch}`]).catch(() => undefined);
    }
  }

  private async listen(): Promise<void> {
    if (this.closed) return;
    const client = new Client({
      connectionString: this.url,
      keepAlive: true,
      application_name: 'county-imaging-listen',
    });
    client.on('notification', (note) => this.hear(note.payload ?? ''));
    client.on('error', (error) => this.logger.warn({ err: error }, 'wake-up connection failed'));
    client.on('end', () => {
      if (!this.closed) setTimeout(() => void this.listen(), RECONNECT_MS);
    });
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
      this.listener = client;
      // Whatever was announced while nobody listened is made up for by waking everybody once.
      for (const topic of this.local.eventNames()) this.local.emit(topic);
    } catch (error) {
      this.logger.warn({ err: error }, 'wake-up connection could not be made');
      await client.end().catch(() => undefined);
    }
  }

  private hear(payload: string): void {
    const [sender, ...topics] = payload.split(' ');
    // This process has already told its own listeners.
    if (sender === this.self) return;
    for (const topic of topics) this.local.emit(topic);
  }
}

/** Joins topics with spaces into as few payloads as Postgres' 8,000 byte limit allows. */
function packTopics(topics: Iterable<string>): string[] {
  const batches: string[] = [];
  let batch = '';
  for (const topic of topics) {
    if (batch.length + topic.length + 1 > MAX_PAYLOAD_BYTES) {
      batches.push(batch);
      batch = '';
    }
    batch = batch === '' ? topic : `${batch} ${topic}`;
  }
  return batch === '' ? batches : [...batches, batch];
}
