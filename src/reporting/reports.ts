import { Injectable } from '@nestjs/common';
import { Audit } from '../audit';
import { Exams, type ExamState } from '../exams';
import { Clock } from '../platform/clock';
import { can, type Ctx, visibleClinics } from '../platform/context';
import { Db, type Tx } from '../platform/database';
import { commonErrors, DomainError } from '../platform/errors';
import type { ReportAnnexView } from './annexes/annex.rules';
import { Annexes } from './annexes/annexes';
import type { KeyImage } from './key-images/key-image';
import { KeyImages } from './key-images/key-images';
import { writesAtClinic } from './writing/clinic-writer.rules';
import {
  type DraftRow,
  type DraftView,
  draftView,
  type ReportVersionView,
  type SubmissionRow,
  type SubmissionView,
  submissionView,
  VERSION_ROWS,
  type VersionRow,
  versionView,
} from './report-view';
import type { AmendmentView } from './revisions/amendment.view';
import { RevisionsQueries } from './revisions/revisions.queries';
import { Sightings } from './revisions/sightings';

export interface ReportView {
  readonly examId: string;
  readonly state: ExamState;
  /** Of the images as they are now; a submission with another was written on others. */
  readonly imageSet: number;
  /** 身份存疑: it is in doubt whose images these are, since when and why; null while it is not. */
  readonly identityHold: { readonly since: Date; readonly reason: string | null } | null;
  /** For readers of the county and, in review mode, the clinic that writes; null for others and once the report is signed. */
  readonly draft: DraftView | null;
  /** What went to review and what became of it, newest first; empty for those to whom no draft is shown. */
  readonly submissions: readonly SubmissionView[];
  /** 更正 or 补充 that is being written or reviewed; null for clinics, who see its mark on the version that stands. */
  readonly amendment: AmendmentView | null;
  /** 会诊意见 that the next version will carry; empty for clinics, who read them in the versions. */
  readonly annexes: readonly ReportAnnexView[];
  /** 关键图像 that the next version will carry; empty for those to whom no draft is shown. */
  readonly keyImages: readonly KeyImage[];
  /** Oldest first. What was called back is not shown to clinics. */
  readonly versions: readonly ReportVersionView[];
}

/** A report as it is to be read now: the version in force and what was added to it, oldest first. */
export interface StandingReport {
  readonly version: ReportVersionView;
  readonly addenda: readonly ReportVersionView[];
}

/** Nobody works on the text any more: the versions are the report. */
const SETTLED: readonly ExamState[] = ['SIGNED', 'AMENDING', 'VOID'];

/**
 * Reads of reports. Clinics see the signed versions of their own exams and nothing that is being written, unless they write
 * it themselves.
 */
@Injectable()
export class Reports {
  constructor(
    private readonly db: Db,
    private readonly exams: Exams,
    private readonly revisions: RevisionsQueries,
    private readonly sightings: Sightings,
    private readonly annexes: Annexes,
    private readonly keyImages: KeyImages,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** The exam's report as the caller may see it; a person of the clinic has read it then. Throws `not_found`. */
  async report(ctx: Ctx, examId: string): Promise<ReportView> {
    return this.sightings.reading(
      ctx,
      (tx) => this.reportIn(tx, examId),
      ({ versions }) => [...versions],
    );
  }

  private async reportIn(tx: Tx, examId: string): Promise<ReportView> {
    const { exam } = await this.exams.brief(tx, examId);
    const { state } = exam;
    const versions = await this.versionsOf(tx, examId);
    const reads = can(tx.ctx, 'worklist.read');
    const writes = reads || writesAtClinic(tx.ctx, exam);
    return {
      examId,
      state,
      imageSet: exam.image_set,
      identityHold: exam.identity_hold_at && { since: exam.identity_hold_at, reason: exam.identity_hold_reason },
      draft: writes && !SETTLED.includes(state) ? await this.draftOf(tx, examId) : null,
      submissions: writes ? await this.submissionsOf(tx, examId) : [],
      amendment: reads ? await this.revisions.openAmendment(tx, examId) : null,
      annexes: reads ? await this.annexes.joined(tx, examId) : [],
      keyImages: writes ? await this.keyImages.marked(tx, examId) : [],
      versions,
    };
  }

  /** The signed versions of an exam, oldest first; none when the exam is not the caller's to see. */
  async ofExam(ctx: Ctx, examId: string): Promise<ReportVersionView[]> {
    return this.db.read(ctx, (tx) => this.versionsOf(tx, examId));
  }

  /** What stands of each of these exams, by exam; exams without a report are left out. */
  async inForce(tx: Tx, examIds: readonly string[]): Promise<ReadonlyMap<string, StandingReport>> {
    const rows = await tx.rows<VersionRow>(
      `${VERSION_ROWS} WHERE v.county_id = $1 AND v.exam_id = ANY($2) AND report_recall.version_id IS NULL ORDER BY v.number`,
      [tx.ctx.countyId, examIds],
    );
    const standing = new Map<string, StandingReport>();
    for (const row of rows) {
      const version = versionView(row);
      const before = standing.get(row.exam_id);
      if (row.kind !== 'addendum') {
        // A corrected name leaves what was added where it is; a corrected text has taken it in.
        standing.set(row.exam_id, { version, addenda: row.kind === 'demographics' ? (before?.addenda ?? []) : [] });
      } else if (before) standing.set(row.exam_id, { ...before, addenda: [...before.addenda, version] });
    }
    return standing;
  }

  /** One signed version, in the caller's transaction. Throws `not_found`. */
  async version(tx: Tx, versionId: string): Promise<ReportVersionView> {
    return versionView(await this.row(tx, versionId));
  }

  /** The same as it is stored. Throws `not_found`. */
  async row(tx: Tx, versionId: string): Promise<VersionRow> {
    const row = await tx.row<VersionRow>(
      `${VERSION_ROWS} WHERE v.county_id = $1 AND v.id = $2 AND ($3::uuid[] IS NULL OR v.clinic_id = ANY($3))`,
      [tx.ctx.countyId, versionId, clinicsOf(tx.ctx)],
    );
    if (!row) throw new DomainError(commonErrors.not_found);
    return row;
  }

  /** Where a version's sheet lies; the first who says so counts, for the same version always makes the same bytes. */
  async notePdf(tx: Tx, versionId: string, pdf: { readonly sha256: string; readonly bytes: number }): Promise<void> {
    const first = await tx.change(
      `UPDATE report_version SET pdf_sha256 = $3, pdf_bytes = $4, pdf_at = $5
       WHERE county_id = $1 AND id = $2 AND pdf_sha256 IS NULL`,
      [tx.ctx.countyId, versionId, pdf.sha256, pdf.bytes, this.clock.now()],
    );
    if (first !== 1) return;
    const details = { ...pdf };
    await this.audit.record(tx, { action: 'report.pdf', subjectType: 'report_version', subjectId: versionId, details });
  }

  private async versionsOf(tx: Tx, examId: string): Promise<ReportVersionView[]> {
    const rows = await tx.rows<VersionRow>(
      `${VERSION_ROWS} WHERE v.county_id = $1 AND v.exam_id = $2
         AND ($3::uuid[] IS NULL OR (v.clinic_id = ANY($3) AND report_recall.version_id IS NULL))
       ORDER BY v.number`,
      [tx.ctx.countyId, examId, clinicsOf(tx.ctx)],
    );
    return rows.map((row) => versionView(forCaller(tx.ctx, row)));
  }

  private async draftOf(tx: Tx, examId: string): Promise<DraftView | null> {
    const row = await tx.row<DraftRow>(
      `SELECT d.*, p.name AS author_name FROM report_draft d JOIN person p ON p.id = d.author_id
       WHERE d.county_id = $1 AND d.exam_id = $2`,
      [tx.ctx.countyId, examId],
    );
    return row ? draftView(forCaller(tx.ctx, row), tx.ctx.actor.id) : null;
  }

  private async submissionsOf(tx: Tx, examId: string): Promise<SubmissionView[]> {
    const rows = await tx.rows<SubmissionRow>(
      `SELECT s.*, p.name AS writer_name FROM report_submission s JOIN person p ON p.id = s.writer_id
       WHERE s.county_id = $1 AND s.exam_id = $2 ORDER BY s.submitted_at DESC, s.id DESC`,
      [tx.ctx.countyId, examId],
    );
    return rows.map((row) => submissionView(forCaller(tx.ctx, row)));
  }
}

/** What was taken over may be another clinic's report: clinics are not told which. */
function forCaller<T extends { readonly copied_from_id: string | null }>(ctx: Ctx, row: T): T {
  return can(ctx, 'worklist.read') ? row : { ...row, copied_from_id: null };
}

function clinicsOf(ctx: Ctx): readonly string[] | null {
  const visible = visibleClinics(ctx);
  return visible;
}
