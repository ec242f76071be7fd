import { Injectable } from '@nestjs/common';
import { type Ctx, visibleClinics } from '../../platform/context';
import { Db, decodeCursor, type Page, pageOf, type Tx } from '../../platform/database';
import { z } from 'zod';
import { commonErrors, DomainError } from '../../platform/errors';
import type { ReportVersion } from '../reporting.entities';
import { type AmendmentRow, type AmendmentView, amendmentView } from './amendment.view';
import { type TextChanges, textChanges } from './changes.rules';
import type { OpenList } from './revisions.dto';
import type { LateImages, ReportDemographics } from './revisions.entities';
import { revisionErrors } from './revisions.errors';
import { Sightings } from './sightings';

const position = z.tuple([z.uuid()]);

/** Of one table: newest first, by its id. Parameters: county, id to go on before, rows, and what `of` adds. */
const newestFirst = (table: string, open: string | null, of = ''): string =>
  `SELECT * FROM ${table} WHERE county_id = $1 ${of} ${open ? `AND ${open}` : ''} AND ($2::uuid IS NULL OR id < $2)
   ORDER BY id DESC LIMIT $3`;

/** With the names that a screen shows. */
const withExam = (rows: string): string => `
  SELECT r.*, e.accession_number, e.patient_name, e.image_set AS exam_image_set, e.state AS exam_state,
    k.name AS clinic_name
  FROM (${rows}) r JOIN exam e ON e.county_id = $1 AND e.id = r.exam_id JOIN clinic k ON k.id = r.clinic_id`;

const amendments = (rows: string): string => `
  SELECT named.*, named.exam_image_set AS image_set, p.name AS writer_name,
    (SELECT name FROM hospital WHERE id = named.writer_hospital_id) AS writer_hospital_name,
    (SELECT name FROM person WHERE id = named.author_id) AS author_name,
    (SELECT name FROM person WHERE id = named.taken_from_id) AS taken_from_name
  FROM (${withExam(rows)}) named JOIN person p ON p.id = named.writer_id ORDER BY named.id DESC`;

const OPEN_AMENDMENT = `state IN ('WRITING', 'SUBMITTED')`;

export const AMENDMENTS_PAGE = (open: boolean): string =>
  amendments(newestFirst('report_amendment', open ? OPEN_AMENDMENT : null));
/** The open ones that are written, or were handed in, at the hospital $4. */
export const AMENDMENTS_AT = amendments(
  newestFirst('report_amendment', OPEN_AMENDMENT, 'AND writer_hospital_id = $4::uuid'),
);

/** Which clinics a list is of: without a filter, one of them (the usual caller), or several. One text for each. */
export type ClinicFilter = 'all' | 'one' | 'several';
const CLINICS: Readonly<Record<ClinicFilter, string>> = {
  all: 'AND $4::uuid[] IS NULL',
  one: 'AND clinic_id = ($4::uuid[])[1]',
  several: 'AND clinic_id = ANY($4::uuid[])',
};
export const DEMOGRAPHICS_PAGE = (open: boolean, clinics: ClinicFilter): string => {
  const rows = newestFirst('report_demographics', open ? `state = 'ASKED'` : null, CLINICS[clinics]);
  return `${withExam(rows)} ORDER BY r.id DESC`;
};
export const LATE_IMAGES_PAGE = (open: boolean): string =>
  `${withExam(newestFirst('late_images', open ? 'answer IS NULL' : null))} ORDER BY r.id DESC`;

/** Where a page begins, and its size. */
type Place = Pick<OpenList, 'cursor' | 'limit'>;

interface ExamNames {
  readonly accession_number: string | null;
  readonly patient_name: string;
  readonly clinic_name: string;
}

/** What was changed by a version, against the one whose place it took. */
export interface ChangesView {
  readonly versionId: string;
  readonly number: number;
  readonly kind: string;
  readonly reason: string | null;
  /** Number of the version compared with; null when there was none. */
  readonly since: number | null;
  readonly changes: TextChanges | null;
}

/** Reads of what goes on after a signature: the lists of what is open, and what a version changed. */
@Injectable()
export class RevisionsQueries {
  constructor(
    private readonly db: Db,
    private readonly sightings: Sightings,
  ) {}

  async amendments(ctx: Ctx, input: OpenList): Promise<Page<AmendmentView>> {
    return this.page<AmendmentRow, AmendmentView>(ctx, AMENDMENTS_PAGE(input.open), input, shownTo(ctx));
  }

  /**
   * Open amendments of one hospital, newest first: what a shift tells the next. The caller has been asked whether the
   * hospital is his to see.
   */
  async amendmentsAt(ctx: Ctx, hospitalId: string, input: Place): Promise<Page<AmendmentView>> {
    return this.page<AmendmentRow, AmendmentView>(ctx, AMENDMENTS_AT, input, shownTo(ctx), [hospitalId]);
  }

  /** Requests for 信息更正 of the clinics that the caller may see: a clinic's own, and every clinic's for readers. */
  async demographics(ctx: Ctx, input: OpenList): Promise<Page<object>> {
    const clinics = visibleClinics(ctx);
    const filter = clinics === null ? 'all' : clinics.length === 1 ? 'one' : 'several';
    const text = DEMOGRAPHICS_PAGE(input.open, filter);
    return this.page<ReportDemographics & ExamNames, object>(ctx, text, input, demographicsView, [clinics]);
  }

  async lateImages(ctx: Ctx, input: OpenList): Promise<Page<object>> {
    return this.page<LateImages & ExamNames, object>(ctx, LATE_IMAGES_PAGE(input.open), input, (row) => ({
      taskId: row.id,
      ...examNames(row),
      versionId: row.version_id,
      signerId: row.signer_id,
      signedImageSet: row.signed_image_set,
      imageSet: row.image_set,
      openedAt: row.opened_at,
      answer: row.answer,
      note: row.note,
      answeredAt: row.answered_at,
    }));
  }

  /** The exam's open amendment with its text, for those who may work on it. */
  async openAmendment(tx: Tx, examId: string): Promise<AmendmentView | null> {
    const row = await tx.row<AmendmentRow>(
      amendments(
        `SELECT * FROM report_amendment WHERE county_id = $1 AND exam_id = $2 AND state IN ('WRITING', 'SUBMITTED')`,
      ),
      [tx.ctx.countyId, examId],
    );
    return row ? amendmentView(row, tx.ctx.actor.id) : null;
  }

  /**
   * 修改痕迹 between a version and the last one before it that says something itself. A person of the clinic has read
   * both if there is a word of them in the answer. Throws `not_found` and, for the clinic, `report_recalled`.
   */
  async changes(ctx: Ctx, versionId: string): Promise<ChangesView> {
    const { version, base, changes } = await this.sightings.reading(
      ctx,
      (tx) => this.compared(tx, versionId),
      (found) =>
        found.changes === null || !found.base
          ? []
          : [found.version, found.base].map(({ id, exam_id: examId }) => ({ versionId: id, examId })),
    );
    const { number, kind, reason } = version;
    return { versionId, number, kind, reason, since: base?.number ?? null, changes };
  }

  private async compared(tx: Tx, versionId: string): Promise<Compared> {
    const clinics = visibleClinics(tx.ctx);
    const [version, base] = await tx.rows<ComparedRow>(CHANGES, [tx.ctx.countyId, versionId, clinics]);
    if (version?.id !== versionId) throw new DomainError(commonErrors.not_found);
    const { recalled_at: recalledAt } = version;
    if (recalledAt && clinics) throw new DomainError(revisionErrors.report_recalled, { recalledAt });
    if (!base || version.kind === 'addendum' || version.kind === 'void') return { version, base: null, changes: null };
    return { version, base, changes: textChanges(base, version) };
  }

  private async page<R extends { readonly id: string }, V>(
    ctx: Ctx,
    sql: string,
    { cursor, limit }: Place,
    view: (row: R) => V,
    more: readonly unknown[] = [],
  ): Promise<Page<V>> {
    const before = cursor === undefined ? null : decodeCursor(cursor, position)[0];
    const rows = await this.db.read(ctx, (tx) => tx.rows<R>(sql, [ctx.countyId, before, limit + 1, ...more]));
    return pageOf(rows, limit, view, (last) => [last.id]);
  }
}

type ComparedRow = ReportVersion & { readonly recalled_at: Date | null };

/** `base`: the version compared with, null where nothing is compared. */
interface Compared {
  readonly version: ComparedRow;
  readonly base: ComparedRow | null;
  readonly changes: TextChanges | null;
}

/** The version first, then the one it is compared with. */
const CHANGES = `
  WITH this AS (
    SELECT * FROM report_version WHERE county_id = $1 AND id = $2 AND ($3::uuid[] IS NULL OR clinic_id = ANY($3)))
  (SELECT this.*, recall.recalled_at FROM this LEFT JOIN report_recall recall ON recall.version_id = this.id) UNION ALL
  (SELECT v.*, NULL FROM report_version v JOIN this ON this.exam_id = v.exam_id AND v.number < this.number
   WHERE v.county_id = $1 AND v.kind NOT IN ('addendum', 'void')
     AND NOT EXISTS (SELECT 1 FROM report_recall r WHERE r.version_id = v.id)
   ORDER BY v.number DESC LIMIT 1)`;

const examNames = (row: ExamNames & { readonly exam_id: string }): object => ({
  examId: row.exam_id,
  accessionNumber: row.accession_number,
  patientName: row.patient_name,
  clinicName: row.clinic_name,
});

const shownTo =
  (ctx: Ctx) =>
  (row: AmendmentRow): AmendmentView =>
    amendmentView(row, ctx.actor.id);

const demographicsView = (row: ReportDemographics & ExamNames): object => ({
  requestId: row.id,
  ...examNames(row),
  state: row.state,
  changes: row.changes,
  evidence: row.evidence,
  askedBy: row.asked_by_name,
  askedAt: row.asked_at,
  decidedAt: row.decided_at,
  decisionReason: row.decision_reason,
  issuedVersionId: row.issued_id,
});
