import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context';
import { Db, decodeCursor, type Page, pageOf, timeAndId, type Tx } from '../../platform/database';
import { commonErrors, DomainError } from '../../platform/errors';
import type { ListInput } from '../critical.dto';
import { clinicFilter, CLINICS, clinicsOf, examOf, type ListFilter } from '../list/critical.queries';
import type { ImportantFinding } from './important.entity';
import { IMPORTANT_STATE_NAMES, OPEN, TIER_NAMES } from './important.state';

type Row = ImportantFinding & {
  readonly clinic_name: string;
  readonly accession_number: string | null;
  readonly patient_name: string;
};

const withNames = (rows: string): string =>
  `SELECT i.*, k.name AS clinic_name, e.accession_number, e.patient_name
   FROM (${rows}) i JOIN clinic k ON k.id = i.clinic_id JOIN exam e ON e.id = i.exam_id ORDER BY i.raised_at DESC, i.id DESC`;

/** Parameters: county, clinics or null, exam or null, position (time, id), rows. One text per filter, for its own index. */
export const importantPage = (filter: ListFilter): string =>
  withNames(
    `SELECT * FROM important_finding
     WHERE county_id = $1 ${CLINICS[filter.clinics]} ${examOf(filter)} ${filter.open ? `AND ${OPEN}` : ''}
       AND ($4::timestamptz IS NULL OR (raised_at, id) < ($4, $5::uuid))
     ORDER BY raised_at DESC, id DESC LIMIT $6`,
  );

export type ImportantView = ReturnType<typeof view>;

@Injectable()
export class ImportantQueries {
  constructor(private readonly db: Db) {}

  /** Newest first; keyset on the time it was raised. */
  async list(ctx: Ctx, input: ListInput): Promise<Page<ImportantView>> {
    const clinics = clinicsOf(ctx, input.clinic);
    const after = input.cursor ? decodeCursor(input.cursor, timeAndId) : [null, null];
    const text = importantPage({ open: input.open, clinics: clinicFilter(clinics), exam: input.exam !== undefined });
    const params = [ctx.countyId, clinics, input.exam ?? null, ...after, input.limit + 1];
    const rows = await this.db.read(ctx, (tx) => tx.rows<Row>(text, params));
    return pageOf(rows, input.limit, view, (last) => [last.raised_at.toISOString(), last.id]);
  }

  /** In the caller's transaction. Throws `not_found`. */
  async one(tx: Tx, id: string): Promise<ImportantView> {
    const row = await tx.row<Row>(
      withNames(
        'SELECT * FROM important_finding WHERE county_id = $1 AND id = $2 AND ($3::uuid[] IS NULL OR clinic_id = ANY($3))',
      ),
      [tx.ctx.countyId, id, clinicsOf(tx.ctx, undefined)],
    );
    if (!row) throw new DomainError(commonErrors.not_found);
    return view(row);
  }
}

function view(row: Row) {
  return {
    importantId: row.id,
    examId: row.exam_id,
    accessionNumber: row.accession_number,
    patientName: row.patient_name,
    clinicId: row.clinic_id,
    clinicName: row.clinic_name,
    tier: row.tier,
    tierName: TIER_NAMES[row.tier],
    finding: row.finding,
    state: row.state,
    stateName: IMPORTANT_STATE_NAMES[row.state],
    raisedAt: row.raised_at,
    raisedBy: row.raised_by_name,
    dueAt: row.due_at,
    overdue: row.overdue_at !== null,
    overdueAt: row.overdue_at,
    received: row.received_at && { at: row.received_at, by: row.received_by_name },
    followedUp: row.followed_up_at && { at: row.followed_up_at, by: row.followed_up_by_name, text: row.follow_up },
    closed: row.closed_at && { at: row.closed_at, by: row.closed_by_name, reason: row.close_reason },
  };
}
