import { Injectable } from '@nestjs/common';
import { Audit, Commands } from '../../audit';
import { Clock, localDate } from '../../platform/clock';
import { type Ctx, personOf } from '../../platform/context';
import type { Tx } from '../../platform/database';
import { DomainError, type ErrorParams } from '../../platform/errors';
import { newId } from '../../platform/ids';
import { Claims, DraftVersions, type ReadingItem, Readings } from '../../worklist';
import { Drafts } from './drafts';
import { Proofreading } from './proofreading';
import type { SubmissionOutcome } from '../report.state';
import type { RejectInput, Seen } from '../reporting.dto';
import { ReportSubmission, type ReportDraft } from '../reporting.entities';
import { reportingErrors } from '../reporting.errors';
import { Signatories } from '../signing/signatories';
import { requireCurrent } from '../signing/current-text';
import { requireLicence } from '../signing/signing.rules';

/** Answer of a claim: what its holder sends along with everything that follows. */
export interface Claimed {
  readonly fence: number;
  readonly leaseUntil: Date | null;
  readonly version: number;
  readonly imageSet: number;
}

/** The way between writer and reviewer: 提交, 收回, 驳回. */
@Injectable()
export class SubmissionsService {
  constructor(
    private readonly commands: Commands,
    private readonly claims: Claims,
    private readonly readings: Readings,
    private readonly drafts: Drafts,
    private readonly draftVersions: DraftVersions,
    private readonly signatories: Signatories,
    private readonly proofreading: Proofreading,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * Hands the writer's draft to review, keeps its text and answers what the lint says of it; sent again while that stands, it
   * is answered and nothing is written. Throws `stale_fence`,
   * `stale_version`, `stale_image_set`, `exam_state_conflict`, `report_empty`, `text_outdated`, `licence_invalid`.
   */
  async submit(ctx: Ctx, examId: string, seen: Seen): Promise<object> {
    return this.commands.run(ctx, 'report.submit', examId, async (tx) => {
      const begun = await this.unlessStanding(tx, examId, seen, () =>
        this.claims.require(tx, examId, { fence: seen.fence, stage: 'write' }),
      );
      if ('done' in begun) return begun.done;
      const item = begun.held;
      const { draft, present } = await this.requireSeen(tx, item, seen);
      if (!draft || (draft.findings + draft.impression).trim() === '') {
        throw new DomainError(reportingErrors.report_empty, present);
      }
      await requireCurrent(tx, examId, draft, present);
      const [writer] = await this.signatories.read(tx, { personId: ctx.actor.id, hospitalId: item.holder_hospital_id });
      requireLicence(writer, '提交', localDate(this.clock.now()), present);
      await this.end(tx, examId, 'lapsed');
      const after = await this.readings.submit(tx, item);
      const submittedAt = after.submitted_at ?? this.clock.now();
      const submissionId = await this.keep(tx, draft, {
        imageSet: item.image_set,
        hospitalId: item.holder_hospital_id,
        submittedAt,
      });
      const details = { submissionId, version: draft.version, imageSet: item.image_set, fence: seen.fence };
      await this.audit.record(tx, { action: 'report.submit', subjectType: 'exam', subjectId: examId, details });
      return {
        examId,
        state: after.state,
        submissionId,
        submittedAt,
        lint: await this.proofreading.advice(tx, examId, draft, false),
      };
    });
  }

  /**
   * Gives the report back to its writer under a new claim, before a reviewer has claimed it. Throws `not_the_writer`,
   * `exam_state_conflict`.
   */
  async takeBack(ctx: Ctx, examId: string): Promise<Claimed & { examId: string; state: string }> {
    return this.commands.run(ctx, 'report.takeback', examId, async (tx) => {
      const item = await this.readings.takeBack(tx, examId);
      const submission = await this.end(tx, examId, 'taken_back');
      await this.audit.record(tx, {
        action: 'report.takeback',
        subjectType: 'exam',
        subjectId: examId,
        details: { submissionId: submission?.id },
      });
      const { state, fence, lease_until: leaseUntil, image_set: imageSet } = item;
      return { examId, state, fence, leaseUntil, version: await this.draftVersions.versionOf(tx, examId), imageSet };
    });
  }

  /**
   * 驳回: the reviewer gives it back to the writer. Throws `stale_fence`, `stale_version`, `stale_image_set`,
   * `exam_state_conflict`.
   */
  async reject(ctx: Ctx, examId: string, { reason, ...seen }: RejectInput): Promise<object> {
    return this.commands.run(ctx, 'report.reject', examId, async (tx) => {
      const item = await this.claims.require(tx, examId, { fence: seen.fence, stage: 'review' });
      await this.requireSeen(tx, item, seen);
      const after = await this.readings.reject(tx, item, reason);
      const submission = await this.end(tx, examId, 'rejected', reason);
      const details = { submissionId: submission?.id, version: seen.version, fence: seen.fence };
      await this.audit.record(tx, { action: 'report.reject', subjectType: 'exam', subjectId: examId, reason, details });
      return { examId, state: after.state, reservedUntil: after.reserved_until };
    });
  }

  /** The draft, if it and the images are as the caller has seen them. `present` is what a refusal tells him. */
  async requireSeen(
    tx: Tx,
    item: ReadingItem,
    seen: Seen,
  ): Promise<{ draft: ReportDraft | undefined; present: ErrorParams }> {
    const draft = await this.drafts.of(tx, item.exam_id);
    const version = draft?.version ?? 0;
    const present = { state: item.state, fence: item.fence, version, imageSet: item.image_set };
    if (seen.version !== version) throw new DomainError(reportingErrors.stale_version, present);
    this.claims.requireImageSet(item, seen.imageSet);
    return { draft, present };
  }

  /**
   * What `take` answers; if it refuses, the caller's own submission of exactly this text and these images, while its review
   * is still to come or under way: the answer to it got lost, and it is sent again. Throws the refusal otherwise.
   */
  async unlessStanding<T>(
    tx: Tx,
    examId: string,
    seen: { readonly version: number; readonly imageSet: number },
    take: () => Promise<T>,
  ): Promise<{ readonly held: T } | { readonly done: object }> {
    try {
      return { held: await take() };
    } catch (refusal) {
      const done = refusal instanceof DomainError ? await this.standing(tx, examId, seen) : undefined;
      if (!done) throw refusal;
      return { done };
    }
  }

  private async standing(
    tx: Tx,
    examId: string,
    { version, imageSet }: { readonly version: number; readonly imageSet: number },
  ): Promise<object | undefined> {
    const row = await tx.row<ReportSubmission & { state: string }>(
      `SELECT s.*, e.state FROM report_submission s JOIN exam e ON e.id = s.exam_id
       WHERE s.county_id = $1 AND s.exam_id = $2 AND s.writer_id = $3 AND s.draft_version = $4 AND s.image_set = $5
         AND s.outcome IS NULL AND e.state IN ('PENDING_REVIEW', 'REVIEWING', 'PRELIM_ISSUED')`,
      [tx.ctx.countyId, examId, tx.ctx.actor.id, version, imageSet],
    );
    if (!row) return undefined;
    const { id: submissionId, state, submitted_at: submittedAt } = row;
    return { examId, state, submissionId, submittedAt, lint: await this.proofreading.advice(tx, examId, row, false) };
  }

  /** Ends the submission that is open, if there is one, and answers it. */
  async end(
    tx: Tx,
    examId: string,
    outcome: SubmissionOutcome,
    reason: string | null = null,
  ): Promise<ReportSubmission | undefined> {
    return tx.row<ReportSubmission>(
      `UPDATE report_submission SET outcome = $3, outcome_at = greatest($4, submitted_at), outcome_by = $5, outcome_reason = $6
       WHERE county_id = $1 AND exam_id = $2 AND outcome IS NULL RETURNING *`,
      [tx.ctx.countyId, examId, outcome, this.clock.now(), tx.ctx.actor.id, reason],
    );
  }

  /** Keeps the text as the caller, its writer, hands it in. `hospitalId` is null for a clinic's own doctor. */
  async keep(
    tx: Tx,
    draft: ReportDraft,
    by: { readonly imageSet: number; readonly hospitalId: string | null; readonly submittedAt: Date },
  ): Promise<string> {
    const id = newId();
    const { county_id, exam_id, technique, findings, impression, recommendation, positive, copied_from_id } = draft;
    await tx.insert(ReportSubmission, {
      id,
      county_id,
      exam_id,
      draft_version: draft.version,
      image_set: by.imageSet,
      technique,
      findings,
      impression,
      recommendation,
      positive,
      copied_from_id,
      writer_id: personOf(tx.ctx).id,
      writer_hospital_id: by.hospitalId,
      submitted_at: by.submittedAt,
    });
    return id;
  }
}
