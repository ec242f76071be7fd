import type { Socket } from 'node:net';
import { Client, type ClientConfig, Pool, type PoolConfig } from 'pg';

/**
 * A connection whose death is told to whoever asks it next, not to the process. pg's pool takes its own listener off before
 * it hands a connection out, and TypeORM and BullMQ put theirs on a tick later: where the server says "ready" and
 * "terminating" in one packet, nobody listens, and an `error` that nobody listens to ends the process.
 */
export class PgClient extends Client {
  constructor(config?: string | ClientConfig) {
    super(config);
    this.on('error', () => undefined);
    gatherWrites(this);
  }
}

/** Statements that are sent in one turn of the event loop leave in one packet: every packet wakes the server's process. */
function gatherWrites(client: Client): void {
  const { connection } = client as Client & { connection: { stream: Socket } };
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  let corked = false;
  client.query = ((...args: unknown[]) => {
    const { stream } = connection;
    if (!corked) {
      corked = true;
      stream.cork();
      process.nextTick(() => {
        corked = false;
        stream.uncork();
      });
    }
    return query(...args);
  }) as Client['query'];
}

/** A pool that outlives its connections: what dies, idle or not, is replaced when it is needed. */
export function openPool(options: Omit<PoolConfig, 'Client'>): Pool {
  const pool = new Pool({ ...options, Client: PgClient });
  pool.on('error', () => undefined);
  return pool;
}
