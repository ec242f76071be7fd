import { Injectable } from '@nestjs/common';
import type { Sex } from '../../exams';
import type { Ctx } from '../../platform/context';
import { Db, decodeCursor, type Page, pageOf, timeAndId } from '../../platform/database';
import { LINK_STATE_NAMES, type LinkState } from './person-link.state';
import type { LinksList } from '../priors.dto';
import type { Evidence } from './same-person.rules';

interface Side {
  readonly patientId: string;
  readonly clinicName: string;
  readonly localId: string;
  readonly name: string;
  readonly sex: Sex | null;
  readonly birthDate: string | null;
  /** Number of exams of this patient. */
  readonly exams: number;
}

interface LinkRow {
  readonly id: string;
  readonly state: LinkState;
  readonly how: 'id_number' | 'manual';
  readonly evidence: Evidence;
  readonly made_by: string;
  readonly made_at: Date;
  readonly decided_by: string | null;
  readonly decided_at: Date | null;
  readonly reason: string | null;
  readonly a: Side;
  readonly b: Side;
}

export interface LinkView {
  readonly linkId: string;
  readonly state: LinkState;
  readonly stateName: string;
  readonly how: 'id_number' | 'manual';
  readonly evidence: Evidence;
  readonly madeBy: string;
  readonly madeAt: Date;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  readonly reason: string | null;
  /** The two patients side by side, for whoever has to compare them. */
  readonly patients: readonly [Side, Side];
}

const side = (alias: string): string => `
  (SELECT jsonb_build_object('patientId', p.id, 'clinicName', c.name, 'localId', p.local_id, 'name', p.name, 'sex', p.sex,
     'birthDate', p.birth_date, 'exams', (SELECT count(*) FROM exam e WHERE e.county_id = $1 AND e.patient_id = p.id))
   FROM patient p JOIN clinic c ON c.id = p.clinic_id WHERE p.county_id = $1 AND p.id = l.${alias})`;

/** Links of a state, newest first. Parameters: county, state, position (time, id), rows. */
export const LINKS_PAGE = `
  SELECT l.id, l.state, l.how, l.evidence, l.made_by, l.made_at, l.decided_by, l.decided_at, l.reason,
    ${side('patient_a')} AS a, ${side('patient_b')} AS b
  FROM (SELECT * FROM person_link WHERE county_id = $1 AND state = $2
          AND ($3::timestamptz IS NULL OR (made_at, id) < ($3, $4::uuid))
        ORDER BY made_at DESC, id DESC LIMIT $5) l
  ORDER BY l.made_at DESC, l.id DESC`;

@Injectable()
export class PersonLinksQueries {
  constructor(private readonly db: Db) {}

  async list(ctx: Ctx, { state, cursor, limit }: LinksList): Promise<Page<LinkView>> {
    const after = cursor ? decodeCursor(cursor, timeAndId) : [null, null];
    const rows = await this.db.read(ctx, (tx) =>
      tx.rows<LinkRow>(LINKS_PAGE, [ctx.countyId, state, ...after, limit + 1]),
    );
    return pageOf(rows, limit, linkView, (last) => [last.made_at.toISOString(), last.id]);
  }
}

const linkView = (row: LinkRow): LinkView => ({
  linkId: row.id,
  state: row.state,
  stateName: LINK_STATE_NAMES[row.state],
  how: row.how,
  evidence: row.evidence,
  madeBy: row.made_by,
  madeAt: row.made_at,
  decidedBy: row.decided_by,
  decidedAt: row.decided_at,
  reason: row.reason,
  patients: [row.a, row.b],
});
