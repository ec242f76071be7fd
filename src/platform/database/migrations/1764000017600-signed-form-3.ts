import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropTables, protect } from './support';

/**
 * What a sheet needs beside its text: who took the pictures (技师), the handwritten signatures (手写签名) of those who sign,
 * and form 3 of the signed content, which covers them and the 会诊意见. Versions of form 1 and 2 stay as they are.
 */
export class SignedForm31764000017600 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query('ALTER TABLE exam ADD technician text');
    // Operators' Name (0008,1070); '' where the device does not say
    await q.query("ALTER TABLE dicom_series ADD operators text NOT NULL DEFAULT ''");
    await handwriting(q);
    await q.query(`
      ALTER TABLE report_version
        ADD annexes jsonb,
        ADD writer_handwriting_sha256 text,
        ADD reviewer_handwriting_sha256 text,
        DROP CONSTRAINT report_version_content_form_check,
        ADD CONSTRAINT report_version_content_form_check CHECK (content_form IN (1, 2, 3)),
        ADD CONSTRAINT report_version_form_3 CHECK (CASE WHEN content_form = 3 THEN annexes IS NOT NULL
          ELSE num_nonnulls(annexes, writer_handwriting_sha256, reviewer_handwriting_sha256) = 0 END)`);
  }

  async down(q: QueryRunner): Promise<void> {
    // Throws when versions of form 3 were signed: without these columns nobody could verify them any more.
    await q.query(`
      ALTER TABLE report_version
        DROP CONSTRAINT report_version_form_3,
        DROP CONSTRAINT report_version_content_form_check,
        ADD CONSTRAINT report_version_content_form_check CHECK (content_form IN (1, 2)),
        DROP annexes, DROP writer_handwriting_sha256, DROP reviewer_handwriting_sha256`);
    await dropTables(q, 'person_handwriting');
    await q.query('ALTER TABLE dicom_series DROP operators');
    await q.query('ALTER TABLE exam DROP technician');
  }
}

/** One row per picture ever put in; the newest without an end is in force, the others are those of older versions. */
async function handwriting(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE person_handwriting (
      id uuid PRIMARY KEY,
      county_id uuid NOT NULL REFERENCES county (id),
      person_id uuid NOT NULL REFERENCES person (id),
      media_type text NOT NULL CHECK (media_type IN ('image/png', 'image/jpeg')),
      sha256 text COLLATE "C" NOT NULL,
      bytes int NOT NULL,
      width int NOT NULL,
      height int NOT NULL,
      added_at timestamptz NOT NULL,
      added_by uuid NOT NULL REFERENCES person (id),
      ended_at timestamptz,
      ended_by uuid REFERENCES person (id),
      CONSTRAINT person_handwriting_ended CHECK ((ended_at IS NULL) = (ended_by IS NULL))
    )`);
  await q.query(
    'CREATE UNIQUE INDEX person_handwriting_in_force ON person_handwriting (county_id, person_id) WHERE ended_at IS NULL',
  );
  await q.query('CREATE INDEX person_handwriting_person ON person_handwriting (county_id, person_id, added_at DESC)');
  await protect(q, ['SELECT', 'INSERT'], 'person_handwriting');
  const [{ app }] = (await q.query("SELECT quote_ident(current_setting('cic.app_role')) AS app")) as [{ app: string }];
  await q.query(`GRANT UPDATE (ended_at, ended_by) ON person_handwriting TO ${app}`);
}
