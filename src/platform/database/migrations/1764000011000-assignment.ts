import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropTables, protect } from './support';

/** Word for word the predicate of the list's partial indexes. */
const OPEN = `(state IN ('QUEUED', 'CLAIMED', 'PENDING_REVIEW', 'REVIEWING', 'REVISING', 'PRELIM_ISSUED', 'CONSULTING')
  OR (state = 'UPLOADING' AND priority = 'STAT'))`;
const ORDER = 'rank, due_at, exam_id';

/**
 * Who reads what: rosters, leave and specialties of people; the county's limits and the way it deals exams out; on the
 * list itself the first group of an exam, when it broadens, its hard ceiling, and to whom it is offered now.
 */
export class Assignment1764000011000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await rosters(q);
    await policy(q);
    await itemColumns(q);
    await itemIndexes(q);
    await history(q);
    await protect(q, ['SELECT', 'INSERT', 'UPDATE', 'DELETE'], 'roster_shift', 'roster_leave', 'reader_specialty');
    await protect(q, ['SELECT', 'INSERT', 'UPDATE'], 'reading_policy', 'reading_quota', 'reading_turn');
    await protect(q, ['SELECT', 'INSERT'], 'reading_assignment');
  }

  async down(q: QueryRunner): Promise<void> {
    await dropTables(q, 'reading_assignment', 'reading_turn', 'reading_quota', 'reading_policy');
    await dropTables(q, 'reader_specialty', 'roster_leave', 'roster_shift');
    await q.query('DROP TRIGGER reading_item_mark_assignment ON reading_item');
    await q.query(
      'DROP INDEX reading_item_waiting, reading_item_ceiling, reading_item_to_broaden, reading_item_patient, reading_item_limits',
    );
    await q.query(`
      ALTER TABLE reading_item
        DROP COLUMN offered_to, DROP COLUMN limits_rev, DROP COLUMN patient_id, DROP COLUMN specialty,
        DROP COLUMN ceiling_at, DROP COLUMN broadened_at, DROP COLUMN broaden_at, DROP COLUMN assigned_at, DROP COLUMN assignment_mode`);
    await q.query(
      `CREATE INDEX reading_item_waiting ON reading_item (county_id, stage, ${ORDER}) WHERE holder_id IS NULL AND ${OPEN}`,
    );
  }
}

async function rosters(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE roster_shift (
      id uuid PRIMARY KEY,
      county_id uuid NOT NULL REFERENCES county (id),
      hospital_id uuid NOT NULL REFERENCES hospital (id),
      -- null only for a day on which the whole hospital is off
      person_id uuid REFERENCES person (id),
      kind text NOT NULL CHECK (kind IN ('weekly', 'extra', 'off')),
      -- DICOM modalities; none = all
      modalities text[] NOT NULL DEFAULT '{}',
      -- ISO, 1 = Monday; of the day on which the shift begins
      weekdays int[] NOT NULL DEFAULT '{}',
      -- minutes after local midnight; an end not after the start is on the next day
      start_minute int NOT NULL CHECK (start_minute BETWEEN 0 AND 1439),
      end_minute int NOT NULL CHECK (end_minute BETWEEN 0 AND 1439),
      -- local dates, both included; a dated exception has its one date in both
      valid_from date NOT NULL,
      valid_until date,
      note text NOT NULL DEFAULT '',
      created_at timestamptz NOT NULL,
      CONSTRAINT roster_shift_days CHECK ((kind = 'weekly') = (cardinality(weekdays) > 0) AND (kind = 'weekly' OR valid_until = valid_from)),
      CONSTRAINT roster_shift_person CHECK (kind = 'off' OR person_id IS NOT NULL)
    )`);
  await q.query('CREATE INDEX roster_shift_list ON roster_shift (county_id, hospital_id, valid_from, id)');
  await q.query('CREATE INDEX roster_shift_person ON roster_shift (county_id, person_id)');
  await q.query(`
    CREATE TABLE roster_leave (
      id uuid PRIMARY KEY,
      county_id uuid NOT NULL REFERENCES county (id),
      person_id uuid NOT NULL REFERENCES person (id),
      from_at timestamptz NOT NULL,
      until_at timestamptz NOT NULL,
      reason text NOT NULL,
      created_at timestamptz NOT NULL,
      CONSTRAINT roster_leave_forward CHECK (until_at > from_at)
    )`);
  await q.query('CREATE INDEX roster_leave_list ON roster_leave (county_id, until_at, id)');
  await q.query(`
    CREATE TABLE reader_specialty (
      county_id uuid NOT NULL REFERENCES county (id),
      person_id uuid NOT NULL REFERENCES person (id),
      tag text NOT NULL CHECK (tag IN ('chest', 'neuro', 'bone')),
      PRIMARY KEY (county_id, person_id, tag)
    )`);
}

async function policy(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE reading_policy (
      county_id uuid PRIMARY KEY REFERENCES county (id),
      -- raised by every change of the limits; items of an older one are computed anew
      limits_rev int NOT NULL,
      -- null = what an installation starts with
      limits jsonb,
      assignment_rev int NOT NULL,
      assignment jsonb,
      updated_at timestamptz NOT NULL
    )`);
  await q.query(`
    CREATE TABLE reading_quota (
      county_id uuid PRIMARY KEY REFERENCES county (id),
      -- hospital id → what it is owed; locked by whoever deals an exam out
      credits jsonb NOT NULL
    )`);
  await q.query(`
    CREATE TABLE reading_turn (
      county_id uuid NOT NULL REFERENCES county (id),
      person_id uuid NOT NULL REFERENCES person (id),
      -- how often "next" gave something else since it last gave an exam beyond its ceiling
      since_ceiling int NOT NULL,
      asked_at timestamptz NOT NULL,
      PRIMARY KEY (county_id, person_id)
    )`);
}

async function itemColumns(q: QueryRunner): Promise<void> {
  await q.query(`
    ALTER TABLE reading_item
      ADD COLUMN assignment_mode text CHECK (assignment_mode IN ('pool', 'roster', 'quota', 'manual', 'patient', 'specialty', 'returned')),
      ADD COLUMN assigned_at timestamptz,
      ADD COLUMN broaden_at timestamptz,
      ADD COLUMN broadened_at timestamptz,
      ADD COLUMN ceiling_at timestamptz,
      ADD COLUMN specialty text CHECK (specialty IN ('chest', 'neuro', 'bone')),
      ADD COLUMN patient_id uuid,
      ADD COLUMN limits_rev int NOT NULL DEFAULT 0,
      -- The one person, hospital or county that "next" offers it to: stored, so that an index can be walked in order.
      ADD COLUMN offered_to uuid NOT NULL GENERATED ALWAYS AS (
        CASE WHEN overdue OR broadened_at IS NOT NULL THEN county_id ELSE coalesce(assigned_person_id, hospital_id, county_id) END) STORED`);
  await q.query(`
    UPDATE reading_item i SET patient_id = e.patient_id,
      ceiling_at = CASE i.priority WHEN 'URGENT' THEN i.queued_at + interval '4 hours' WHEN 'ROUTINE' THEN i.queued_at + interval '24 hours'
        WHEN 'SCREENING' THEN i.queued_at + interval '7 days' END
    FROM exam e WHERE e.id = i.exam_id`);
  // Lists show these too. A trigger of its own, so that other columns keep theirs.
  await q.query(`
    CREATE TRIGGER reading_item_mark_assignment BEFORE UPDATE OF broadened_at, assigned_at, due_at
    ON reading_item FOR EACH ROW EXECUTE FUNCTION reading_item_mark()`);
}

async function itemIndexes(q: QueryRunner): Promise<void> {
  // A county that deals nothing offers everything to one: statistics would then take an index without this column for as good,
  // and walk the whole list for a reader to whom nothing is offered. What is planned for is many offers.
  await q.query('ALTER TABLE reading_item ALTER COLUMN offered_to SET (n_distinct = 200)');
  // What "next" hands out: per offer and stage in the order of the list, and by the ceiling.
  await q.query('DROP INDEX reading_item_waiting');
  await q.query(
    `CREATE INDEX reading_item_waiting ON reading_item (county_id, offered_to, stage, ${ORDER}) WHERE holder_id IS NULL AND ${OPEN}`,
  );
  await q.query(
    `CREATE INDEX reading_item_ceiling ON reading_item (county_id, offered_to, stage, ceiling_at, exam_id)
     WHERE ceiling_at IS NOT NULL AND holder_id IS NULL AND ${OPEN}`,
  );
  await q.query(
    `CREATE INDEX reading_item_to_broaden ON reading_item (county_id, broaden_at)
     WHERE broaden_at IS NOT NULL AND broadened_at IS NULL AND holder_id IS NULL AND ${OPEN}`,
  );
  await q.query(
    'CREATE INDEX reading_item_patient ON reading_item (county_id, patient_id, queued_at) WHERE patient_id IS NOT NULL',
  );
  await q.query(`CREATE INDEX reading_item_limits ON reading_item (county_id, limits_rev) WHERE ${OPEN}`);
}

async function history(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE reading_assignment (
      id uuid PRIMARY KEY,
      county_id uuid NOT NULL REFERENCES county (id),
      exam_id uuid NOT NULL REFERENCES reading_item (exam_id),
      kind text NOT NULL CHECK (kind IN ('assigned', 'broadened', 'handed_over', 'cleared')),
      mode text NOT NULL,
      hospital_id uuid REFERENCES hospital (id),
      person_id uuid REFERENCES person (id),
      reason text NOT NULL,
      done_by text NOT NULL,
      done_at timestamptz NOT NULL
    )`);
  await q.query('CREATE INDEX reading_assignment_exam ON reading_assignment (county_id, exam_id, done_at, id)');
}
