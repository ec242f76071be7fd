import { Injectable } from '@nestjs/common';
import { type Exam, Exams, StandingReports, type VoidDeed } from '../../exams';
import { Notices } from '../../notices';
import { Clock } from '../../platform/clock';
import { personOf } from '../../platform/context';
import type { Tx } from '../../platform/database';
import { DomainError } from '../../platform/errors';
import { newId } from '../../platform/ids';
import { Signatories } from '../signing/signatories';
import { Versions } from '../signing/versions';
import { SubmissionsService } from '../writing/submissions.service';
import { Amendments } from './amendments';
import { DemographicsService } from './demographics.service';
import { LateImagesTasks } from './late-images';
import { postOf } from './post.rules';
import { revisionErrors } from './revisions.errors';
import { StandingVersions } from './standing-versions';

/** What a void version says where findings would stand: a system that files the newest version must not file those. */
const NOTHING_SAID = {
  technique: '',
  findings: '',
  impression: '本报告已作废，不得作为诊断依据。',
  recommendation: '',
  positive: -1,
} as const;

/** The exams' question to this slice, and the void version that takes the place of what stands (entered in error). */
@Injectable()
export class VoidReports extends StandingReports {
  constructor(
    private readonly versions: Versions,
    private readonly standing: StandingVersions,
    private readonly amendments: Amendments,
    private readonly submissions: SubmissionsService,
    private readonly signatories: Signatories,
    private readonly lateImages: LateImagesTasks,
    private readonly demographics: DemographicsService,
    private readonly exams: Exams,
    private readonly notices: Notices,
    private readonly clock: Clock,
  ) {
    super();
  }

  async stands(tx: Tx, examId: string): Promise<boolean> {
    const row = await tx.row(
      `SELECT 1 FROM report_version v WHERE v.county_id = $1 AND v.exam_id = $2
         AND NOT EXISTS (SELECT 1 FROM report_recall r WHERE r.version_id = v.id) LIMIT 1`,
      [tx.ctx.countyId, examId],
    );
    return row !== undefined;
  }

  /**
   * Throws `kind_not_allowed`, `other_exam_same`, `wrong_hospital`, `hospital_missing`, and `not_found` for another
   * exam that is none.
   */
  async void(tx: Tx, exam: Exam, { reason, otherExamId, hospitalId }: VoidDeed): Promise<void> {
    if (otherExamId === exam.id) throw new DomainError(revisionErrors.other_exam_same, { field: 'otherExamId' });
    await this.endAmendment(tx, exam, reason);
    const present = { state: exam.state, imageSet: exam.image_set };
    const latest = await this.versions.before(tx, exam.id, 'void', present);
    const { subject } = await this.standing.latest(tx, exam.id);
    // Who takes a report out of force stands for that alone; the text it had is not his.
    const by = { personId: personOf(tx.ctx).id, hospitalId: postOf(tx.ctx, hospitalId, present) };
    const [voider] = await this.signatories.read(tx, by);
    const { county_id, clinic_id, image_set } = exam;
    const now = this.clock.now();
    await this.versions.issue(tx, {
      versionId: newId(),
      kind: 'void',
      item: { county_id, clinic_id, exam_id: exam.id, image_set },
      subject,
      text: NOTHING_SAID,
      submission: { id: null, submitted_at: now },
      reason,
      singleSign: true,
      writer: voider,
      reviewer: voider,
      latest,
      signedAt: now,
    });
    await this.lateImages.settle(tx, exam, 'void');
    await this.demographics.endOpen(tx, exam, reason);
    await this.tell(tx, exam, otherExamId);
  }

  private async endAmendment(tx: Tx, exam: Exam, reason: string): Promise<void> {
    await this.submissions.end(tx, exam.id, 'lapsed');
    if (!(await this.amendments.openOf(tx, exam.id))) return;
    const open = await this.amendments.lock(tx, exam.id);
    const set = { ended_at: this.clock.now(), ended_by: personOf(tx.ctx).id, end_reason: reason };
    await this.amendments.step(tx, open, 'CANCELLED', { verb: 'cancel', reason, set });
  }

  /** Both clinics: the one that has the report, and the one whose patient it was. */
  private async tell(tx: Tx, exam: Exam, otherExamId: string | undefined): Promise<void> {
    const told = { kind: 'report.voided', urgent: true, params: { examId: exam.id, otherExamId } };
    await this.notices.tell(tx, {
      ...told,
      examId: exam.id,
      text: `检查 ${exam.accession_number ?? ''} 的报告已作废，请收回已交给患者的报告并告知患者`,
      to: [{ clinicId: exam.clinic_id, permission: 'inbox.seen' }],
    });
    if (otherExamId === undefined) return;
    const { exam: other } = await this.exams.brief(tx, otherExamId);
    await this.notices.tell(tx, {
      ...told,
      examId: other.id,
      text: `检查 ${other.accession_number ?? ''} 的影像曾被误报在另一患者名下，该报告已作废，请核对本检查的报告`,
      to: [{ clinicId: other.clinic_id, permission: 'inbox.seen' }],
    });
  }
}
