import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropTables, protect } from './support';

/** What a reader may find on the list; queries repeat this text word for word, so that the partial indexes serve them. */
const OPEN = `(state IN ('QUEUED', 'CLAIMED', 'PENDING_REVIEW', 'REVIEWING', 'REVISING', 'PRELIM_ISSUED', 'CONSULTING')
  OR (state = 'UPLOADING' AND priority = 'STAT'))`;
/** The one order of the list. */
const ORDER = 'rank, due_at, exam_id';

/**
 * One reading item per exam: the list's own copy of what it sorts, filters and shows, and the claim. Rank, due time and
 * overdue are stored, so that order, keyset and index agree.
 */
export class Worklist1764000007000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await table(q);
    await orderIndexes(q);
    await otherIndexes(q);
    await changeMark(q);
    // Heartbeats touch no indexed column: with room on the page they stay on it (HOT) and cost no index entry.
    await q.query(
      'ALTER TABLE reading_item SET (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02)',
    );
    await protect(q, ['SELECT', 'INSERT', 'UPDATE'], 'reading_item');
  }

  async down(q: QueryRunner): Promise<void> {
    await dropTables(q, 'reading_item');
    await q.query('DROP FUNCTION reading_item_mark()');
  }
}

async function table(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE reading_item (
      exam_id uuid PRIMARY KEY,
      county_id uuid NOT NULL REFERENCES county (id),
      clinic_id uuid NOT NULL REFERENCES clinic (id),
      -- the exam's state, and the exam revision it belongs to
      state text NOT NULL,
      state_rev int NOT NULL,
      -- exam revision the copied columns were taken from
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
      change_tx bigint NOT NULL,
      updated_at timestamptz NOT NULL,
      CONSTRAINT reading_item_claim_whole CHECK ((holder_id IS NULL) = (lease_until IS NULL) AND (holder_id IS NULL) = (holder_hospital_id IS NULL)),
      CONSTRAINT reading_item_claim_state CHECK (holder_id IS NULL OR (fence > 0 AND state IN ('CLAIMED', 'REVIEWING', 'CONSULTING'))),
      CONSTRAINT reading_item_two_people CHECK (stage = 'write' OR holder_id IS NULL OR writer_id IS NULL OR holder_id <> writer_id)
    )`);
}

/** One per filter that people use, each ending in the list's order: a page is a short walk along one of them. */
async function orderIndexes(q: QueryRunner): Promise<void> {
  await q.query(`CREATE INDEX reading_item_open ON reading_item (county_id, ${ORDER}) WHERE ${OPEN}`);
  await q.query(`CREATE INDEX reading_item_state ON reading_item (county_id, state, ${ORDER})`);
  await q.query(`CREATE INDEX reading_item_clinic ON reading_item (county_id, clinic_id, ${ORDER}) WHERE ${OPEN}`);
  await q.query(`CREATE INDEX reading_item_modality ON reading_item (county_id, modality, ${ORDER}) WHERE ${OPEN}`);
  await q.query(`CREATE INDEX reading_item_priority ON reading_item (county_id, priority, ${ORDER}) WHERE ${OPEN}`);
  await q.query(`CREATE INDEX reading_item_overdue ON reading_item (county_id, ${ORDER}) WHERE overdue AND ${OPEN}`);
  await q.query(
    `CREATE INDEX reading_item_in_time ON reading_item (county_id, ${ORDER}) WHERE NOT overdue AND ${OPEN}`,
  );
  // What "next" hands out.
  await q.query(
    `CREATE INDEX reading_item_waiting ON reading_item (county_id, stage, ${ORDER}) WHERE holder_id IS NULL AND ${OPEN}`,
  );
  // Whose it is: held, assigned, reserved. All small.
  await q.query(
    `CREATE INDEX reading_item_holder ON reading_item (county_id, holder_id, ${ORDER}) WHERE holder_id IS NOT NULL`,
  );
  await q.query(
    `CREATE INDEX reading_item_holder_site ON reading_item (county_id, holder_hospital_id, ${ORDER}) WHERE holder_hospital_id IS NOT NULL`,
  );
  await q.query(
    `CREATE INDEX reading_item_site ON reading_item (county_id, hospital_id, ${ORDER}) WHERE hospital_id IS NOT NULL`,
  );
  await q.query(
    `CREATE INDEX reading_item_assigned ON reading_item (county_id, assigned_person_id, ${ORDER}) WHERE assigned_person_id IS NOT NULL`,
  );
  await q.query(
    `CREATE INDEX reading_item_revising ON reading_item (county_id, writer_id, ${ORDER}) WHERE state = 'REVISING'`,
  );
}

async function otherIndexes(q: QueryRunner): Promise<void> {
  await q.query('CREATE INDEX reading_item_name ON reading_item (county_id, patient_name)');
  await q.query('CREATE INDEX reading_item_pinyin ON reading_item (county_id, name_pinyin)');
  await q.query('CREATE INDEX reading_item_initials ON reading_item (county_id, name_initials)');
  await q.query('CREATE INDEX reading_item_accession ON reading_item (county_id, accession_number)');
  await q.query('CREATE INDEX reading_item_change ON reading_item (county_id, change_tx, exam_id)');
}

/**
 * Marks a row with its transaction's id whenever something shown changes (heartbeats do not). Together with the oldest
 * transaction still running that makes a cursor that loses no row, whatever order transactions commit in.
 */
async function changeMark(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE FUNCTION reading_item_mark() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      NEW.change_tx := pg_current_xact_id()::text::bigint;
      RETURN NEW;
    END $$`);
  await q.query(`
    CREATE TRIGGER reading_item_mark BEFORE INSERT OR UPDATE OF state, exam_rev, overdue, fence, holder_id, hospital_id, assigned_person_id
    ON reading_item FOR EACH ROW EXECUTE FUNCTION reading_item_mark()`);
}
