import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropTables, protect } from './support';

/**
 * The draft (one per exam, optimistic version), what was submitted, and the chain of immutable versions. What was
 * submitted keeps its text, and a version all of its content: only how a submission ended and where the PDF lies are
 * granted for update.
 */
export class Reporting1764000008000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE report_draft (
        exam_id uuid PRIMARY KEY,
        county_id uuid NOT NULL REFERENCES county (id),
        version int NOT NULL CHECK (version > 0),
        fence int NOT NULL,
        technique text NOT NULL,
        findings text NOT NULL,
        impression text NOT NULL,
        recommendation text NOT NULL,
        positive smallint CHECK (positive IN (-1, 0, 1)),
        author_id uuid NOT NULL REFERENCES person (id),
        saved_at timestamptz NOT NULL
      )`);
    await q.query(`
      CREATE TABLE report_submission (
        id uuid PRIMARY KEY,
        county_id uuid NOT NULL REFERENCES county (id),
        exam_id uuid NOT NULL,
        draft_version int NOT NULL,
        image_set int NOT NULL,
        technique text NOT NULL,
        findings text NOT NULL,
        impression text NOT NULL,
        recommendation text NOT NULL,
        positive smallint CHECK (positive IN (-1, 0, 1)),
        writer_id uuid NOT NULL REFERENCES person (id),
        writer_hospital_id uuid REFERENCES hospital (id),
        submitted_at timestamptz NOT NULL,
        outcome text CHECK (outcome IN ('signed', 'rejected', 'taken_back', 'lapsed')),
        outcome_at timestamptz,
        outcome_by uuid REFERENCES person (id),
        outcome_reason text,
        CONSTRAINT report_submission_ended CHECK (num_nonnulls(outcome, outcome_at, outcome_by) IN (0, 3))
      )`);
    await q.query('CREATE INDEX report_submission_exam ON report_submission (county_id, exam_id, submitted_at DESC)');
    await q.query('CREATE UNIQUE INDEX report_submission_open ON report_submission (exam_id) WHERE outcome IS NULL');
    await q.query(`
      CREATE TABLE report_version (
        id uuid PRIMARY KEY,
        county_id uuid NOT NULL REFERENCES county (id),
        clinic_id uuid NOT NULL REFERENCES clinic (id),
        exam_id uuid NOT NULL,
        number int NOT NULL CHECK (number > 0),
        kind text NOT NULL CHECK (kind IN ('preliminary', 'final', 'corrected', 'addendum', 'demographics', 'void')),
        supersedes_id uuid REFERENCES report_version (id),
        reason text,
        -- patient and exam as printed: a later change of the exam must not change a signed sheet
        subject jsonb NOT NULL,
        technique text NOT NULL,
        findings text NOT NULL,
        impression text NOT NULL,
        recommendation text NOT NULL,
        positive smallint NOT NULL CHECK (positive IN (-1, 0, 1)),
        submission_id uuid REFERENCES report_submission (id),
        writer_id uuid NOT NULL REFERENCES person (id),
        writer_name text NOT NULL,
        writer_title text NOT NULL,
        writer_hospital text NOT NULL,
        written_at timestamptz NOT NULL,
        reviewer_id uuid NOT NULL REFERENCES person (id),
        reviewer_name text NOT NULL,
        reviewer_title text NOT NULL,
        reviewer_hospital text NOT NULL,
        signed_at timestamptz NOT NULL,
        single_sign boolean NOT NULL DEFAULT false,
        image_set int NOT NULL,
        content_sha256 text NOT NULL,
        verification_code text COLLATE "C" NOT NULL CONSTRAINT report_version_verification_key UNIQUE,
        pdf_sha256 text,
        pdf_bytes int,
        pdf_at timestamptz,
        CONSTRAINT report_version_pdf_whole CHECK (num_nonnulls(pdf_sha256, pdf_bytes, pdf_at) IN (0, 3)),
        CONSTRAINT report_version_number_key UNIQUE (exam_id, number),
        CONSTRAINT report_version_two_people CHECK (single_sign OR writer_id <> reviewer_id),
        CONSTRAINT report_version_times CHECK (signed_at >= written_at)
      )`);
    await q.query(
      'CREATE INDEX report_version_clinic ON report_version (county_id, clinic_id, signed_at DESC, id DESC)',
    );
    await keepVersions(q);
    await protect(q, ['SELECT', 'INSERT', 'UPDATE'], 'report_draft');
    await protect(q, ['SELECT', 'INSERT'], 'report_submission', 'report_version');
    const [{ app }] = (await q.query("SELECT quote_ident(current_setting('cic.app_role')) AS app")) as [
      { app: string },
    ];
    await q.query(`GRANT UPDATE (outcome, outcome_at, outcome_by, outcome_reason) ON report_submission TO ${app}`);
    await q.query(`GRANT UPDATE (pdf_sha256, pdf_bytes, pdf_at) ON report_version TO ${app}`);
  }

  async down(q: QueryRunner): Promise<void> {
    await dropTables(q, 'report_version', 'report_submission', 'report_draft');
    await q.query('DROP FUNCTION report_version_keep()');
  }
}

/** A signed version never changes and never goes, whoever asks; only its PDF is noted, once. */
async function keepVersions(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE FUNCTION report_version_keep() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'DELETE' OR OLD.pdf_sha256 IS NOT NULL
         OR (to_jsonb(NEW) - 'pdf_sha256' - 'pdf_bytes' - 'pdf_at') <> (to_jsonb(OLD) - 'pdf_sha256' - 'pdf_bytes' - 'pdf_at') THEN
        RAISE EXCEPTION 'signed report versions are never changed';
      END IF;
      RETURN NEW;
    END $$`);
  await q.query(
    'CREATE TRIGGER report_version_keep BEFORE UPDATE OR DELETE ON report_version FOR EACH ROW EXECUTE FUNCTION report_version_keep()',
  );
}
