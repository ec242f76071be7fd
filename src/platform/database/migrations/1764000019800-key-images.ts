import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropTables, protect } from './support';

/** 关键图像 that a report prints, and form 4 of the signed content, which covers them. Earlier forms stay as they are. */
export class KeyImages1764000019800 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE report_key_images (
        county_id uuid NOT NULL REFERENCES county (id),
        exam_id uuid NOT NULL REFERENCES exam (id),
        images jsonb NOT NULL CHECK (jsonb_typeof(images) = 'array'),
        marked_by uuid NOT NULL REFERENCES person (id),
        marked_at timestamptz NOT NULL,
        PRIMARY KEY (county_id, exam_id)
      )`);
    await protect(q, ['SELECT', 'INSERT', 'UPDATE'], 'report_key_images');
    await q.query(`
      ALTER TABLE report_version
        ADD key_images jsonb,
        DROP CONSTRAINT report_version_content_form_check,
        ADD CONSTRAINT report_version_content_form_check CHECK (content_form IN (1, 2, 3, 4)),
        DROP CONSTRAINT report_version_form_3,
        ADD CONSTRAINT report_version_form_3 CHECK (CASE WHEN content_form >= 3 THEN annexes IS NOT NULL
          ELSE num_nonnulls(annexes, writer_handwriting_sha256, reviewer_handwriting_sha256) = 0 END),
        ADD CONSTRAINT report_version_form_4 CHECK ((content_form >= 4) = (key_images IS NOT NULL))`);
  }

  async down(q: QueryRunner): Promise<void> {
    // Throws when versions of form 4 were signed: without their column nobody could verify them any more.
    await q.query(`
      ALTER TABLE report_version
        DROP CONSTRAINT report_version_form_4,
        DROP CONSTRAINT report_version_form_3,
        ADD CONSTRAINT report_version_form_3 CHECK (CASE WHEN content_form = 3 THEN annexes IS NOT NULL
          ELSE num_nonnulls(annexes, writer_handwriting_sha256, reviewer_handwriting_sha256) = 0 END),
        DROP CONSTRAINT report_version_content_form_check,
        ADD CONSTRAINT report_version_content_form_check CHECK (content_form IN (1, 2, 3)),
        DROP key_images`);
    await dropTables(q, 'report_key_images');
  }
}
