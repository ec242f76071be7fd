import { Injectable } from '@nestjs/common';
import { Audit, Commands } from '../../audit';
import { type Exam, ExamStates } from '../../exams';
import { Clock } from '../../platform/clock';
import { can, type Ctx, type PersonActor, personOf } from '../../platform/context';
import { Db, type Page, pageOf, type Tx } from '../../platform/database';
import { commonErrors, DomainError } from '../../platform/errors';
import { newId } from '../../platform/ids';
import { Reports, type ReportVersionView } from '../../reporting';
import type { TeachingInput, TeachingList } from '../collaboration.dto';
import { TeachingMark } from '../collaboration.entities';
import { collaborationErrors } from '../collaboration.errors';
import { byId, idAfter } from '../keyset';

/** A case to learn from: what is on the images counts, who is on them does not, so no name is in it. */
export interface TeachingCase {
  readonly examId: string;
  readonly topic: string;
  readonly note: string;
  readonly modality: string;
  readonly itemName: string | null;
  readonly bodyPart: string | null;
  readonly sex: Exam['sex'];
  readonly age: number | null;
  readonly ageUnit: Exam['age_unit'];
  readonly impression: string | null;
  readonly markedBy: string;
  readonly markedAt: Date;
}

type Row = TeachingMark & Pick<Exam, 'item_name' | 'body_part' | 'sex' | 'age_value' | 'age_unit'>;

/** Exams whose images nobody doubts. $2 modality or null, $3 id of the last line or null, $4 limit. */
const TEACHING_PAGE = `
  SELECT t.*, e.item_name, e.body_part, e.sex, e.age_value, e.age_unit
  FROM teaching_mark t JOIN exam e ON e.id = t.exam_id AND e.state NOT IN ('VOID', 'WITHDRAWN') AND e.identity_hold_at IS NULL
  WHERE t.county_id = $1 AND t.removed_at IS NULL AND ($2::text IS NULL OR t.modality = $2) AND ($3::uuid IS NULL OR t.id < $3)
  ORDER BY t.id DESC LIMIT $4`;

/** 带教: readers mark cases for those who learn. One mark an exam; a new one takes the place of the old. */
@Injectable()
export class TeachingService {
  constructor(
    private readonly db: Db,
    private readonly commands: Commands,
    private readonly examStates: ExamStates,
    private readonly reports: Reports,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Marks an exam; said again, topic and note are those of the last word. Throws `not_found`, `teaching_not_yours`. */
  async mark(ctx: Ctx, examId: string, { topic, note }: TeachingInput): Promise<TeachingCase> {
    const me = personOf(ctx);
    return this.commands.run(ctx, 'teaching.mark', examId, async (tx) => {
      const exam = await this.examStates.lock(tx, examId);
      if (exam.state === 'VOID') this.examStates.refuse(exam);
      await this.remove(tx, examId, me);
      const row: TeachingMark = {
        id: newId(),
        county_id: ctx.countyId,
        exam_id: examId,
        topic,
        note,
        modality: exam.modality ?? '',
        marked_by: me.id,
        marked_by_name: me.name,
        marked_at: this.clock.now(),
        removed_at: null,
        removed_by: null,
      };
      await tx.insert(TeachingMark, row);
      const details = { markId: row.id };
      await this.audit.record(tx, { action: 'teaching.mark', subjectType: 'exam', subjectId: examId, details });
      return view({ ...exam, ...row }, null);
    });
  }

  /** Takes the mark off. Throws `not_found` where there is none, `teaching_not_yours`. */
  async unmark(ctx: Ctx, examId: string): Promise<void> {
    const me = personOf(ctx);
    await this.commands.run(ctx, 'teaching.unmark', examId, async (tx) => {
      await this.examStates.lock(tx, examId);
      if (!(await this.remove(tx, examId, me))) throw new DomainError(commonErrors.not_found);
      await this.audit.record(tx, { action: 'teaching.unmark', subjectType: 'exam', subjectId: examId });
    });
  }

  /** The county's cases, newest first, each with what its report says by now. */
  async list(ctx: Ctx, { modality, cursor, limit }: TeachingList): Promise<Page<TeachingCase>> {
    return this.db.read(ctx, async (tx) => {
      const rows = await tx.rows<Row>(TEACHING_PAGE, [ctx.countyId, modality ?? null, idAfter(cursor), limit + 1]);
      const reports = await this.reports.inForce(
        tx,
        rows.map((row) => row.exam_id),
      );
      return pageOf(rows, limit, (row) => view(row, impressionOf(reports.get(row.exam_id))), byId);
    });
  }

  /** Whether there was a mark. Another's is his, or the chief's, to take off or to replace. */
  private async remove(tx: Tx, examId: string, me: PersonActor): Promise<boolean> {
    const mark = await tx.row<TeachingMark>(
      'SELECT * FROM teaching_mark WHERE county_id = $1 AND exam_id = $2 AND removed_at IS NULL',
      [tx.ctx.countyId, examId],
    );
    if (!mark) return false;
    if (mark.marked_by !== me.id && !can(tx.ctx, 'worklist.manage'))
      throw new DomainError(collaborationErrors.teaching_not_yours, { markedBy: mark.marked_by_name });
    const removed = await tx.change(
      'UPDATE teaching_mark SET removed_at = $3, removed_by = $4 WHERE county_id = $1 AND id = $2 AND removed_at IS NULL',
      [tx.ctx.countyId, mark.id, this.clock.now(), me.id],
    );
    return removed === 1;
  }
}

type Concluding = Pick<ReportVersionView, 'impression'>;

/** Of the version in force and what was added to it since; null while no report stands: unsigned, or called back. */
function impressionOf(
  report: { readonly version: Concluding; readonly addenda: readonly Concluding[] } | undefined,
): string | null {
  if (!report) return null;
  return [report.version, ...report.addenda]
    .map(({ impression }) => impression)
    .filter((impression) => impression !== '')
    .join('\n');
}

const view = (row: Row, impression: string | null): TeachingCase => ({
  examId: row.exam_id,
  topic: row.topic,
  note: row.note,
  modality: row.modality,
  itemName: row.item_name,
  bodyPart: row.body_part,
  sex: row.sex,
  age: row.age_value,
  ageUnit: row.age_unit,
  impression,
  markedBy: row.marked_by_name,
  markedAt: row.marked_at,
});
