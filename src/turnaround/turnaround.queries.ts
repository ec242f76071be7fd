import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock';
import type { Ctx } from '../platform/context';
import { Db, decodeCursor, pageOf, timeAndId, type Tx } from '../platform/database';
import { DIMENSIONS, type Dimension, type Stage, STAGE_NAMES, stageSeconds } from './stages';
import { type OpenInput, type SummaryInput, summaryRange } from './turnaround.dto';

/** Seconds; null when no exam of the group has both clocks. */
export interface Spread {
  readonly n: number;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p95: number | null;
  readonly max: number | null;
}

interface Group {
  key: string | null;
  name: string | null;
  signed: number;
  withinLimit: { n: number; of: number; share: number | null };
  stages: Partial<Record<Stage, Spread>>;
  open: { n: number; overdue: number; oldestSeconds: number | null };
}

type SpreadRow = Record<`${Stage}_n` | `${Stage}_max`, string | null> & Record<`${Stage}_p`, (number | null)[] | null>;

interface SummaryRow {
  key: string | null;
  signed: string;
  limited: string;
  within: string;
}

@Injectable()
export class TurnaroundQueries {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
  ) {}

  /**
   * Per group: the spread of every stage over the exams signed in [from, to), the share signed by their due time, and,
   * beside them, the exams that are still open with their age: percentiles of finished work hide the stuck.
   */
  async summary(ctx: Ctx, input: SummaryInput): Promise<object> {
    const now = this.clock.now();
    const { from, to } = summaryRange(input, now);
    const groups = await this.db.read(ctx, async (tx) => {
      const found = new Map<string | null, Group>();
      for (const row of await this.finished(tx, input.by, from, to)) found.set(row.key, finishedGroup(row));
      for (const row of await this.open(tx, input.by, now)) {
        const group = found.get(row.key) ?? emptyGroup(row.key);
        found.set(row.key, {
          ...group,
          open: { n: Number(row.n), overdue: Number(row.overdue), oldestSeconds: round(row.oldest) },
        });
      }
      return this.named(tx, input.by, [...found.values()]);
    });
    return { from, to, by: input.by, groups: groups.sort((a, b) => (a.key ?? '').localeCompare(b.key ?? '')) };
  }

  /** Exams that are queued and not signed, oldest first, with their age in seconds; keyset on (T3, exam). */
  async listOpen(ctx: Ctx, input: OpenInput): Promise<object> {
    const after = input.cursor ? decodeCursor(input.cursor, timeAndId) : null;
    const now = this.clock.now();
    const rows = await this.db.read(ctx, (tx) =>
      tx.rows<{
        exam_id: string;
        clinic_id: string;
        state: string;
        priority: string;
        modality: string;
        t3: Date;
        due_at: Date | null;
      }>(
        `SELECT exam_id, clinic_id, state, priority, modality, t3, due_at FROM exam_clock
         WHERE county_id = $1 AND t7 IS NULL AND t3 IS NOT NULL AND state NOT IN ('VOID', 'WITHDRAWN')
           AND ($2::timestamptz IS NULL OR (t3, exam_id) > ($2::timestamptz, $3::uuid))
         ORDER BY t3, exam_id LIMIT $4`,
        [ctx.countyId, after?.[0] ?? null, after?.[1] ?? null, input.limit + 1],
      ),
    );
    const view = (row: (typeof rows)[number]): object => ({
      examId: row.exam_id,
      clinicId: row.clinic_id,
      state: row.state,
      priority: row.priority,
      modality: row.modality,
      queuedAt: row.t3,
      dueAt: row.due_at,
      ageSeconds: Math.max(0, Math.round((now.getTime() - row.t3.getTime()) / 1_000)),
    });
    return pageOf(rows, input.limit, view, (last) => [last.t3.toISOString(), last.exam_id]);
  }

  private finished(tx: Tx, by: Dimension, from: Date, to: Date): Promise<(SummaryRow & SpreadRow)[]> {
    const stages = STAGE_NAMES.map((stage) => {
      const seconds = stageSeconds(stage);
      return `count(${seconds}) AS "${stage}_n", max(${seconds}) AS "${stage}_max",
        percentile_cont(ARRAY[0.5, 0.9, 0.95]) WITHIN GROUP (ORDER BY ${seconds}) AS "${stage}_p"`;
    });
    return tx.rows(
      `SELECT ${DIMENSIONS[by]} AS key, count(*) AS signed, count(due_at) AS limited, count(*) FILTER (WHERE t7 <= due_at) AS within,
         ${stages.join(', ')}
       FROM exam_clock WHERE county_id = $1 AND t7 >= $2 AND t7 < $3 GROUP BY 1`,
      [tx.ctx.countyId, from, to],
    );
  }

  private open(
    tx: Tx,
    by: Dimension,
    now: Date,
  ): Promise<{ key: string | null; n: string; overdue: string; oldest: number }[]> {
    return tx.rows(
      `SELECT ${DIMENSIONS[by]} AS key, count(*) AS n, count(*) FILTER (WHERE due_at < $2) AS overdue,
         max(greatest(0, extract(epoch FROM $2::timestamptz - t3)))::float8 AS oldest
       FROM exam_clock WHERE county_id = $1 AND t7 IS NULL AND t3 IS NOT NULL AND state NOT IN ('VOID', 'WITHDRAWN') GROUP BY 1`,
      [tx.ctx.countyId, now],
    );
  }

  private async named(tx: Tx, by: Dimension, groups: Group[]): Promise<Group[]> {
    if (by !== 'clinic' && by !== 'hospital') return groups;
    const names = await tx.rows<{ id: string; name: string }>(`SELECT id, name FROM ${by} WHERE county_id = $1`, [
      tx.ctx.countyId,
    ]);
    const byId = new Map(names.map((row) => [row.id, row.name]));
    return groups.map((group) => ({ ...group, name: group.key ? (byId.get(group.key) ?? null) : null }));
  }
}

const emptyGroup = (key: string | null): Group => ({
  key,
  name: null,
  signed: 0,
  withinLimit: { n: 0, of: 0, share: null },
  stages: {},
  open: { n: 0, overdue: 0, oldestSeconds: null },
});

function finishedGroup(row: SummaryRow & SpreadRow): Group {
  const [within, limited] = [Number(row.within), Number(row.limited)];
  const stages = Object.fromEntries(STAGE_NAMES.map((stage) => [stage, spread(row, stage)]));
  return {
    ...emptyGroup(row.key),
    signed: Number(row.signed),
    withinLimit: { n: within, of: limited, share: limited === 0 ? null : within / limited },
    stages,
  };
}

function spread(row: SpreadRow, stage: Stage): Spread {
  const [p50, p90, p95] = row[`${stage}_p`] ?? [];
  return {
    n: Number(row[`${stage}_n`]),
    p50: round(p50),
    p90: round(p90),
    p95: round(p95),
    max: round(row[`${stage}_max`]),
  };
}

function round(value: number | string | null | undefined): number | null {
  return value === null || value === undefined ? null : Math.round(Number(value) * 1_000) / 1_000;
}
