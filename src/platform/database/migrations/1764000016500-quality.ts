import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropTables, protect } from './support';

/** What radiologists said of the images of exams (图像质量), every word of it kept. */
export class Quality1764000016500 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE image_grading (
        county_id uuid NOT NULL REFERENCES county (id),
        exam_id uuid NOT NULL REFERENCES exam (id),
        number int NOT NULL CHECK (number >= 1),
        image_set int NOT NULL,
        scheme text NOT NULL,
        grade text NOT NULL,
        deficiencies text[] NOT NULL,
        note text,
        -- [{studyInstanceUid, grade, deficiencies}]; null when the exam was graded as one
        studies jsonb,
        graded_as text NOT NULL CHECK (graded_as IN ('writer', 'reviewer', 'signer', 'chief')),
        graded_by uuid NOT NULL REFERENCES person (id),
        -- as it was then
        graded_by_name text NOT NULL,
        hospital_id uuid NOT NULL REFERENCES hospital (id),
        graded_at timestamptz NOT NULL,
        -- newest first within an exam: the grade in force is the first
        CONSTRAINT image_grading_key PRIMARY KEY (county_id, exam_id, number),
        CONSTRAINT image_grading_grade CHECK
          ((scheme = 'radiograph' AND grade IN ('A', 'B', 'C', 'F')) OR (scheme = 'sectional' AND grade IN ('0', '1', '2', '3'))),
        CONSTRAINT image_grading_reason CHECK (grade IN ('A', '3') OR cardinality(deficiencies) > 0)
      )`);
    await protect(q, ['SELECT', 'INSERT'], 'image_grading');
  }

  async down(q: QueryRunner): Promise<void> {
    await dropTables(q, 'image_grading');
  }
}
