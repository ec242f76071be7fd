import { Injectable } from '@nestjs/common';
import type { Tx } from '../platform/database';
import type { ImageGrading } from './image-grading.entity';
import { type ImageGrade, gradeView } from './image-quality.view';

/** $1 county, $2 exams. */
export const GRADES_IN_FORCE = `
  SELECT DISTINCT ON (g.exam_id) g.*, e.image_set AS exam_image_set
  FROM image_grading g JOIN exam e ON e.id = g.exam_id
  WHERE g.county_id = $1 AND g.exam_id = ANY($2) ORDER BY g.exam_id, g.number DESC`;

/** What other slices ask of the quality of images. */
@Injectable()
export class ImageGrades {
  /**
   * The grade in force of each of these exams, by exam, in one query; exams that nobody has graded (未评级) are left out. Whose
   * exams they are and whether the caller may see them, the caller has looked at.
   */
  async inForce(tx: Tx, examIds: readonly string[]): Promise<ReadonlyMap<string, ImageGrade>> {
    if (examIds.length === 0) return new Map();
    const rows = await tx.rows<ImageGrading & { readonly exam_image_set: number }>(GRADES_IN_FORCE, [
      tx.ctx.countyId,
      examIds,
    ]);
    return new Map(rows.map((row) => [row.exam_id, gradeView(row, row.exam_image_set)]));
  }
}
