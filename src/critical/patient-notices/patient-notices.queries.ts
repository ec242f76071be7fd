import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context';
import { Db, decodeCursor, type Page, pageOf, timeAndId, type Tx } from '../../platform/database';
import { commonErrors, DomainError } from '../../platform/errors';
import type { ListInput } from '../critical.dto';
import { clinicFilter, CLINICS, clinicsOf, examOf, type ListFilter } from '../list/critical.queries';
import type { PatientNotice, PatientNoticeCause } from './patient-notice.entity';

type Row = PatientNotice & {
  readonly clinic_name: string;
  readonly accession_number: string | null;
  readonly patient_name: string;
  readonly phone: string | null;
};

const CAUSE_NAMES: Readonly<Record<PatientNoticeCause, string>> = {
  corrected: '报告更正',
  void: '报告作废',
  critical: '危急值',
};

const withNames = (rows: string): string =>
  `SELECT n.*, k.name AS clinic_name, e.accession_number, e.patient_name, e.phone
   FROM (${rows}) n JOIN clinic k ON k.id = n.clinic_id JOIN exam e ON e.id = n.exam_id ORDER BY n.opened_at DESC, n.id DESC`;

/** Parameters: county, clinics or null, exam or null, position (time, id), rows. One text per filter, for its own index. */
export const patientNoticesPage = (filter: ListFilter): string =>
  withNames(
    `SELECT * FROM patient_notice
     WHERE county_id = $1 ${CLINICS[filter.clinics]} ${examOf(filter)} ${filter.open ? "AND state = 'OPEN'" : ''}
       AND ($4::timestamptz IS NULL OR (opened_at, id) < ($4, $5::uuid))
     ORDER BY opened_at DESC, id DESC LIMIT $6`,
  );

export type PatientNoticeView = ReturnType<typeof view>;

@Injectable()
export class PatientNoticesQueries {
  constructor(private readonly db: Db) {}

  /** Newest first; keyset on the time of opening. */
  async list(ctx: Ctx, input: ListInput): Promise<Page<PatientNoticeView>> {
    const clinics = clinicsOf(ctx, input.clinic);
    const after = input.cursor ? decodeCursor(input.cursor, timeAndId) : [null, null];
    const text = patientNoticesPage({
      open: input.open,
      clinics: clinicFilter(clinics),
      exam: input.exam !== undefined,
    });
    const params = [ctx.countyId, clinics, input.exam ?? null, ...after, input.limit + 1];
    const rows = await this.db.read(ctx, (tx) => tx.rows<Row>(text, params));
    return pageOf(rows, input.limit, view, (last) => [last.opened_at.toISOString(), last.id]);
  }

  /** In the caller's transaction. Throws `not_found`. */
  async one(tx: Tx, id: string): Promise<PatientNoticeView> {
    const row = await tx.row<Row>(
      withNames(
        'SELECT * FROM patient_notice WHERE county_id = $1 AND id = $2 AND ($3::uuid[] IS NULL OR clinic_id = ANY($3))',
      ),
      [tx.ctx.countyId, id, clinicsOf(tx.ctx, undefined)],
    );
    if (!row) throw new DomainError(commonErrors.not_found);
    return view(row);
  }
}

function view(row: Row) {
  return {
    patientNoticeId: row.id,
    examId: row.exam_id,
    accessionNumber: row.accession_number,
    patientName: row.patient_name,
    patientPhone: row.phone,
    clinicId: row.clinic_id,
    clinicName: row.clinic_name,
    cause: row.cause,
    causeName: CAUSE_NAMES[row.cause],
    causeId: row.cause_id,
    state: row.state,
    openedAt: row.opened_at,
    // A report opens it by itself, a person only for a critical value.
    openedBy: row.cause === 'critical' ? row.opened_by_name : '系统',
    escalations: row.level,
    nextEscalationAt: row.next_due_at,
    closed: row.closed_at && {
      at: row.closed_at,
      by: row.closed_by_name,
      who: row.informed_who,
      when: row.informed_at,
      how: row.informed_how,
      oldPaperWithdrawn: row.old_paper_withdrawn,
      note: row.note,
    },
  };
}
