import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropTables, protect } from './support';

/**
 * Who is told what: one notice, a receipt for each person it reached, and who listens. A notice's exam is no foreign key:
 * notices stand below exams and keep their word whatever becomes of what they speak of.
 */
export class Notices1764000010500 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE notice (
        id uuid PRIMARY KEY,
        county_id uuid NOT NULL REFERENCES county (id),
        kind text NOT NULL,
        exam_id uuid,
        text text NOT NULL,
        params jsonb NOT NULL DEFAULT '{}',
        urgent boolean NOT NULL DEFAULT false,
        -- to whom it was addressed, as the teller said it: also those groups in which nobody was found
        addressed jsonb NOT NULL,
        -- the same key again is the same notice
        key text COLLATE "C",
        told_at timestamptz NOT NULL
      )`);
    await q.query('CREATE UNIQUE INDEX notice_key ON notice (county_id, key) WHERE key IS NOT NULL');
    await q.query(`
      CREATE TABLE notice_receipt (
        county_id uuid NOT NULL REFERENCES county (id),
        person_id uuid NOT NULL REFERENCES person (id),
        notice_id uuid NOT NULL REFERENCES notice (id),
        told_at timestamptz NOT NULL,
        read_at timestamptz,
        PRIMARY KEY (county_id, person_id, notice_id)
      )`);
    await q.query(
      'CREATE INDEX notice_receipt_recent ON notice_receipt (county_id, person_id, told_at DESC, notice_id DESC)',
    );
    await q.query(
      'CREATE INDEX notice_receipt_open ON notice_receipt (county_id, person_id, told_at DESC, notice_id DESC) WHERE read_at IS NULL',
    );
    await q.query('CREATE INDEX notice_receipt_notice ON notice_receipt (county_id, notice_id)');
    await q.query(`
      CREATE TABLE notice_listener (
        county_id uuid NOT NULL REFERENCES county (id),
        person_id uuid NOT NULL REFERENCES person (id),
        heard_at timestamptz NOT NULL,
        PRIMARY KEY (county_id, person_id)
      )`);
    await protect(q, ['SELECT', 'INSERT'], 'notice');
    await protect(q, ['SELECT', 'INSERT', 'UPDATE'], 'notice_receipt', 'notice_listener');
  }

  async down(q: QueryRunner): Promise<void> {
    await dropTables(q, 'notice_listener', 'notice_receipt', 'notice');
  }
}
