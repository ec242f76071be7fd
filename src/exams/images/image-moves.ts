import { Injectable } from '@nestjs/common';
import { Commands } from '../../audit';
import { Clock } from '../../platform/clock';
import { type Ctx, visibleClinics } from '../../platform/context';
import type { Tx } from '../../platform/database';
import { DomainError, type ErrorParams } from '../../platform/errors';
import { newId } from '../../platform/ids';
import { missingClassA } from '../content/class-a.rules';
import { holdsAnswered, mayMoveImages } from '../commands/command.rules';
import type { Exam, ImagesComplete } from '../exam.entity';
import { BEFORE_CLAIM, OPEN_FOR_READING, reportIsOut } from '../exam.state';
import { ExamFlags } from '../commands/exam-flags';
import { ExamImages } from './exam-images';
import { ExamNotices } from '../commands/exam-notices';
import { newExamRow } from '../exam-row';
import { type Deed, type ExamPatch, ExamStates, stateParams } from '../exam-states';
import type { Exchange, LinkStudy, Merge, Rebind, Split } from '../exams.dto';
import type { ExamImageMove, ImageMoveKind, LinkedHow } from '../exams.entities';
import { examErrors } from '../exams.errors';
import { contentPart } from '../content/request.rules';
import { type StudyFacts, StudyLinks } from './study-links';

/** What a move of images leaves behind: its own id, by which it can be undone, and the exams. */
export interface Moved {
  readonly moveId: string;
  readonly examIds: readonly string[];
}

/** A return reason as readers give it, by its code and text. */
const WRONG_PATIENT = 'P01 患者信息不符';

const endOfHold = ({ identity_hold_at: since }: Exam): ExamPatch =>
  since === null ? {} : { identity_hold_at: null, identity_hold_reason: null };

/**
 * What people do when images lie with the wrong exam. Each is one transaction, one row in exam_image_move, and can be
 * undone (undo-moves.ts). Locks: studies first, then exams in the order of their ids.
 */
@Injectable()
export class ImageMoves {
  constructor(
    private readonly commands: Commands,
    private readonly states: ExamStates,
    private readonly images: ExamImages,
    private readonly studies: StudyLinks,
    private readonly flags: ExamFlags,
    private readonly notices: ExamNotices,
    private readonly clock: Clock,
  ) {}

  /** Gives a study that belongs to no exam (matched by nobody, unlinked by an undo) to this one; never a quarantined one. */
  async link(ctx: Ctx, examId: string, { studyInstanceUid, reason }: LinkStudy): Promise<Moved> {
    return this.commands.run(ctx, 'exam.images-link', examId, async (tx) => {
      const study = await this.ownStudy(tx, examId, studyInstanceUid);
      const exam = await this.lockMovable(tx, examId);
      // Images are opened by their UID: a reader would be shown those of the clinic that had it first.
      if (study.quarantined_at) throw new DomainError(examErrors.study_quarantined, present(exam));
      const owners = await this.images.examsOf(tx, study.id);
      if (owners.includes(examId)) throw new DomainError(examErrors.study_already_linked, present(exam));
      if (owners.length > 0)
        throw new DomainError(examErrors.study_linked_elsewhere, { ...present(exam), otherExamId: owners[0] });
      const moveId = await this.record(tx, 'link', { from: null, to: examId, studies: [study.id], reason });
      await this.images.link(tx, examId, study, 'person');
      await this.images.relinked(tx, exam, null, this.deed('link', moveId, reason, [study]));
      return { moveId, examIds: [examId] };
    });
  }

  /** One study goes to another exam, or belongs to both from now on (`keep`). Ends the identity holds that it answers. */
  async rebind(ctx: Ctx, examId: string, { studyInstanceUid, toExamId, keep = false, reason }: Rebind): Promise<Moved> {
    return this.commands.run(ctx, 'exam.images-rebind', examId, async (tx) => {
      const study = await this.ownStudy(tx, examId, studyInstanceUid);
      const [from, to] = await this.lockTwo(tx, examId, toExamId, '换绑');
      const owners = await this.images.examsOf(tx, study.id);
      if (!owners.includes(examId)) throw new DomainError(examErrors.study_not_linked, present(from));
      if (owners.includes(toExamId)) throw new DomainError(examErrors.study_already_linked, present(to));
      const kind = keep ? 'share' : 'rebind';
      const moveId = await this.record(tx, kind, { from: examId, to: toExamId, studies: [study.id], reason });
      const left = (await this.images.studiesOf(tx, examId)).length - (keep ? 0 : 1);
      const answered = holdsAnswered({ keep, left, before: (await this.images.studiesOf(tx, toExamId)).length });
      if (!keep) await this.images.unlink(tx, examId, [study.id], reason);
      await this.images.link(tx, toExamId, study, 'rebind');
      const inDoubt = (keep && from.identity_hold_at !== null) || (!answered.to && to.identity_hold_at !== null);
      await this.studies.allowCorrections(tx, [study.id], inDoubt);
      const deed = this.deed(kind, moveId, reason, [study]);
      if (keep) await this.states.settle(tx, from, { ...deed, set: {} });
      else await this.lost(tx, from, deed, answered.from ? endOfHold(from) : {});
      await this.images.relinked(tx, to, from.images_complete, deed, answered.to ? endOfHold(to) : {});
      return { moveId, examIds: [examId, toExamId] };
    });
  }

  /** All images of another exam, which nobody reads yet, come here; that exam is withdrawn. */
  async merge(ctx: Ctx, examId: string, { fromExamId, reason }: Merge): Promise<Moved> {
    return this.commands.run(ctx, 'exam.images-merge', examId, async (tx) => {
      const [from, to] = await this.lockTwo(tx, fromExamId, examId, '合并');
      // What is merged away is withdrawn: not an exam that a claim or a report stands on.
      if (!BEFORE_CLAIM.includes(from.state) || reportIsOut(from))
        throw new DomainError(examErrors.merge_claimed, present(from));
      const moving = await this.exclusiveStudies(tx, from, to);
      if (moving.length === 0) throw new DomainError(examErrors.nothing_to_move, present(to));
      const moveId = await this.record(tx, 'merge', { from: from.id, to: to.id, studies: ids(moving), reason });
      await this.transfer(tx, from, to, moving, 'merge', reason);
      const deed = this.deed('merge', moveId, reason, moving);
      const emptied = await this.images.relinked(tx, from, null, deed);
      await this.states.move(tx, {
        examId: emptied.id,
        from: BEFORE_CLAIM,
        to: 'WITHDRAWN',
        action: 'exam.merged-away',
        reason,
        details: { intoExamId: to.id, moveId },
        set: { state_reason: `已并入检查 ${to.accession_number ?? to.id}` },
      });
      await this.flags.settleSuggestions(tx, from.id, '已合并');
      await this.images.relinked(tx, to, from.images_complete, deed);
      return { moveId, examIds: [to.id, from.id] };
    });
  }

  /** Some studies leave for a new exam of the same patient. */
  async split(ctx: Ctx, examId: string, { studyInstanceUids, accessionNumber, reason }: Split): Promise<Moved> {
    return this.commands.run(ctx, 'exam.images-split', examId, async (tx) => {
      const all = await this.studies.lockAll(tx, await this.images.studiesOf(tx, examId));
      const exam = await this.lockMovable(tx, examId);
      const moving = all.filter((study) => studyInstanceUids.includes(study.study_uid));
      if (moving.length < new Set(studyInstanceUids).size)
        throw new DomainError(examErrors.study_not_linked, present(exam));
      if (moving.length === all.length) throw new DomainError(examErrors.split_all, present(exam));
      const made = await this.makeSibling(tx, exam, accessionNumber ?? null);
      const moveId = await this.record(tx, 'split', { from: examId, to: made.id, studies: ids(moving), reason });
      await this.transfer(tx, exam, made, moving, 'split', reason);
      const deed = this.deed('split', moveId, reason, moving);
      await this.images.relinked(tx, exam, null, deed);
      await this.images.relinked(tx, made, exam.images_complete, deed);
      return { moveId, examIds: [examId, made.id] };
    });
  }

  /** Two patients' images were mixed up: everything changes sides, both identity holds end. */
  async exchange(ctx: Ctx, examId: string, { withExamId, reason }: Exchange): Promise<Moved> {
    return this.commands.run(ctx, 'exam.images-exchange', examId, async (tx) => {
      const [one, other] = await this.lockTwo(tx, examId, withExamId, '互换');
      const [forth, back] = [await this.exclusiveStudies(tx, one, other), await this.exclusiveStudies(tx, other, one)];
      if (forth.length + back.length === 0) throw new DomainError(examErrors.nothing_to_move, present(one));
      const sides = { from: one.id, to: other.id, studies: ids(forth), back: ids(back), reason };
      const moveId = await this.record(tx, 'exchange', sides);
      await this.endHolds(tx, [one, other]);
      await this.transfer(tx, one, other, forth, 'exchange', reason);
      await this.transfer(tx, other, one, back, 'exchange', reason);
      const deed = this.deed('exchange', moveId, reason, [...forth, ...back]);
      await this.arriveOrLose(tx, one, other.images_complete, deed, endOfHold(one));
      await this.arriveOrLose(tx, other, one.images_complete, deed, endOfHold(other));
      return { moveId, examIds: [examId, withExamId] };
    });
  }

  /** Takes studies from one locked exam to another. */
  async transfer(
    tx: Tx,
    from: Exam,
    to: Exam,
    moving: readonly StudyFacts[],
    how: LinkedHow,
    reason: string,
  ): Promise<void> {
    if (moving.length > 0) await this.images.unlink(tx, from.id, ids(moving), reason);
    for (const study of moving) await this.images.link(tx, to.id, study, how);
  }

  /** An exam after an exchange: with other images than before, or without any. */
  async arriveOrLose(
    tx: Tx,
    exam: Exam,
    complete: ImagesComplete | null,
    deed: Deed,
    set: ExamPatch = {},
  ): Promise<void> {
    const now = await this.images.imagesNow(tx, exam.id);
    if (now.studies > 0) await this.images.relinked(tx, exam, complete, deed, set);
    else await this.lost(tx, exam, deed, set);
  }

  /**
   * An exam whose images went away. Without any left it cannot be read: from the list it goes back to the clinic; who has
   * claimed it sees the flag, and cannot sign.
   */
  async lost(tx: Tx, exam: Exam, deed: Deed, set: ExamPatch = {}): Promise<void> {
    const after = await this.images.relinked(tx, exam, null, deed, set);
    if (after.last_image_at !== null || after.metadata_only) return;
    if (after.state === 'QUEUED') {
      await this.states.move(tx, {
        examId: exam.id,
        from: ['QUEUED'],
        to: 'RETURNED',
        action: 'exam.return',
        reason: WRONG_PATIENT,
        details: { code: 'P01', wanted: 'retake' },
        set: {
          return_code: 'P01',
          return_wanted: 'retake',
          return_note: deed.reason ?? null,
          returned_at: this.clock.now(),
          state_reason: WRONG_PATIENT,
          back_by: tx.ctx.actor.name,
          back_at: this.clock.now(),
        },
      });
      await this.notices.imagesGone(tx, exam, WRONG_PATIENT);
    } else if (OPEN_FOR_READING.includes(after.state)) {
      await this.flags.raise(tx, exam, [{ code: 'images_moved_away', details: { ...deed.details } }]);
    }
  }

  /**
   * Both exams locked, in the order asked for; both of one clinic, both free to be changed by this caller. `deed` says to
   * people what is refused.
   */
  async lockTwo(tx: Tx, first: string, second: string, deed: string): Promise<[Exam, Exam]> {
    if (first === second) throw new DomainError(examErrors.same_exam);
    const studyIds = [...(await this.images.studiesOf(tx, first)), ...(await this.images.studiesOf(tx, second))];
    await this.studies.lockAll(tx, studyIds);
    const [low, high] = first < second ? [first, second] : [second, first];
    const a = await this.lockMovable(tx, low);
    const b = await this.lockMovable(tx, high);
    const [one, other]: [Exam, Exam] = a.id === first ? [a, b] : [b, a];
    if (one.clinic_id !== other.clinic_id) throw new DomainError(examErrors.other_clinic, { ...present(one), deed });
    return [one, other];
  }

  async lockMovable(tx: Tx, examId: string): Promise<Exam> {
    const exam = await this.states.lock(tx, examId);
    const ofClinic = visibleClinics(tx.ctx) !== null;
    if (!mayMoveImages(exam, { ofClinic })) throw new DomainError(examErrors.images_fixed, present(exam));
    return exam;
  }

  deed(kind: ImageMoveKind | 'undo', moveId: string, reason: string, studies: readonly { id: string }[]): Deed {
    return { action: `exam.images-${kind}`, reason, details: { moveId, studyIds: ids(studies) } };
  }

  private async ownStudy(tx: Tx, examId: string, studyUid: string): Promise<StudyFacts> {
    const { clinic_id: clinicId } = await this.states.peek(tx, examId);
    const id = await this.studies.idOf(tx, clinicId, studyUid);
    const study = id === undefined ? undefined : await this.studies.lock(tx, id);
    if (!study) throw new DomainError(examErrors.study_unknown, { field: 'studyInstanceUid' });
    return study;
  }

  private async exclusiveStudies(tx: Tx, exam: Exam, other: Exam): Promise<StudyFacts[]> {
    const theirs = await this.images.studiesOf(tx, other.id);
    const own = await this.images.studiesOf(tx, exam.id);
    return this.studies.lockAll(
      tx,
      own.filter((id) => !theirs.includes(id)),
    );
  }

  /** Before the images move: those of a held exam are closed for corrections wherever they go. */
  private async endHolds(tx: Tx, exams: readonly Exam[]): Promise<void> {
    for (const exam of exams) await this.images.closeForCorrections(tx, exam, await this.images.studiesOf(tx, exam.id));
  }

  private async makeSibling(tx: Tx, exam: Exam, accessionNumber: string | null): Promise<Exam> {
    const content = {
      ...contentPart(exam),
      accession_number: accessionNumber,
      metadata_only: false,
      declared_studies: [],
    };
    const row = newExamRow({
      id: newId(),
      countyId: exam.county_id,
      clinicId: exam.clinic_id,
      content,
      patientId: exam.patient_id,
      mode: exam.mode,
      state: 'REGISTERED',
      missing: missingClassA(content),
      requestDigest: null,
      createdBy: tx.ctx.actor.name,
      now: this.clock.now(),
    });
    const made = await this.states.create(tx, row, { action: 'exam.split-off', details: { fromExamId: exam.id } });
    if (!made)
      throw new DomainError(examErrors.accession_taken, {
        ...present(exam),
        field: 'accessionNumber',
        accessionNumber,
      });
    return made;
  }

  private async record(
    tx: Tx,
    kind: ImageMoveKind,
    move: { from: string | null; to: string; studies: string[]; back?: string[]; reason: string },
  ): Promise<string> {
    const id = newId();
    const row: Partial<ExamImageMove> = {
      id,
      county_id: tx.ctx.countyId,
      kind,
      from_exam_id: move.from,
      to_exam_id: move.to,
      reason: move.reason,
      done_by: tx.ctx.actor.name,
      done_at: this.clock.now(),
      study_ids: move.studies,
      back_study_ids: move.back ?? [],
    };
    await tx.change('INSERT INTO exam_image_move SELECT * FROM jsonb_populate_record(NULL::exam_image_move, $1)', [
      JSON.stringify(row),
    ]);
    return id;
  }
}

export const ids = (rows: readonly { id: string }[]): string[] => rows.map((row) => row.id);

/** Which of the exams a refusal means, and where it stands. */
export const present = (exam: Pick<Exam, 'id' | 'state'>): ErrorParams => ({
  examId: exam.id,
  ...stateParams(exam.state),
});
