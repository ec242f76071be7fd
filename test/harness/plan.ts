import { DataSource } from 'typeorm';
import { Config } from '../../src/platform/config';
import { appOptions, databaseLogins } from '../../src/platform/database';
import { onCluster } from './postgres';
import type { System } from './system';

/** A node of a plan as it ran. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

/**
 * Runs the statement as the app role under the county's policy (what it may use under row-level security is part of the
 * plan), undoes what it did and answers the nodes of its plan.
 */
export async function planOf(
  system: System,
  countyId: string,
  text: string,
  params: readonly unknown[],
): Promise<PlanNode[]> {
  const source = await new DataSource(appOptions(databaseLogins(system.get(Config)), [], 1)).initialize();
  const runner = source.createQueryRunner();
  try {
    await runner.startTransaction();
    await runner.query("SELECT set_config('app.county', $1, true)", [countyId]);
    const [row] = (await runner.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, [...params])) as [
      { 'QUERY PLAN': [{ Plan: PlanNode }] },
    ];
    return flatten(row['QUERY PLAN'][0].Plan);
  } finally {
    await runner.rollbackTransaction();
    await runner.release();
    await source.destroy();
  }
}

const flatten = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(flatten)];

/** The indexes that were used, by name, each once. */
export const indexesOf = (nodes: readonly PlanNode[]): string[] =>
  [...new Set(nodes.flatMap((node) => node['Index Name'] ?? []))].sort();

/** Rows that a node looked at, shown or not. */
export const touched = (node: PlanNode): number =>
  (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];

/** The same of all nodes that read this table. */
export const lookedAt = (nodes: readonly PlanNode[], table: string): number =>
  nodes.filter((node) => node['Relation Name'] === table).reduce((sum, node) => sum + touched(node), 0);

/** Only the owner may: without statistics every plan is a guess. */
export async function analyse(system: System, ...tables: readonly string[]): Promise<void> {
  const database = new URL(system.databaseUrl).pathname.slice(1);
  await onCluster((client) => client.query(`ANALYZE ${tables.join(', ')}`), database);
}
