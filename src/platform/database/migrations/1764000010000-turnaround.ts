import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropTables, protect } from './support';

/**
 * The clocks of one exam, T0 … T9, as a read model fed by events. Events may come in any order, so a row can start with
 * any of them; `exam_rev` and `reading_rev` say how new its parts are.
 */
export class Turnaround1764000010000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE exam_clock (
        exam_id uuid PRIMARY KEY,
        county_id uuid NOT NULL REFERENCES county (id),
        clinic_id uuid REFERENCES clinic (id),
        hospital_id uuid REFERENCES hospital (id),
        modality text NOT NULL DEFAULT '',
        priority text NOT NULL DEFAULT '',
        source text,
        state text NOT NULL DEFAULT '',
        exam_rev int NOT NULL DEFAULT 0,
        reading_rev int NOT NULL DEFAULT 0,
        due_at timestamptz,
        t0 timestamptz,
        t1 timestamptz,
        t2 timestamptz,
        t3 timestamptz,
        t4 timestamptz,
        t5 timestamptz,
        t6 timestamptz,
        t7 timestamptz,
        t8 timestamptz,
        t9 timestamptz,
        returned_seconds int NOT NULL DEFAULT 0,
        updated_at timestamptz NOT NULL
      )`);
    await q.query('CREATE INDEX exam_clock_finished ON exam_clock (county_id, t7) WHERE t7 IS NOT NULL');
    await q.query(
      'CREATE INDEX exam_clock_open ON exam_clock (county_id, t3, exam_id) WHERE t7 IS NULL AND t3 IS NOT NULL',
    );
    await protect(q, ['SELECT', 'INSERT', 'UPDATE'], 'exam_clock');
  }

  async down(q: QueryRunner): Promise<void> {
    await dropTables(q, 'exam_clock');
  }
}
