import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type QueryRunner } from 'typeorm';
import type { Ctx } from '../context';
import { isUuid } from '../ids';
import { Tx } from './tx';

/** Name of the data source that logs in as the relay role (all counties: relay, sweeps, sign-in). */
export const RELAY = 'relay';

/**
 * The only way to the tables. Every call is one transaction: {@link write} and {@link read} as the app role under
 * row-level security of the context's county, {@link relay} as the role that sees every county.
 */
@Injectable()
export class Db {
  constructor(
    @InjectDataSource() private readonly app: DataSource,
    @InjectDataSource(RELAY) private readonly relaySource: DataSource,
  ) {}

  /** Runs `work` in a read-committed transaction; commits when it resolves, rolls back when it throws. */
  write<T>(ctx: Ctx, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.transaction(this.app, ctx, work, `BEGIN; ${countySetting(ctx.countyId)}`);
  }

  /** The same, read only: a forgotten write inside it is an error of the database. */
  read<T>(ctx: Ctx, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.transaction(this.app, ctx, work, `BEGIN READ ONLY; ${countySetting(ctx.countyId)}`);
  }

  /** A transaction of the installation itself, over all counties: only platform, sign-in and sweeps use it. */
  relay<T>(ctx: Ctx, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.transaction(this.relaySource, ctx, work, 'BEGIN');
  }

  private async transaction<T>(source: DataSource, ctx: Ctx, work: (tx: Tx) => Promise<T>, begin: string): Promise<T> {
    const runner = source.createQueryRunner();
    try {
      await runner.connect();
      // One round trip for both statements; TypeORM's own startTransaction would make it two and log it as nested.
      await runner.query(begin);
      const tx = new Tx(ctx, runner);
      let result: T;
      try {
        result = await work(tx);
        await runner.query('COMMIT');
      } catch (error) {
        await rollback(runner);
        throw error;
      }
      tx.runHooks();
      return result;
    } finally {
      await runner.release();
    }
  }
}

function countySetting(countyId: string): string {
  if (!isUuid(countyId)) throw new Error('a county id must be a uuid');
  return `SELECT set_config('app.county', '${countyId}', true)`;
}

async function rollback(runner: QueryRunner): Promise<void> {
  // A connection that died has rolled back by itself; the first error is the one worth reporting.
  await runner.query('ROLLBACK').catch(() => undefined);
}
