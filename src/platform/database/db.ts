import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { Ctx } from '../context';
import { isUuid } from '../ids';
import { ask, type Connection, connectionOf, type Param, type Sql } from './connection';
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

  /** One statement over all counties that changes nothing: the question of every request, who is calling. */
  async relayRow<T>(sql: Sql, params: readonly Param[]): Promise<T | undefined> {
    const runner = this.relaySource.createQueryRunner();
    try {
      return (await ask<T>(await connectionOf(runner), sql, params)).rows[0];
    } finally {
      await runner.release();
    }
  }

  private async transaction<T>(source: DataSource, ctx: Ctx, work: (tx: Tx) => Promise<T>, begin: string): Promise<T> {
    const runner = source.createQueryRunner();
    try {
      const connection = await connectionOf(runner);
      const tx = new Tx(ctx, runner, connection);
      // The first statement travels with it. Should it fail, nothing is visible without the county's setting.
      await tx.send(begin);
      let result: T;
      try {
        result = await work(tx);
        tx.end();
        await commit(connection, tx);
      } catch (error) {
        tx.end();
        await rollback(connection);
        // What was sent without waiting failed first: the rest only says that the transaction is aborted.
        await tx.settle();
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

/** @throws the error of a statement that was sent without waiting, or that somebody has swallowed: COMMIT is a ROLLBACK then */
async function commit(connection: Connection, tx: Tx): Promise<void> {
  const [{ command }] = await Promise.all([connection.query('COMMIT'), tx.settle()]);
  if (command !== 'COMMIT') throw new Error('a statement of this transaction had failed');
}

async function rollback(connection: Connection): Promise<void> {
  // A connection that died has rolled back by itself; the first error is the one worth reporting.
  await connection.query('ROLLBACK').catch(() => undefined);
}
