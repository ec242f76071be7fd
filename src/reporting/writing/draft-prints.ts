import { Injectable } from '@nestjs/common';
import { examErrors, Exams } from '../../exams';
import type { Tx } from '../../platform/database';
import { commonErrors, DomainError } from '../../platform/errors';
import { reportingErrors } from '../reporting.errors';
import type { ReportDraft, ReportSubmission } from '../reporting.entities';
import type { KeyImage } from '../key-images/key-image';
import { KeyImages } from '../key-images/key-images';
import type { ReportSubject } from '../signing/report-subject';
import { Signatories } from '../signing/signatories';
import type { ReportText, Signatory } from '../signing/signing.rules';
import { Subjects } from '../signing/subjects';

/** A draft as its holder may print it: marked, unsigned, kept nowhere. */
export interface DraftPrint {
  readonly clinicId: string;
  readonly subject: ReportSubject;
  readonly text: ReportText;
  readonly keyImages: readonly KeyImage[];
  readonly writer: Signatory;
  /** 书写时间; null while it has not been submitted. */
  readonly writtenAt: Date | null;
  readonly savedAt: Date;
}

interface Holding {
  readonly clinic_id: string;
  readonly holder_id: string | null;
  readonly holder_hospital_id: string | null;
}

/** What a draft says, for the person who holds the exam. */
@Injectable()
export class DraftPrints {
  constructor(
    private readonly exams: Exams,
    private readonly subjects: Subjects,
    private readonly signatories: Signatories,
    private readonly keyImages: KeyImages,
  ) {}

  /** Throws `not_found` (no exam, no draft), `not_held`, `identity_on_hold`, `exam_data_missing`. */
  async of(tx: Tx, examId: string): Promise<DraftPrint> {
    const { exam } = await this.exams.brief(tx, examId);
    const params = [tx.ctx.countyId, examId];
    const holding = await tx.row<Holding>(
      'SELECT clinic_id, holder_id, holder_hospital_id FROM reading_item WHERE county_id = $1 AND exam_id = $2',
      params,
    );
    if (holding?.holder_id !== tx.ctx.actor.id) throw new DomainError(reportingErrors.not_held, { state: exam.state });
    if (exam.identity_hold_at) throw new DomainError(examErrors.identity_on_hold, { state: exam.state });
    const draft = await tx.row<ReportDraft>('SELECT * FROM report_draft WHERE county_id = $1 AND exam_id = $2', params);
    if (!draft) throw new DomainError(commonErrors.not_found);
    const subject = await this.subjects.of(tx, examId, { state: exam.state });
    const submitted = await tx.row<Pick<ReportSubmission, 'writer_id' | 'writer_hospital_id' | 'submitted_at'>>(
      `SELECT writer_id, writer_hospital_id, submitted_at FROM report_submission
       WHERE county_id = $1 AND exam_id = $2 AND outcome IS NULL`,
      params,
    );
    const [writer] = await this.signatories.read(
      tx,
      submitted
        ? { personId: submitted.writer_id, hospitalId: submitted.writer_hospital_id }
        : { personId: holding.holder_id, hospitalId: holding.holder_hospital_id },
    );
    const writtenAt = submitted?.submitted_at ?? null;
    const keyImages = await this.keyImages.marked(tx, examId);
    return { clinicId: holding.clinic_id, subject, text: draft, keyImages, writer, writtenAt, savedAt: draft.saved_at };
  }
}
