import { Injectable } from '@nestjs/common';
import { Commands } from '../../audit';
import { ExamStates } from '../../exams';
import { Clock, localDate } from '../../platform/clock';
import { can, type Ctx, personOf } from '../../platform/context';
import type { Tx } from '../../platform/database';
import { DomainError, type ErrorParams } from '../../platform/errors';
import { newId } from '../../platform/ids';
import { Notices } from '../../notices';
import { Absences, type ReadingItem, Readings, worklistErrors } from '../../worklist';
import { KeyImages } from '../key-images/key-images';
import { DraftCopies } from '../writing/draft-copies';
import { isThisSave } from '../writing/repeated-save.rules';
import { type Advice, Proofreading } from '../writing/proofreading';
import type { DraftInput, RejectInput, Seen } from '../reporting.dto';
import type { ReportDraft } from '../reporting.entities';
import { Signatories } from '../signing/signatories';
import { requireLicence } from '../signing/signing.rules';
import { SubmissionsService } from '../writing/submissions.service';
import { AMENDMENT_KIND_NAMES, type AmendmentKind } from './amendment.state';
import { type AmendmentClaim, claimOf } from './amendment.view';
import { Amendments, type OpenAmendment } from './amendments';
import { handsWith, isOwn, withAddenda } from './amendment.rules';
import { AmendmentRelease } from './passing/release';
import type { AddendumInput, AmendInput, Reason } from './revisions.dto';
import type { ReportAmendment } from './revisions.entities';
import { revisionErrors } from './revisions.errors';
import { postOf } from './post.rules';
import { type StandingVersion, StandingVersions } from './standing-versions';

/** What the other doctor will find, and what is to be said of it. */
export type HandedIn = AmendmentClaim & { readonly lint: Advice };

/**
 * 更正 and 补充 from their opening until they are handed to the reviewer. The version that stands stays in force all
 * the while; a correction marks it 更正中 (exam AMENDING), an addendum leaves even that alone.
 */
@Injectable()
export class AmendmentsService {
  constructor(
    private readonly commands: Commands,
    private readonly readings: Readings,
    private readonly examStates: ExamStates,
    private readonly amendments: Amendments,
    private readonly copies: DraftCopies,
    private readonly standing: StandingVersions,
    private readonly keyImages: KeyImages,
    private readonly submissions: SubmissionsService,
    private readonly signatories: Signatories,
    private readonly proofreading: Proofreading,
    private readonly release: AmendmentRelease,
    private readonly absences: Absences,
    private readonly notices: Notices,
    private readonly clock: Clock,
  ) {}

  /**
   * 更正: opens it with the text that stands, its addenda taken in, for the caller to write. SIGNED → AMENDING.
   * Throws `exam_state_conflict`, `not_the_signer`, `revision_open`, `hospital_missing`, `wrong_hospital`.
   */
  async amend(ctx: Ctx, examId: string, { reason, hospitalId }: AmendInput): Promise<AmendmentClaim> {
    return this.commands.run(ctx, 'report.amend', examId, async (tx) => {
      const { item, base, present } = await this.beforeOpening(tx, examId);
      const signed = await this.standing.isSigner(tx, examId, personOf(ctx).id);
      if (!signed && !can(ctx, 'report.revise')) throw new DomainError(revisionErrors.not_the_signer, present);
      const text = withAddenda(base, await this.standing.addenda(tx, examId));
      const opened = await this.open(tx, item, base, {
        kind: 'corrected',
        reason,
        text,
        hospitalId: postOf(ctx, hospitalId, present),
      });
      const move = { examId, from: ['SIGNED'] as const, to: 'AMENDING' as const, action: 'exam.amend', reason };
      const exam = await this.examStates.move(tx, { ...move, details: { amendmentId: opened.id } });
      return claimOf(opened, exam);
    });
  }

  /**
   * 补充: written and handed to another doctor in one step; he may add to it before he confirms. Throws
   * `exam_state_conflict`, `revision_open`, `licence_invalid`, `hospital_missing`, `wrong_hospital`.
   */
  async add(ctx: Ctx, examId: string, input: AddendumInput): Promise<HandedIn> {
    return this.commands.run(ctx, 'report.addendum', examId, async (tx) => {
      const { item, base, present } = await this.beforeOpening(tx, examId);
      const { reason, findings, impression, positive = base.positive, hospitalId } = input;
      const text = { technique: '', findings, impression, recommendation: '', positive };
      await this.open(tx, item, base, { kind: 'addendum', reason, text, hospitalId: postOf(ctx, hospitalId, present) });
      const open = await this.amendments.lock(tx, examId);
      return this.handedIn(tx, open);
    });
  }

  /**
   * Saves the writer's text, or the reviewer's while it waits for him; one that comes too late is kept beside it, and
   * so is another's that it takes the place of. Throws `stale_fence`, `stale_version`, `not_the_writer`,
   * `amendment_released`, `own_report`.
   */
  async put(ctx: Ctx, examId: string, input: DraftInput): Promise<{ version: number }> {
    return this.copies.keepingRefused(ctx, examId, input, () =>
      this.commands.run(ctx, 'report.draft', examId, async (tx) => {
        const open = await this.amendments.lock(tx, examId);
        const { fence, version, technique, findings, impression, recommendation, positive } = input;
        this.amendments.requireSeen(open, { fence });
        requireHand(ctx, open);
        if (isThisSave(savedOf(open.amendment), input, personOf(ctx).id)) return { version: version + 1 };
        this.amendments.requireSeen(open, { fence, version });
        const text = { technique, findings, impression, recommendation, positive };
        return { version: (await this.store(tx, open, text)).draft_version };
      }),
    );
  }

  /**
   * Locks the open amendment for the caller, if it is his turn to work on it. Throws `not_found`, `stale_fence`,
   * `not_the_writer`, `amendment_released`, `own_report`.
   */
  async requireTurn(tx: Tx, examId: string, fence: number): Promise<OpenAmendment> {
    const open = await this.amendments.lock(tx, examId);
    this.amendments.requireSeen(open, { fence });
    requireHand(tx.ctx, open);
    return open;
  }

  /**
   * Throws `stale_fence`, `stale_version`, `stale_image_set`, `not_the_writer`, `amendment_released`,
   * `amendment_state`, `amendment_unchanged`, `licence_invalid`.
   */
  async submit(ctx: Ctx, examId: string, seen: Seen): Promise<HandedIn> {
    return this.commands.run(ctx, 'report.submit', examId, async (tx) => {
      const open = await this.amendments.lock(tx, examId);
      this.amendments.requireSeen(open, seen);
      this.amendments.requireState(open, 'WRITING');
      requireWriter(ctx, open);
      return this.handedIn(tx, open);
    });
  }

  /** 收回 by its writer. */
  async takeBack(ctx: Ctx, examId: string): Promise<AmendmentClaim> {
    return this.commands.run(ctx, 'report.takeback', examId, async (tx) => {
      const open = await this.amendments.lock(tx, examId);
      this.amendments.requireState(open, 'SUBMITTED');
      requireWriter(ctx, open);
      await this.submissions.end(tx, examId, 'taken_back');
      return claimOf(await this.amendments.step(tx, open, 'WRITING', { verb: 'takeback' }), open.exam);
    });
  }

  /** 驳回 by the other doctor. Throws `own_report` and what `submit` throws. */
  async reject(ctx: Ctx, examId: string, { reason, ...seen }: RejectInput): Promise<AmendmentClaim> {
    return this.commands.run(ctx, 'report.reject', examId, async (tx) => {
      const open = await this.amendments.lock(tx, examId);
      this.amendments.requireSeen(open, seen);
      this.amendments.requireState(open, 'SUBMITTED');
      if (isOwn(open.amendment, ctx.actor.id)) throw new DomainError(worklistErrors.own_report, open.present);
      await this.submissions.end(tx, examId, 'rejected', reason);
      const after = await this.amendments.step(tx, open, 'WRITING', { verb: 'reject', reason });
      await this.tellWriter(tx, open, '被驳回，原因见检查页面', after);
      return claimOf(await this.release.ifAway(tx, { ...open, amendment: after }), open.exam);
    });
  }

  /** Ends it without a version; the report that stands is no longer marked 更正中. By its writer or a chief. */
  async cancel(ctx: Ctx, examId: string, { reason }: Reason): Promise<object> {
    return this.commands.run(ctx, 'report.amend-cancel', examId, async (tx) => {
      const open = await this.amendments.lock(tx, examId);
      if (open.amendment.writer_id !== ctx.actor.id && !can(ctx, 'report.revise'))
        throw new DomainError(worklistErrors.not_the_writer, open.present);
      const ended = await this.end(tx, open, reason);
      const state = ended.kind === 'corrected' ? (await this.backToSigned(tx, examId, reason)).state : open.exam.state;
      return { amendmentId: ended.id, examId, amendmentState: ended.state, state };
    });
  }

  private async end(tx: Tx, open: OpenAmendment, reason: string): Promise<ReportAmendment> {
    await this.submissions.end(tx, open.exam.id, 'lapsed');
    await this.keyImages.reset(tx, open.exam.id, await this.standing.keyImages(tx, open.exam.id));
    const set = { ended_at: this.clock.now(), ended_by: personOf(tx.ctx).id, end_reason: reason };
    return this.amendments.step(tx, open, 'CANCELLED', { verb: 'cancel', reason, set });
  }

  private backToSigned(tx: Tx, examId: string, reason: string): ReturnType<ExamStates['move']> {
    return this.examStates.move(tx, {
      examId,
      from: ['AMENDING'],
      to: 'SIGNED',
      action: 'exam.amend-cancelled',
      reason,
    });
  }

  private async beforeOpening(
    tx: Tx,
    examId: string,
  ): Promise<{ item: ReadingItem; base: StandingVersion; present: ErrorParams }> {
    const item = await this.readings.lockSigned(tx, examId);
    const present = { state: item.state, imageSet: item.image_set };
    await this.amendments.requireNone(tx, examId, present);
    const base = await this.standing.base(tx, examId);
    if (!base) throw new DomainError(revisionErrors.no_report_stands, present);
    return { item, base, present };
  }

  private async open(
    tx: Tx,
    item: ReadingItem,
    base: StandingVersion,
    what: {
      kind: AmendmentKind;
      reason: string;
      text: Text;
      hospitalId: string | null;
    },
  ): Promise<ReportAmendment> {
    const writer = personOf(tx.ctx);
    const now = this.clock.now();
    const amendment: ReportAmendment = {
      ...UNTOUCHED,
      ...what.text,
      id: newId(),
      county_id: tx.ctx.countyId,
      clinic_id: item.clinic_id,
      exam_id: item.exam_id,
      kind: what.kind,
      reason: what.reason,
      version_id: base.id,
      state: 'WRITING',
      fence: await this.amendments.nextFence(tx, item.exam_id, item.fence),
      draft_version: 1,
      writer_id: writer.id,
      writer_hospital_id: what.hospitalId,
      // A correction begins with the text that stands, an addendum with what its writer adds.
      author_id: what.kind === 'addendum' ? writer.id : null,
      hand_ids: what.kind === 'addendum' ? [writer.id] : [],
      opened_at: now,
      saved_at: now,
    };
    await this.amendments.open(tx, amendment);
    await this.keyImages.reset(tx, item.exam_id, await this.standing.keyImages(tx, item.exam_id));
    await this.absences.back(tx, writer.id);
    return amendment;
  }

  /** Under the caller's name; of the writer's turn it is a hand that has written. */
  private async store(tx: Tx, open: OpenAmendment, text: Text): Promise<ReportAmendment> {
    const { amendment } = open;
    const { id } = personOf(tx.ctx);
    if (amendment.author_id !== null && amendment.author_id !== id)
      await this.copies.keepReplaced(tx, draftOf(amendment, amendment.author_id));
    const hands = amendment.state === 'WRITING' ? handsWith(amendment, id) : amendment.hand_ids;
    return this.amendments.put(tx, open, { ...text, author_id: id, hand_ids: hands });
  }

  /** WRITING → SUBMITTED; the writer's text is kept, whatever the reviewer makes of it. */
  private async handedIn(tx: Tx, open: OpenAmendment): Promise<HandedIn> {
    const after = await this.handOver(tx, open);
    const lint = await this.proofreading.advice(tx, open.exam.id, after, after.kind === 'addendum');
    return { ...claimOf(after, open.exam), lint };
  }

  private async handOver(tx: Tx, open: OpenAmendment): Promise<ReportAmendment> {
    const { amendment, exam, present } = open;
    await this.standing.requireSomethingNew(tx, amendment, present);
    const by = { personId: amendment.writer_id, hospitalId: amendment.writer_hospital_id };
    const [writer] = await this.signatories.read(tx, by);
    const submittedAt = this.clock.now();
    requireLicence(writer, '提交', localDate(submittedAt), present);
    await this.submissions.end(tx, exam.id, 'lapsed');
    await this.submissions.keep(tx, draftOf(amendment, amendment.writer_id), {
      imageSet: exam.image_set,
      hospitalId: by.hospitalId,
      submittedAt,
    });
    const set = { submitted_at: submittedAt };
    const after = await this.amendments.step(tx, open, 'SUBMITTED', { verb: 'submit', set });
    await this.tellReviewers(tx, open);
    return after;
  }

  private async tellReviewers(tx: Tx, { amendment, exam }: OpenAmendment): Promise<void> {
    if (amendment.writer_hospital_id === null) return;
    await this.notices.tell(tx, {
      kind: 'report.amendment',
      examId: exam.id,
      text: `检查 ${exam.accession_number ?? ''} 有一份${AMENDMENT_KIND_NAMES[amendment.kind]}报告待审签`,
      to: [{ hospitalId: amendment.writer_hospital_id, permission: 'report.sign' }],
      params: { amendmentId: amendment.id },
    });
  }

  private async tellWriter(tx: Tx, { exam }: OpenAmendment, what: string, after: ReportAmendment): Promise<void> {
    await this.notices.tell(tx, {
      kind: 'report.amendment-rejected',
      examId: exam.id,
      text: `检查 ${exam.accession_number ?? ''} 的${AMENDMENT_KIND_NAMES[after.kind]}报告${what}`,
      to: [{ personId: after.writer_id }],
      params: { amendmentId: after.id },
    });
  }
}

type Text = Pick<ReportAmendment, 'technique' | 'findings' | 'impression' | 'recommendation' | 'positive'>;

const UNTOUCHED = {
  submitted_at: null,
  reviewer_id: null,
  ended_at: null,
  ended_by: null,
  end_reason: null,
  issued_id: null,
  released_at: null,
  release_reason: null,
  taken_from_id: null,
  taken_how: null,
  taken_reason: null,
  taken_at: null,
} as const;

/** Whose turn it is: the writer's, or anybody else's who may sign. */
function requireHand(ctx: Ctx, open: OpenAmendment): void {
  if (open.amendment.state === 'WRITING') return requireWriter(ctx, open, revisionErrors.not_the_writer);
  if (isOwn(open.amendment, ctx.actor.id)) throw new DomainError(worklistErrors.own_report, open.present);
  if (can(ctx, 'report.sign')) return;
  const kindName = AMENDMENT_KIND_NAMES[open.amendment.kind];
  throw new DomainError(revisionErrors.not_the_writer, { ...open.present, kindName });
}

function requireWriter(ctx: Ctx, { amendment, present }: OpenAmendment, refusal = worklistErrors.not_the_writer): void {
  const kindName = AMENDMENT_KIND_NAMES[amendment.kind];
  const { writer_id: writerId, writer_hospital_id: hospitalId } = amendment;
  // It is his hospital's too: whoever has lost his post there writes it no more.
  const isPosted = hospitalId === null || (ctx.actor.hospitalIds as readonly string[]).includes(hospitalId);
  if (writerId !== ctx.actor.id || !isPosted) throw new DomainError(refusal, { ...present, kindName });
  if (amendment.released_at === null) return;
  throw new DomainError(revisionErrors.amendment_released, { ...present, kindName, reason: amendment.release_reason });
}

const savedOf = (amendment: ReportAmendment) => ({
  ...amendment,
  version: amendment.draft_version,
  authorId: amendment.author_id,
});

/** The amendment's text as what goes to review, or is kept beside it. */
const draftOf = (amendment: ReportAmendment, authorId: string): ReportDraft => ({
  county_id: amendment.county_id,
  exam_id: amendment.exam_id,
  version: amendment.draft_version,
  fence: amendment.fence,
  technique: amendment.technique,
  findings: amendment.findings,
  impression: amendment.impression,
  recommendation: amendment.recommendation,
  positive: amendment.positive,
  author_id: authorId,
  hand_ids: amendment.hand_ids,
  saved_at: amendment.saved_at,
  patient_id: null,
  template_id: null,
  copied_from_id: null,
});
