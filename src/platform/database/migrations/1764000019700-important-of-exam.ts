import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was flagged on an exam is looked through with every version of its report, and when the exam ends. */
export class ImportantOfExam1764000019700 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query('CREATE INDEX important_finding_exam ON important_finding (county_id, exam_id, raised_at, id)');
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP INDEX important_finding_exam');
  }
}
