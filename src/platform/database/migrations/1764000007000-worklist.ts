import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropTables, protect } from './support';

const OPEN = "state IN ('QUEUED', 'CLAIMED', 'PENDING_REVIEW', 'REVIEWING', 'REVISING', 'PRELIM_ISSUED', 'CONSULTING')";

/**
 * One reading item per exam: the list's own copy of what it sorts, filters and shows, and the claim. `state` is the
 * exam's state, `exam_rev` the exam revision it was copied from; rank, due time and overdue are stored, so that order,
 * keyset and index agree.
 */
export class Worklist1764000007000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE reading_item (
        exam_id uuid PRIMARY KEY,
        county_id uuid NOT NULL REFERENCES county (id),
        clinic_id uuid NOT NULL REFERENCES clinic (id),
        state text NOT NULL,
        exam_rev int NOT NULL,
        priority text NOT NULL,
        rank int NOT NULL,
        due_at timestamptz NOT NULL,
        overdue boolean NOT NULL DEFAULT false,
        accession_number text COLLATE "C" NOT NULL DEFAULT '',
        patient_name text COLLATE "C" NOT NULL DEFAULT '',
        name_pinyin text COLLATE "C" NOT NULL DEFAULT '',
        name_initials text COLLATE "C" NOT NULL DEFAULT '',
        patient_sex text,
        patient_age text NOT NULL DEFAULT '',
        modality text NOT NULL,
        body_part text NOT NULL DEFAULT '',
        item_name text NOT NULL DEFAULT '',
        source text,
        clinical_history text NOT NULL DEFAULT '',
        study_uids text[] NOT NULL DEFAULT '{}',
        image_set int NOT NULL DEFAULT 0,
        identity_hold boolean NOT NULL DEFAULT false,
        hospital_id uuid REFERENCES hospital (id),
        assigned_person_id uuid REFERENCES person (id),
        assignment_reason text,
        stage text NOT NULL DEFAULT 'write' CHECK (stage IN ('write', 'review')),
        holder_id uuid REFERENCES person (id),
        holder_hospital_id uuid REFERENCES hospital (id),
        fence int NOT NULL DEFAULT 0,
        lease_until timestamptz,
        heartbeat_at timestamptz,
        writer_id uuid REFERENCES person (id),
        writer_hospital_id uuid REFERENCES hospital (id),
        -- 驳回待改 is the writer's alone until then
        reserved_until timestamptz,
        queued_at timestamptz NOT NULL,
        claimed_at timestamptz,
        submitted_at timestamptz,
        review_claimed_at timestamptz,
        signed_at timestamptz,
        updated_at timestamptz NOT NULL,
        CONSTRAINT reading_item_claim_whole CHECK ((holder_id IS NULL) = (lease_until IS NULL))
      )`);
    await q.query('CREATE INDEX reading_item_state ON reading_item (county_id, state, rank, due_at, exam_id)');
    await q.query(`CREATE INDEX reading_item_open ON reading_item (county_id, rank, due_at, exam_id) WHERE ${OPEN}`);
    await q.query(`CREATE INDEX reading_item_clinic ON reading_item (county_id, clinic_id, rank, due_at, exam_id) WHERE ${OPEN}`);
    await q.query('CREATE INDEX reading_item_holder ON reading_item (county_id, holder_id, rank, due_at, exam_id) WHERE holder_id IS NOT NULL');
    await q.query('CREATE INDEX reading_item_lease ON reading_item (lease_until) WHERE lease_until IS NOT NULL');
    await q.query(`CREATE INDEX reading_item_due ON reading_item (due_at) WHERE NOT overdue AND ${OPEN}`);
    await q.query('CREATE INDEX reading_item_name ON reading_item (county_id, patient_name, exam_id)');
    await q.query('CREATE INDEX reading_item_pinyin ON reading_item (county_id, name_pinyin, exam_id)');
    await q.query('CREATE INDEX reading_item_initials ON reading_item (county_id, name_initials, exam_id)');
    await q.query('CREATE INDEX reading_item_accession ON reading_item (county_id, accession_number)');
    await q.query('ALTER TABLE reading_item SET (autovacuum_vacuum_scale_factor = 0.02)');
    await protect(q, ['SELECT', 'INSERT', 'UPDATE'], 'reading_item');
  }

  async down(q: QueryRunner): Promise<void> {
    await dropTables(q, 'reading_item');
  }
}
