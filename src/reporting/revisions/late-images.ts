import { Injectable } from '@nestjs/common';
import { Audit, Commands } from '../../audit';
import { type Exam, ExamStates, reportIsOut } from '../../exams';
import { Notices } from '../../notices';
import { Clock } from '../../platform/clock';
import { can, type Ctx, personOf } from '../../platform/context';
import { Db, type Tx } from '../../platform/database';
import { commonErrors, DomainError } from '../../platform/errors';
import { newId } from '../../platform/ids';
import { type ReadingItem, worklistErrors } from '../../worklist';
import type { LateImagesAnswer } from './amendment.state';
import type { Confirm } from './revisions.dto';
import { LateImages } from './revisions.entities';
import { revisionErrors } from './revisions.errors';
import { StandingVersions } from './standing-versions';

/**
 * Images that come after the signature are a question to the signer: do they change anything? 确认无变化 he answers
 * here; 补充 and 更正 are answers by being signed.
 */
@Injectable()
export class LateImagesTasks {
  constructor(
    private readonly db: Db,
    private readonly commands: Commands,
    private readonly examStates: ExamStates,
    private readonly standing: StandingVersions,
    private readonly notices: Notices,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * Opens the task of a signed exam, or raises the image set of the one that is open. An image set that the signer has
   * signed or answered opens none, however often it is told. Of a preliminary report the writer is told, and whoever holds
   * the exam: it is out and the clinic treats by it, and the formal one is not signed without these images.
   */
  async open(tx: Tx, examId: string): Promise<void> {
    const exam = await this.examStates.lock(tx, examId);
    if (exam.state !== 'SIGNED' && exam.state !== 'AMENDING') return this.tellOfPreliminary(tx, exam);
    const version = await this.standing.latest(tx, examId);
    if (exam.image_set <= Math.max(version.image_set, await this.answered(tx, examId))) return;
    const opened = await tx.row<{ id: string; fresh: boolean }>(
      `INSERT INTO late_images AS t
         (id, county_id, clinic_id, exam_id, version_id, signer_id, signed_image_set, image_set, opened_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       ON CONFLICT (exam_id) WHERE answer IS NULL DO UPDATE SET image_set = excluded.image_set
         WHERE t.image_set < excluded.image_set
       RETURNING id, (xmax = 0) AS fresh`,
      [
        newId(),
        exam.county_id,
        exam.clinic_id,
        examId,
        version.id,
        version.reviewer_id,
        version.image_set,
        exam.image_set,
        this.clock.now(),
      ],
    );
    if (!opened) return;
    const details = { taskId: opened.id, imageSet: exam.image_set, versionId: version.id };
    const subject = { subjectType: 'exam', subjectId: examId };
    await this.audit.record(tx, { action: 'report.late-images', ...subject, details });
    await this.tell(tx, exam, opened.id, version.reviewer_id);
  }

  /**
   * 确认无变化, by the signer or a chief, of the images as they are now. Throws `not_found`, `not_the_signer`,
   * `late_images_answered`, `stale_image_set` when others have come since he looked.
   */
  async confirm(ctx: Ctx, taskId: string, input: Confirm): Promise<object> {
    const task = await this.db.read(ctx, (tx) => this.find(tx, taskId));
    return this.commands.run(ctx, 'report.late-images-confirm', task.exam_id, async (tx) => {
      const exam = await this.examStates.lock(tx, task.exam_id);
      const present = { state: exam.state, imageSet: exam.image_set };
      if (task.signer_id !== ctx.actor.id && !can(ctx, 'report.revise'))
        throw new DomainError(revisionErrors.not_the_signer, present);
      if (input.imageSet !== exam.image_set) throw new DomainError(worklistErrors.stale_image_set, present);
      const answered = await this.answer(tx, exam, 'unchanged', input.note ?? null);
      if (answered?.id !== taskId) throw new DomainError(revisionErrors.late_images_answered, present);
      return { taskId, examId: exam.id, answer: answered.answer, answeredAt: answered.answered_at };
    });
  }

  /**
   * What was signed of the exam and its images now is the answer to the open task, if there is one. The exam is locked by the
   * caller.
   */
  async settle(tx: Tx, exam: Pick<Exam, 'id' | 'image_set'>, answer: LateImagesAnswer): Promise<void> {
    await this.answer(tx, exam, answer, null);
  }

  private async answer(
    tx: Tx,
    exam: Pick<Exam, 'id' | 'image_set'>,
    answer: LateImagesAnswer,
    note: string | null,
  ): Promise<LateImages | undefined> {
    const task = await tx.row<LateImages>(
      `UPDATE late_images SET answer = $3, note = $4, answered_by = $5, answered_at = $6, image_set = greatest(image_set, $7)
       WHERE county_id = $1 AND exam_id = $2 AND answer IS NULL RETURNING *`,
      [tx.ctx.countyId, exam.id, answer, note, personOf(tx.ctx).id, this.clock.now(), exam.image_set],
    );
    if (!task) return undefined;
    await this.audit.record(tx, {
      action: 'report.late-images-answered',
      subjectType: 'exam',
      subjectId: exam.id,
      details: { taskId: task.id, answer, imageSet: task.image_set },
    });
    return task;
  }

  private async find(tx: Tx, taskId: string): Promise<LateImages> {
    const task = await tx.row<LateImages>('SELECT * FROM late_images WHERE county_id = $1 AND id = $2', [
      tx.ctx.countyId,
      taskId,
    ]);
    if (!task) throw new DomainError(commonErrors.not_found);
    return task;
  }

  /** The highest image set that somebody has answered for. */
  private async answered(tx: Tx, examId: string): Promise<number> {
    const row = await tx.row<{ image_set: number | null }>(
      'SELECT max(image_set) AS image_set FROM late_images WHERE county_id = $1 AND exam_id = $2 AND answer IS NOT NULL',
      [tx.ctx.countyId, examId],
    );
    return row?.image_set ?? 0;
  }

  private async tellOfPreliminary(tx: Tx, exam: Exam): Promise<void> {
    const version = reportIsOut(exam) ? await this.standing.base(tx, exam.id) : undefined;
    if (!version || exam.image_set <= version.image_set) return;
    const holder = await tx.row<Pick<ReadingItem, 'holder_id'>>(
      'SELECT holder_id FROM reading_item WHERE county_id = $1 AND exam_id = $2',
      [tx.ctx.countyId, exam.id],
    );
    const people = new Set([version.reviewer_id, ...(holder?.holder_id ? [holder.holder_id] : [])]);
    await this.notices.tell(tx, {
      kind: 'report.images-after-preliminary',
      examId: exam.id,
      text: `检查 ${exam.accession_number ?? ''} 发出临时报告后影像有变动，请核对临时报告是否仍成立`,
      to: [...people].map((personId) => ({ personId })),
      urgent: true,
      params: { versionId: version.id, imageSet: exam.image_set },
      key: `images-after-preliminary:${exam.id}:${exam.image_set}`,
    });
  }

  private async tell(tx: Tx, exam: Exam, taskId: string, signerId: string): Promise<void> {
    await this.notices.tell(tx, {
      kind: 'report.late-images',
      examId: exam.id,
      text: `检查 ${exam.accession_number ?? ''} 审签后又收到影像，请确认无变化，或补充、更正报告`,
      to: [{ personId: signerId }],
      params: { taskId, imageSet: exam.image_set },
      key: `late-images:${exam.id}:${exam.image_set}`,
    });
  }
}
