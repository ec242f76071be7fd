import type { PoolClient, QueryResult, QueryResultRow } from 'pg';
import type { QueryRunner } from 'typeorm';
import { sha256 } from '../ids';

export type Param = unknown;

/** A statement that each connection prepares once; made by {@link prepared}. */
export interface Prepared {
  readonly name: string;
  readonly text: string;
}

/** Text of a statement, or one that is prepared. */
export type Sql = string | Prepared;

/**
 * For the statements that run hundreds of times a second: planning them costs as much as running them. The text names its
 * columns (after a migration under a running process `SELECT *` would fail), and its best plan must not depend on the
 * values, as that of a prefix or a filter does.
 */
export const prepared = (text: string): Prepared => ({ name: sha256(text).slice(0, 32), text });

/** A connection of the pool, as `pg` gives it. */
export type Connection = Pick<PoolClient, 'query'>;

/** The connection that a query runner holds from now on. TypeORM's own `query` knows no prepared statements. */
export const connectionOf = (runner: QueryRunner): Promise<Connection> => runner.connect() as Promise<Connection>;

/** Sends one statement; values go in as parameters ($1 …), never into the text. */
export function ask<T>(
  connection: Connection,
  sql: Sql,
  params: readonly Param[] = [],
): Promise<QueryResult<T & QueryResultRow>> {
  const statement = typeof sql === 'string' ? { text: sql } : sql;
  return connection.query<T & QueryResultRow>({ ...statement, values: [...params] });
}
