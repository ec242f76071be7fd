import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropTables, protect } from './support';

/** 会诊意见 that joins an exam's report: one row per opinion, taken back by a mark and never removed. */
export class ReportAnnexes1764000017500 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE report_annex (
        id uuid PRIMARY KEY,
        county_id uuid NOT NULL REFERENCES county (id),
        exam_id uuid NOT NULL REFERENCES exam (id),
        kind text NOT NULL CHECK (kind IN ('consultation')),
        -- the consultation: one opinion joins a report once, however often that is asked for
        source_id uuid NOT NULL,
        institution text NOT NULL CHECK (institution <> ''),
        doctor text NOT NULL CHECK (doctor <> ''),
        title text NOT NULL,
        text text NOT NULL CHECK (text <> ''),
        given_at timestamptz NOT NULL,
        joined_at timestamptz NOT NULL,
        joined_by uuid NOT NULL REFERENCES person (id),
        withdrawn_at timestamptz,
        withdrawn_by uuid REFERENCES person (id),
        CONSTRAINT report_annex_source_key UNIQUE (county_id, source_id),
        CONSTRAINT report_annex_withdrawn CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL))
      )`);
    await q.query('CREATE INDEX report_annex_exam ON report_annex (county_id, exam_id, given_at, id)');
    await protect(q, ['SELECT', 'INSERT'], 'report_annex');
    // Whose word it is and what it says stays as it was given.
    const [{ app }] = (await q.query("SELECT quote_ident(current_setting('cic.app_role')) AS app")) as [
      { app: string },
    ];
    await q.query(`GRANT UPDATE (joined_at, joined_by, withdrawn_at, withdrawn_by) ON report_annex TO ${app}`);
  }

  async down(q: QueryRunner): Promise<void> {
    await dropTables(q, 'report_annex');
  }
}
