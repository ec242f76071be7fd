import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropTables, protect } from './support';

/** Which patients of the clinics are one person, what was looked up before ordering, and what came of it (互认). */
export class Priors1764000016000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE person_link (
        id uuid PRIMARY KEY,
        county_id uuid NOT NULL REFERENCES county (id),
        -- the smaller id first: a pair is one row
        patient_a uuid NOT NULL REFERENCES patient (id),
        patient_b uuid NOT NULL REFERENCES patient (id),
        state text NOT NULL CHECK (state IN ('review', 'linked', 'refused', 'undone')),
        how text NOT NULL CHECK (how IN ('id_number', 'manual')),
        -- {agrees: [field], differs: [field]}: names of fields, never what stands in them
        evidence jsonb NOT NULL,
        made_by text NOT NULL,
        made_at timestamptz NOT NULL,
        decided_by text,
        decided_at timestamptz,
        reason text,
        CONSTRAINT person_link_order CHECK (patient_a < patient_b),
        CONSTRAINT person_link_pair UNIQUE (county_id, patient_a, patient_b)
      )`);
    await q.query('CREATE INDEX person_link_other ON person_link (county_id, patient_b)');
    await q.query('CREATE INDEX person_link_state ON person_link (county_id, state, made_at DESC, id DESC)');
    await q.query('CREATE INDEX patient_id_number ON patient (county_id, id_number) WHERE id_number IS NOT NULL');
    await q.query(
      'CREATE INDEX exam_of_patient ON exam (county_id, patient_id, (coalesce(exam_started_at, created_at)) DESC, id DESC)',
    );
    await q.query(`
      CREATE TABLE recognition_lookup (
        id uuid PRIMARY KEY,
        county_id uuid NOT NULL REFERENCES county (id),
        clinic_id uuid NOT NULL REFERENCES clinic (id),
        modality text NOT NULL,
        item_code text,
        item_name text,
        body_part text,
        window_days int NOT NULL,
        -- what was found and shown
        exam_ids uuid[] NOT NULL,
        looked_by uuid NOT NULL REFERENCES person (id),
        looked_at timestamptz NOT NULL,
        decision text CHECK (decision IN ('recognised', 'repeated')),
        recognised_exam_id uuid,
        repeat_reason text,
        note text,
        decided_by uuid REFERENCES person (id),
        decided_at timestamptz,
        CONSTRAINT recognition_lookup_decided CHECK (num_nonnulls(decision, decided_by, decided_at) IN (0, 3)),
        CONSTRAINT recognition_lookup_recognised CHECK ((decision = 'recognised') = (recognised_exam_id IS NOT NULL)),
        CONSTRAINT recognition_lookup_repeated CHECK ((decision = 'repeated') = (repeat_reason IS NOT NULL))
      )`);
    await q.query(
      'CREATE INDEX recognition_lookup_clinic ON recognition_lookup (county_id, clinic_id, looked_at DESC, id DESC)',
    );
    await q.query('CREATE INDEX recognition_lookup_recent ON recognition_lookup (county_id, looked_at DESC, id DESC)');
    await q.query(`
      CREATE TABLE recognition_setting (
        county_id uuid PRIMARY KEY REFERENCES county (id),
        window_days int NOT NULL CHECK (window_days BETWEEN 1 AND 365)
      )`);
    await protect(q, ['SELECT', 'INSERT', 'UPDATE'], 'person_link', 'recognition_lookup', 'recognition_setting');
  }

  async down(q: QueryRunner): Promise<void> {
    await dropTables(q, 'recognition_setting', 'recognition_lookup', 'person_link');
    await q.query('DROP INDEX exam_of_patient');
    await q.query('DROP INDEX patient_id_number');
  }
}
