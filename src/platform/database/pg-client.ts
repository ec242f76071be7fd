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
  }
}

/** A pool that outlives its connections: what dies, idle or not, is replaced when it is needed. */
export function openPool(options: Omit<PoolConfig, 'Client'>): Pool {
  const pool = new Pool({ ...options, Client: PgClient });
  pool.on('error', () => undefined);
  return pool;
}
