import { Injectable } from '@nestjs/common';
import { type Exam, Exams } from '../exams';
import { can, type Ctx } from '../platform/context';
import { Db, type Tx } from '../platform/database';
import { schemeOf } from './image-quality.rules';
import { gradeDetail, type GradingRow, type ImageQualityView, schemeView } from './image-quality.view';

/** As many of an exam's gradings are shown; whoever gives more has other reasons than the images. */
const MOST_SHOWN = 50;

const GRADINGS = `
  SELECT g.*, h.name AS hospital_name FROM image_grading g JOIN hospital h ON h.id = g.hospital_id
  WHERE g.county_id = $1 AND g.exam_id = $2 ORDER BY g.number DESC LIMIT $3`;

/** 图像质量 of one exam. Its clinic sees the grade in force and why; what readers said to each other before is theirs. */
@Injectable()
export class ImageQualityQueries {
  constructor(
    private readonly db: Db,
    private readonly exams: Exams,
  ) {}

  /** Throws `not_found` when the exam is not the caller's to see. */
  show(ctx: Ctx, examId: string): Promise<ImageQualityView> {
    return this.db.read(ctx, async (tx) => this.view(tx, (await this.exams.brief(tx, examId)).exam));
  }

  async view(tx: Tx, exam: Exam): Promise<ImageQualityView> {
    const forReader = can(tx.ctx, 'worklist.read');
    const rows = await this.gradings(tx, exam.id, forReader ? MOST_SHOWN : 1);
    const [grade = null, ...earlier] = rows.map((row) => gradeDetail(row, exam.image_set, forReader));
    const scheme = schemeOf(exam.modality);
    return { examId: exam.id, imageSet: exam.image_set, scheme: scheme ? schemeView(scheme) : null, grade, earlier };
  }

  /** The grading in force. */
  async latest(tx: Tx, examId: string): Promise<GradingRow | undefined> {
    return (await this.gradings(tx, examId, 1))[0];
  }

  private gradings(tx: Tx, examId: string, limit: number): Promise<GradingRow[]> {
    return tx.rows<GradingRow>(GRADINGS, [tx.ctx.countyId, examId, limit]);
  }
}
