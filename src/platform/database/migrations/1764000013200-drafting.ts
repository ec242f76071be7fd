import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropTables, protect } from './support';

/**
 * Texts that a draft would otherwise have lost (refused saves, another reader's text written over, a trainee's as he handed
 * it in), where a draft was taken from, and for which modalities one doctor may sign alone.
 */
export class Drafting1764000013200 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      ALTER TABLE report_draft
        ADD template_id uuid,
        -- the signed version whose text was taken over
        ADD copied_from_id uuid REFERENCES report_version (id)`);
    // No foreign key: a version points to its submission, and tables in a circle can be neither backed up nor restored.
    await q.query('ALTER TABLE report_submission ADD copied_from_id uuid');
    await q.query(`
      CREATE TABLE report_draft_copy (
        id uuid PRIMARY KEY,
        county_id uuid NOT NULL REFERENCES county (id),
        exam_id uuid NOT NULL,
        author_id uuid NOT NULL REFERENCES person (id),
        why text NOT NULL CHECK (why IN ('refused', 'replaced', 'presented')),
        -- the draft's version that the text was made from, or was
        draft_version int NOT NULL,
        fence int NOT NULL,
        technique text NOT NULL,
        findings text NOT NULL,
        impression text NOT NULL,
        recommendation text NOT NULL,
        positive smallint CHECK (positive IN (-1, 0, 1)),
        kept_at timestamptz NOT NULL
      )`);
    await q.query(
      'CREATE INDEX report_draft_copy_exam ON report_draft_copy (county_id, exam_id, kept_at DESC, id DESC)',
    );
    await q.query(`
      CREATE TABLE single_sign (
        county_id uuid NOT NULL REFERENCES county (id),
        modality text NOT NULL,
        reason text NOT NULL,
        allowed_by uuid NOT NULL REFERENCES person (id),
        allowed_at timestamptz NOT NULL,
        PRIMARY KEY (county_id, modality)
      )`);
    await protect(q, ['SELECT', 'INSERT'], 'report_draft_copy');
    await protect(q, ['SELECT', 'INSERT', 'UPDATE', 'DELETE'], 'single_sign');
  }

  async down(q: QueryRunner): Promise<void> {
    await dropTables(q, 'single_sign', 'report_draft_copy');
    await q.query('ALTER TABLE report_submission DROP copied_from_id');
    await q.query('ALTER TABLE report_draft DROP template_id, DROP copied_from_id');
  }
}
