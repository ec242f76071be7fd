import type { QueryResult, QueryResultRow } from 'pg';
import type { EntityManager, EntityTarget, ObjectLiteral, QueryRunner } from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm/query-builder/QueryPartialEntity';
import type { Ctx } from '../context';
import { ask, type Connection, type Param, type Sql } from './connection';

/**
 * One open transaction, bound to the context that opened it. Made only by {@link Db}. Statements that are sent without
 * waiting for one another are executed in the order in which they were sent, in one round trip.
 */
export class Tx {
  private readonly hooks: (() => void)[] = [];
  private readonly sent: Promise<void>[] = [];
  private ended = false;

  constructor(
    readonly ctx: Ctx,
    private readonly runner: QueryRunner,
    private readonly connection: Connection,
  ) {}

  get manager(): EntityManager {
    return this.runner.manager;
  }

  /** Rows of a SELECT or of a `… RETURNING`. Values go in as parameters ($1 …), never into the text. */
  async rows<T>(sql: Sql, params: readonly Param[] = []): Promise<T[]> {
    return (await this.ask<T>(sql, params)).rows;
  }

  /** The first row, or undefined. */
  async row<T>(sql: Sql, params: readonly Param[] = []): Promise<T | undefined> {
    return (await this.rows<T>(sql, params))[0];
  }

  /** Runs a guarded UPDATE or DELETE and answers how many rows it changed: 0 means that the guard did not hold. */
  async change(sql: Sql, params: readonly Param[] = []): Promise<number> {
    return (await this.ask(sql, params)).rowCount ?? 0;
  }

  /**
   * Sends a statement whose answer nobody needs and resolves at once: it travels with the next one, or with the COMMIT. If
   * it fails, so does the transaction.
   */
  send(sql: Sql, params: readonly Param[] = []): Promise<void> {
    const sent = this.ask(sql, params).then(() => undefined);
    // Looked at by `settle`; until then it must not count as unhandled.
    sent.catch(() => undefined);
    this.sent.push(sent);
    return Promise.resolve();
  }

  /** From here on no statement is taken: it would run outside of the transaction, or in the next one of this connection. */
  end(): void {
    this.ended = true;
  }

  private async ask<T>(sql: Sql, params: readonly Param[]): Promise<QueryResult<T & QueryResultRow>> {
    this.refuseAfterEnd();
    return ask<T>(this.connection, sql, params);
  }

  private refuseAfterEnd(): void {
    if (this.ended) throw new Error('this transaction has ended');
  }

  /** Resolves when everything that was sent has been done. @throws the error of the first statement that failed */
  async settle(): Promise<void> {
    await Promise.all(this.sent);
  }

  /** Plain INSERT of new rows; no read-before-write, no cascade, no RETURNING. */
  async insert<E extends ObjectLiteral>(
    entity: EntityTarget<E>,
    values: QueryDeepPartialEntity<E> | QueryDeepPartialEntity<E>[],
  ): Promise<void> {
    this.refuseAfterEnd();
    await this.manager.createQueryBuilder().insert().into(entity).values(values).updateEntity(false).execute();
  }

  /** Runs `hook` once the transaction is durable. For wake-ups only: what must not be lost belongs into the outbox. */
  afterCommit(hook: () => void): void {
    this.hooks.push(hook);
  }

  runHooks(): void {
    for (const hook of this.hooks) hook();
  }
}
