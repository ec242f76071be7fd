import { Injectable } from '@nestjs/common';
import { Audit, Commands } from '../../audit';
import { type Exam, ExamDemographics, examErrors, ExamStates } from '../../exams';
import { Notices } from '../../notices';
import { Clock, localDate } from '../../platform/clock';
import { type Ctx, personOf } from '../../platform/context';
import type { Tx } from '../../platform/database';
import { commonErrors, DomainError, type ErrorParams } from '../../platform/errors';
import { newId } from '../../platform/ids';
import { worklistErrors } from '../../worklist';
import { Proofreading } from '../writing/proofreading';
import { Signatories } from '../signing/signatories';
import { requireLicence } from '../signing/signing.rules';
import { Subjects } from '../signing/subjects';
import { type Issued, Versions } from '../signing/versions';
import { correctionReason } from './demographics.rules';
import type { DemographicsState } from './amendment.state';
import { Amendments } from './amendments';
import { postOf } from './post.rules';
import type { ConfirmDemographics, DemographicsInput, Reason } from './revisions.dto';
import { ReportDemographics } from './revisions.entities';
import { revisionErrors } from './revisions.errors';
import { type StandingVersion, StandingVersions } from './standing-versions';

/**
 * 信息更正: the clinic says what is wrong about the patient and shows it, a reviewer confirms; the findings stay
 * untouched.
 */
@Injectable()
export class DemographicsService {
  constructor(
    private readonly commands: Commands,
    private readonly examStates: ExamStates,
    private readonly examDemographics: ExamDemographics,
    private readonly standing: StandingVersions,
    private readonly amendments: Amendments,
    private readonly subjects: Subjects,
    private readonly proofreading: Proofreading,
    private readonly signatories: Signatories,
    private readonly versions: Versions,
    private readonly notices: Notices,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** By the clinic. Throws `not_found`, `exam_state_conflict`, `demographics_same`, `demographics_asked`. */
  async ask(ctx: Ctx, examId: string, { changes, evidence }: DemographicsInput): Promise<object> {
    return this.commands.run(ctx, 'report.demographics', examId, async (tx) => {
      const exam = await this.signed(tx, examId);
      const present = { state: exam.state };
      if (Object.keys(this.examDemographics.changes(exam, changes)).length === 0)
        throw new DomainError(revisionErrors.demographics_same, present);
      if (await this.openOf(tx, examId)) throw new DomainError(revisionErrors.demographics_asked, present);
      const request: ReportDemographics = {
        id: newId(),
        county_id: tx.ctx.countyId,
        clinic_id: exam.clinic_id,
        exam_id: examId,
        state: 'ASKED',
        changes,
        evidence,
        asked_by: personOf(ctx).id,
        asked_by_name: ctx.actor.name,
        asked_at: this.clock.now(),
        decided_by: null,
        decided_at: null,
        decision_reason: null,
        issued_id: null,
      };
      await tx.insert(ReportDemographics, request);
      await this.record(tx, request, 'ask');
      await this.tellSigner(tx, exam, request.id);
      return { requestId: request.id, examId, state: request.state };
    });
  }

  /**
   * A reviewer confirms: exam and patient are put right, and a version with the corrected subject takes the place of
   * the one that stands. Where that text says something else of the patient than he is, only a correction mends it.
   * Throws `exam_state_conflict`, `identity_on_hold`, `demographics_decided`, `revision_open`, `own_report`,
   * `licence_invalid`, `lint_errors`, `hospital_missing`, `wrong_hospital`.
   */
  async confirm(ctx: Ctx, examId: string, requestId: string, input: ConfirmDemographics): Promise<object> {
    return this.commands.run(ctx, 'report.demographics-confirm', examId, async (tx) => {
      const exam = await this.signed(tx, examId);
      if (exam.identity_hold_at) throw new DomainError(examErrors.identity_on_hold, { state: exam.state });
      await this.amendments.requireNone(tx, examId, { state: exam.state });
      const request = await this.require(tx, exam, requestId);
      const corrected = await this.examDemographics.correct(tx, exam, request.changes, `信息更正申请 ${requestId}`);
      const version = await this.issue(tx, corrected, request, input?.hospitalId);
      await this.decide(tx, request, 'CONFIRMED', null, version.versionId);
      return { requestId, examId, state: 'CONFIRMED', ...version };
    });
  }

  /** Throws `exam_state_conflict`, `demographics_decided`. */
  async decline(ctx: Ctx, examId: string, requestId: string, { reason }: Reason): Promise<object> {
    return this.commands.run(ctx, 'report.demographics-decline', examId, async (tx) => {
      const exam = await this.examStates.lock(tx, examId);
      const request = await this.require(tx, exam, requestId);
      await this.decide(tx, request, 'DECLINED', reason, null);
      await this.notices.tell(tx, {
        kind: 'report.demographics-declined',
        examId,
        text: `检查 ${exam.accession_number ?? ''} 的信息更正申请未被接受，原因见申请记录`,
        to: [{ personId: request.asked_by }],
        params: { requestId },
      });
      return { requestId, examId, state: 'DECLINED' };
    });
  }

  /** The report whose subject it would correct is voided: a request that is still open is answered by that. */
  async endOpen(tx: Tx, exam: Exam, reason: string): Promise<void> {
    const request = await this.openOf(tx, exam.id);
    if (request) await this.decide(tx, request, 'DECLINED', reason, null);
  }

  /** The exam, locked, with a report in force that nobody is correcting. */
  private async signed(tx: Tx, examId: string): Promise<Exam> {
    const exam = await this.examStates.lock(tx, examId);
    return exam.state === 'SIGNED' ? exam : this.examStates.refuse(exam);
  }

  private openOf(tx: Tx, examId: string): Promise<ReportDemographics | undefined> {
    return tx.row<ReportDemographics>(
      "SELECT * FROM report_demographics WHERE county_id = $1 AND exam_id = $2 AND state = 'ASKED'",
      [tx.ctx.countyId, examId],
    );
  }

  private async require(tx: Tx, exam: Exam, requestId: string): Promise<ReportDemographics> {
    const request = await tx.row<ReportDemographics>(
      'SELECT * FROM report_demographics WHERE county_id = $1 AND exam_id = $2 AND id = $3',
      [tx.ctx.countyId, exam.id, requestId],
    );
    if (!request) throw new DomainError(commonErrors.not_found);
    if (request.state !== 'ASKED') {
      const { state: requestState } = request;
      throw new DomainError(revisionErrors.demographics_decided, { state: exam.state, requestState });
    }
    return request;
  }

  /** The text that stands under its writer's name; who confirms signs for the patient's data. */
  private async issue(tx: Tx, exam: Exam, request: ReportDemographics, hospitalId?: string): Promise<Issued> {
    const present = { state: exam.state, imageSet: exam.image_set };
    const base = await this.standing.base(tx, exam.id);
    if (!base) throw new DomainError(revisionErrors.no_report_stands, present);
    const person = personOf(tx.ctx);
    if (base.writer_id === person.id) throw new DomainError(worklistErrors.own_report, present);
    const [reviewer] = await this.signatories.read(tx, {
      personId: person.id,
      hospitalId: postOf(tx.ctx, hospitalId, present),
    });
    await this.requireFitting(tx, exam.id, base, present);
    const now = this.clock.now();
    requireLicence(reviewer, '审签', localDate(now), present);
    const { county_id, clinic_id } = exam;
    return this.versions.issue(tx, {
      versionId: newId(),
      kind: 'demographics',
      // The findings are those of the images that were signed: what came later is another task.
      item: { county_id, clinic_id, exam_id: exam.id, image_set: base.image_set },
      subject: await this.subjects.of(tx, exam.id, present),
      text: base,
      submission: { id: base.submission_id, submitted_at: base.written_at },
      // The evidence is the clinic's own words about a patient: it stays with the request.
      reason: correctionReason(request.changes),
      writer: {
        id: base.writer_id,
        name: base.writer_name,
        title: base.writer_title,
        hospital: base.writer_hospital,
        licence_number: null,
        licence_valid_until: null,
      },
      reviewer,
      latest: await this.versions.before(tx, exam.id, 'demographics', present),
      signedAt: now,
    });
  }

  /** The text that stands and its addenda, read against the patient as he is now. */
  private async requireFitting(tx: Tx, examId: string, base: StandingVersion, present: ErrorParams): Promise<void> {
    await this.proofreading.requireClean(tx, examId, base, present);
    for (const added of await this.standing.addenda(tx, examId))
      await this.proofreading.requireCleanAddendum(tx, examId, added, present);
  }

  private async decide(
    tx: Tx,
    request: ReportDemographics,
    state: DemographicsState,
    reason: string | null,
    issuedId: string | null,
  ): Promise<void> {
    const decided = await tx.change(
      `UPDATE report_demographics SET state = $3, decided_by = $4, decided_at = $5, decision_reason = $6, issued_id = $7
       WHERE county_id = $1 AND id = $2 AND state = 'ASKED'`,
      [tx.ctx.countyId, request.id, state, personOf(tx.ctx).id, this.clock.now(), reason, issuedId],
    );
    if (decided !== 1) throw new DomainError(revisionErrors.demographics_decided);
    await this.record(tx, request, state === 'CONFIRMED' ? 'confirm' : 'decline', reason);
  }

  /** Which fields, never what is in them. */
  private async record(tx: Tx, request: ReportDemographics, verb: string, reason: string | null = null): Promise<void> {
    await this.audit.record(tx, {
      action: `report.demographics-${verb}`,
      subjectType: 'exam',
      subjectId: request.exam_id,
      ...(reason !== null && { reason }),
      details: { requestId: request.id, fields: Object.keys(request.changes) },
    });
  }

  private async tellSigner(tx: Tx, exam: Exam, requestId: string): Promise<void> {
    const { reviewer_id: personId } = await this.standing.latest(tx, exam.id);
    await this.notices.tell(tx, {
      kind: 'report.demographics-asked',
      examId: exam.id,
      text: `检查 ${exam.accession_number ?? ''} 的申请机构请求更正患者信息，请核对凭据后确认`,
      to: [{ personId }],
      params: { requestId },
    });
  }
}
