import { Injectable } from '@nestjs/common';
import { can, type Ctx } from '../../platform/context';
import { Db, type Page, pageOf, type Tx } from '../../platform/database';
import { commonErrors, DomainError } from '../../platform/errors';
import { type ItemRow, type ItemView, itemView, withNames } from '../list/item.view';
import { worklistErrors } from '../worklist.errors';
import { positionOf } from '../list/worklist.queries';
import type { HandoverList } from './handover.dto';
import { type HandoverKind, handoverKind } from './handover.rules';

export type HandoverLine = ItemView & { readonly kind: HandoverKind };

/** The lines are in the list's order. */
export interface HandoverPage extends Page<HandoverLine> {
  readonly hospitalId: string;
  /** The last hand-overs from or to this hospital, newest first. */
  readonly records: readonly object[];
  /** Who of the hospital is away now. */
  readonly away: readonly object[];
}

const RECORDS = 20;
const ORDER = 'rank, due_at, exam_id';

/** What one shift tells the next of its reading; the overview joins what other slices know. */
@Injectable()
export class HandoverQueries {
  constructor(private readonly db: Db) {}

  /** Throws `wrong_hospital`, `hospital_missing`, `not_found`. */
  async page(ctx: Ctx, input: HandoverList): Promise<HandoverPage> {
    const hospitalId = hospitalOf(ctx, input.hospitalId);
    return this.db.read(ctx, async (tx) => {
      await this.requireHospital(tx, hospitalId);
      const after = input.cursor === undefined ? null : positionOf(input.cursor);
      const rows = await tx.rows<ItemRow>(withNames(OPEN_WORK), [
        ctx.countyId,
        hospitalId,
        after?.rank ?? null,
        after?.dueAt ?? null,
        after?.examId ?? null,
        input.limit + 1,
      ]);
      const line = (row: ItemRow): HandoverLine => ({ ...itemView(row), kind: handoverKind(row)! });
      return {
        hospitalId,
        ...pageOf(rows, input.limit, line, (last) => [last.rank, last.due_at.toISOString(), last.exam_id]),
        records: await tx.rows<object>(RECORDS_OF, [ctx.countyId, hospitalId, RECORDS]),
        away: await tx.rows<object>(AWAY, [ctx.countyId, hospitalId]),
      };
    });
  }

  private async requireHospital(tx: Tx, hospitalId: string): Promise<void> {
    const hospital = await tx.row('SELECT 1 AS known FROM hospital WHERE county_id = $1 AND id = $2', [
      tx.ctx.countyId,
      hospitalId,
    ]);
    if (!hospital) throw new DomainError(commonErrors.not_found);
  }
}

/** One's own hospital, the only one or the one named; any of the county for who manages all of it. */
function hospitalOf(ctx: Ctx, asked: string | undefined): string {
  const { actor } = ctx;
  if (asked === undefined) {
    const [only, ...others] = actor.hospitalIds;
    if (only !== undefined && others.length === 0) return only;
    throw new DomainError(worklistErrors.hospital_missing, { field: 'hospitalId' });
  }
  const own = (actor.hospitalIds as readonly string[]).includes(asked);
  if (!own && !(actor.countyWide && can(ctx, 'worklist.manage')))
    throw new DomainError(worklistErrors.wrong_hospital, { hospitalId: asked });
  return asked;
}

const BEHIND = `($3::int IS NULL OR (${ORDER}) > ($3::int, $4::timestamptz, $5::uuid))`;

/**
 * $1 county, $2 hospital, $3–$5 position, $6 limit. What its people hold, and what they wrote that others go on with.
 */
export const OPEN_WORK = `
  SELECT * FROM (
    (SELECT * FROM reading_item WHERE county_id = $1 AND holder_hospital_id = $2 AND ${BEHIND} ORDER BY ${ORDER} LIMIT $6)
    UNION ALL
    (SELECT * FROM reading_item WHERE county_id = $1 AND writer_hospital_id = $2 AND state IN ('PENDING_REVIEW', 'REVISING', 'PRELIM_ISSUED')
       AND holder_id IS NULL AND ${BEHIND} ORDER BY ${ORDER} LIMIT $6)
  ) AS work ORDER BY ${ORDER} LIMIT $6`;

const RECORDS_OF = `
  SELECT h.id AS "handoverId", h.note, h.done_by AS "doneBy", h.done_at AS "doneAt", h.exam_ids AS "examIds",
    jsonb_build_object('personId', h.from_id, 'name', f.name) AS "from", jsonb_build_object('personId', h.to_id, 'name', t.name) AS "to"
  FROM reading_handover h JOIN person f ON f.id = h.from_id JOIN person t ON t.id = h.to_id
  WHERE h.county_id = $1 AND (h.to_hospital_id = $2 OR $2 = ANY(h.from_hospital_ids))
  ORDER BY h.done_at DESC, h.id DESC LIMIT $3`;

const AWAY = `
  SELECT a.person_id AS "personId", p.name, a.reason, a.said_by AS "saidBy", a.began_at AS "since"
  FROM reader_absence a JOIN person p ON p.id = a.person_id
  WHERE a.county_id = $1 AND a.ended_at IS NULL AND EXISTS (
    SELECT 1 FROM person_grant g WHERE g.person_id = a.person_id AND g.hospital_id = $2 AND g.revoked_at IS NULL)
  ORDER BY a.began_at, a.id`;
