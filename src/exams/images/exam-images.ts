import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock';
import { Config } from '../../platform/config';
import type { Tx } from '../../platform/database';
import { newId } from '../../platform/ids';
import { Outbox } from '../../platform/outbox';
import { quietAt } from './completeness.rules';
import type { Exam, ImagesComplete } from '../exam.entity';
import { ExamFlags } from '../commands/exam-flags';
import { flagUnderReport } from '../commands/flags.rules';
import { type Deed, type ExamPatch, ExamStates } from '../exam-states';
import type { LinkedHow } from '../exams.entities';
import { imagesAfterSigning } from '../exams.events';
import { ASSUME_COMPLETE } from '../exams.subscriptions';
import { type StudyFacts, StudyLinks } from './study-links';

/** The images of one exam as its links say. */
export interface ImagesNow {
  readonly studies: number;
  readonly first_byte_at: Date | null;
  readonly last_image_at: Date | null;
  readonly last_acquired_at: Date | null;
}

/** Links between exams and DICOM studies, and what images do to an exam's row. Every method takes exams locked by the caller. */
@Injectable()
export class ExamImages {
  constructor(
    private readonly states: ExamStates,
    private readonly flags: ExamFlags,
    private readonly studies: StudyLinks,
    private readonly outbox: Outbox,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** Ids of the exams that a study belongs to, in the order in which they are to be locked. */
  async examsOf(tx: Tx, studyId: string): Promise<string[]> {
    const rows = await tx.rows<{ exam_id: string }>(
      'SELECT exam_id FROM exam_study WHERE study_id = $1 AND unlinked_at IS NULL ORDER BY exam_id',
      [studyId],
    );
    return rows.map((row) => row.exam_id);
  }

  async studiesOf(tx: Tx, examId: string): Promise<string[]> {
    const rows = await tx.rows<{ study_id: string }>(
      'SELECT study_id FROM exam_study WHERE exam_id = $1 AND unlinked_at IS NULL ORDER BY study_id',
      [examId],
    );
    return rows.map((row) => row.study_id);
  }

  /** The studies of an exam, locked; before the exam itself is. */
  async lockStudiesOf(tx: Tx, examId: string): Promise<string[]> {
    const locked = await this.studies.lockAll(tx, await this.studiesOf(tx, examId));
    return locked.map((study) => study.id);
  }

  /** The end of an identity hold: from now on other bytes under a known SOP UID are refused again. */
  async closeForCorrections(tx: Tx, exam: Exam, studyIds: readonly string[]): Promise<void> {
    if (exam.identity_hold_at !== null) await this.studies.allowCorrections(tx, studyIds, false);
  }

  /** Makes the link; false when it is there already. */
  async link(tx: Tx, examId: string, study: StudyFacts, how: LinkedHow): Promise<boolean> {
    const made = await tx.change(
      `INSERT INTO exam_study (id, county_id, exam_id, study_id, linked_how, linked_at, linked_by, instance_count, images_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (exam_id, study_id) WHERE unlinked_at IS NULL DO NOTHING`,
      [
        newId(),
        tx.ctx.countyId,
        examId,
        study.id,
        how,
        this.clock.now(),
        tx.ctx.actor.name,
        study.instance_count,
        study.last_image_at,
      ],
    );
    return made === 1;
  }

  async unlink(tx: Tx, examId: string, studyIds: readonly string[], reason: string): Promise<number> {
    return tx.change(
      `UPDATE exam_study SET unlinked_at = $4, unlinked_by = $5, unlink_reason = $6
       WHERE county_id = $1 AND exam_id = $2 AND study_id = ANY($3) AND unlinked_at IS NULL`,
      [tx.ctx.countyId, examId, studyIds, this.clock.now(), tx.ctx.actor.name, reason],
    );
  }

  /** Notes what a linked study holds now; false when the exam's image set has been raised for it already. */
  async noteNew(tx: Tx, examId: string, study: StudyFacts): Promise<boolean> {
    const changed = await tx.change(
      `UPDATE exam_study SET instance_count = $4, images_at = $5
       WHERE county_id = $1 AND exam_id = $2 AND study_id = $3 AND unlinked_at IS NULL
         AND (instance_count <> $4 OR images_at < $5)`,
      [tx.ctx.countyId, examId, study.id, study.instance_count, study.last_image_at],
    );
    return changed === 1;
  }

  /**
   * New images of a linked study (already noted): times, image set, state. `complete` when it is known that they are all.
   * Images of a returned exam are its re-take; images that come too late open a flag. `fill` = columns the header knows.
   */
  async arrived(
    tx: Tx,
    exam: Exam,
    study: StudyFacts,
    complete: ImagesComplete | null,
    fill: ExamPatch = {},
  ): Promise<Exam> {
    const retake = exam.state === 'RETURNED';
    const changed = await this.states.settle(tx, exam, {
      action: retake ? 'exam.retake-arrived' : 'exam.images',
      details: { studyId: study.id, instances: study.instance_count },
      ...(retake ? { as: 'UPLOADING' as const } : {}),
      set: {
        ...fill,
        image_set: exam.image_set + 1,
        first_byte_at: earlier(exam.first_byte_at, study.first_byte_at),
        last_image_at: later(exam.last_image_at, study.last_image_at),
        exam_ended_at: exam.exam_ended_at ?? study.last_acquired_at,
        ...(complete === null && !retake ? {} : { images_complete: complete }),
        ...(retake ? this.endOfReturn(exam, { retake: true }) : {}),
      },
    });
    await this.flagLate(tx, changed, study);
    const timerRuns = exam.last_image_at !== null && !retake;
    if (!timerRuns) await this.startQuietTime(tx, changed);
    return changed;
  }

  /** Every image is there: by its manifest, or because nothing has come for the quiet time. A manifest knows better. */
  async completed(tx: Tx, exam: Exam, how: ImagesComplete): Promise<Exam> {
    const knownBetter = exam.images_complete === 'assumed' && how === 'manifest';
    if (exam.images_complete !== null && !knownBetter) return exam;
    return this.states.settle(tx, exam, {
      action: 'exam.images-complete',
      details: { how },
      set: { images_complete: how },
    });
  }

  /**
   * After a person made or ended links: the image facts are those of what is linked now. `complete` = what is known of the
   * images that came; without images nothing is complete.
   */
  async relinked(tx: Tx, exam: Exam, complete: ImagesComplete | null, deed: Deed, set: ExamPatch = {}): Promise<Exam> {
    const now = await this.imagesNow(tx, exam.id);
    const known = now.studies === 0 ? null : (exam.images_complete ?? complete);
    const changed = await this.states.settle(tx, exam, {
      ...deed,
      set: {
        image_set: exam.image_set + 1,
        first_byte_at: now.first_byte_at,
        last_image_at: now.last_image_at,
        exam_ended_at: exam.exam_ended_at ?? now.last_acquired_at,
        ...(exam.metadata_only ? {} : { images_complete: known }),
        ...set,
      },
    });
    const code = flagUnderReport(exam, 'moved');
    if (code) {
      await this.flags.raise(tx, exam, [{ code, details: { imageSet: changed.image_set } }]);
      await this.outbox.emit(tx, imagesAfterSigning(changed));
    }
    await this.startQuietTime(tx, changed);
    return changed;
  }

  /** Sets the alarm that asks whether images have stopped coming; one runs per exam, and sets itself anew. */
  async startQuietTime(tx: Tx, exam: Exam): Promise<void> {
    const at = quietAt(exam, this.config.env.QUIET_SECONDS);
    if (at) await this.outbox.schedule(tx, { consumer: ASSUME_COMPLETE, subjectId: exam.id, at });
  }

  /** The columns that a return leaves behind when it ends: its time is summed up, and a re-take is a new attempt. */
  endOfReturn(exam: Exam, { retake }: { retake: boolean }): ExamPatch {
    const since = exam.returned_at?.getTime() ?? this.clock.now().getTime();
    const seconds = Math.max(0, Math.round((this.clock.now().getTime() - since) / 1_000));
    return {
      returned_seconds: exam.returned_seconds + seconds,
      returned_at: null,
      // New pictures take the place of those that a limitation was said of.
      ...(retake ? { attempt: exam.attempt + 1, limitation: null } : {}),
    };
  }

  private async flagLate(tx: Tx, exam: Exam, study: StudyFacts): Promise<void> {
    const underReport = flagUnderReport(exam, 'came');
    const code = underReport ?? (exam.state === 'WITHDRAWN' ? 'images_after_withdrawal' : undefined);
    if (code) await this.flags.raise(tx, exam, [{ code, studyId: study.id, details: { imageSet: exam.image_set } }]);
    if (underReport) await this.outbox.emit(tx, imagesAfterSigning(exam));
  }

  async imagesNow(tx: Tx, examId: string): Promise<ImagesNow> {
    const row = await tx.row<ImagesNow>(
      `SELECT count(*)::int AS studies, min(s.first_byte_at) AS first_byte_at, max(s.last_image_at) AS last_image_at,
         max(s.last_acquired_at) AS last_acquired_at
       FROM exam_study l JOIN dicom_study s ON s.id = l.study_id WHERE l.exam_id = $1 AND l.unlinked_at IS NULL`,
      [examId],
    );
    return row ?? { studies: 0, first_byte_at: null, last_image_at: null, last_acquired_at: null };
  }
}

function earlier(a: Date | null, b: Date): Date {
  return a !== null && a < b ? a : b;
}

function later(a: Date | null, b: Date): Date {
  return a !== null && a > b ? a : b;
}
