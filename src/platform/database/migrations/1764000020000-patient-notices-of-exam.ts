import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The page of an exam asks for its 告知患者 alone; the way there led over all of the county's. */
export class PatientNoticesOfExam1764000020000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query('CREATE INDEX patient_notice_exam ON patient_notice (county_id, exam_id, opened_at DESC, id DESC)');
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP INDEX patient_notice_exam');
  }
}
