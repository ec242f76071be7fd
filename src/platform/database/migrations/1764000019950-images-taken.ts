import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Asked at every submission and signature: what was taken from the exam, or replaced, since its text was saved, and whether
 * the patient is still the one it was saved for.
 */
export class ImagesTaken1764000019950 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query('ALTER TABLE report_draft ADD patient_id uuid');
    await q.query('CREATE INDEX exam_study_ended ON exam_study (exam_id, unlinked_at) WHERE unlinked_at IS NOT NULL');
    await q.query(
      'CREATE INDEX instance_superseded ON instance (study_id, superseded_at) WHERE superseded_at IS NOT NULL',
    );
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP INDEX instance_superseded');
    await q.query('DROP INDEX exam_study_ended');
    await q.query('ALTER TABLE report_draft DROP patient_id');
  }
}
