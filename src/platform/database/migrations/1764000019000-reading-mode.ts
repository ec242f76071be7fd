import type { MigrationInterface, QueryRunner } from 'typeorm';

/** In review mode the clinic's turn, 待报告 with nobody's claim on it. */
const THE_CLINICS = "mode = 'review' AND state IN ('QUEUED', 'UPLOADING')";

/**
 * The list knows who writes an exam: what the clinic's own doctor writes is on it only once it is handed in. The list's
 * partial indexes stay as they are: what is left out of them by this is a handful of rows.
 */
export class ReadingMode1764000019000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(
      "ALTER TABLE reading_item ADD mode text NOT NULL DEFAULT 'diagnose' CHECK (mode IN ('diagnose', 'review'))",
    );
    await q.query(`UPDATE reading_item i SET mode = exam.mode FROM exam
      WHERE exam.county_id = i.county_id AND exam.id = i.exam_id AND exam.mode <> i.mode`);
    // A clinic's doctor was named as the reader of what came back to him: he reads at no hospital.
    await q.query(`UPDATE reading_item SET assigned_person_id = NULL
      WHERE ${THE_CLINICS} AND assigned_person_id = writer_id AND writer_hospital_id IS NULL`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('ALTER TABLE reading_item DROP COLUMN mode');
  }
}
