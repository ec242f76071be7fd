import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropTables, protect } from './support';

/**
 * Hand-over: why an exam came back (badge), from whom a claim was taken, how long it is parked, when its tab was last
 * worked in; who is away (离岗) and which shifts were handed over (交接班).
 */
export class Handover1764000011500 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query('ALTER TABLE exam ADD COLUMN back_by text, ADD COLUMN back_at timestamptz');
    await itemColumns(q);
    await itemIndexes(q);
    await absences(q);
    await handovers(q);
    await protect(q, ['SELECT', 'INSERT', 'UPDATE'], 'reader_absence');
    await protect(q, ['SELECT', 'INSERT'], 'reading_handover');
  }

  async down(q: QueryRunner): Promise<void> {
    await dropTables(q, 'reading_handover', 'reader_absence');
    await q.query('DROP TRIGGER reading_item_mark_handover ON reading_item');
    await q.query('DROP INDEX reading_item_writer_site, reading_item_reserved, reading_item_parked');
    await q.query(`
      ALTER TABLE reading_item
        DROP COLUMN active_at, DROP COLUMN badge_kind, DROP COLUMN badge_reason, DROP COLUMN badge_by, DROP COLUMN badge_at,
        DROP COLUMN taken_how, DROP COLUMN taken_from_id, DROP COLUMN taken_reason, DROP COLUMN taken_at,
        DROP COLUMN parked_at, DROP COLUMN parked_until, DROP COLUMN park_reason`);
    await q.query('ALTER TABLE exam DROP COLUMN back_at, DROP COLUMN back_by');
  }
}

async function itemColumns(q: QueryRunner): Promise<void> {
  await q.query(`
    ALTER TABLE reading_item
      -- last sign of work in the holder's tab; heartbeats alone do not move it
      ADD COLUMN active_at timestamptz,
      ADD COLUMN badge_kind text CHECK (badge_kind IN ('release', 'reject', 'return', 'withdraw')),
      ADD COLUMN badge_reason text,
      ADD COLUMN badge_by text,
      ADD COLUMN badge_at timestamptz,
      ADD COLUMN taken_how text CHECK (taken_how IN ('takeover', 'idle', 'handover')),
      ADD COLUMN taken_from_id uuid REFERENCES person (id),
      ADD COLUMN taken_reason text,
      ADD COLUMN taken_at timestamptz,
      ADD COLUMN parked_at timestamptz,
      ADD COLUMN parked_until timestamptz,
      ADD COLUMN park_reason text,
      ADD CONSTRAINT reading_item_badge_whole CHECK (num_nulls(badge_kind, badge_reason, badge_by, badge_at) IN (0, 4)),
      ADD CONSTRAINT reading_item_taken_whole CHECK (num_nulls(taken_how, taken_from_id, taken_reason, taken_at) IN (0, 4)),
      ADD CONSTRAINT reading_item_parked_whole CHECK (num_nulls(parked_at, parked_until, park_reason) IN (0, 3)),
      ADD CONSTRAINT reading_item_parked_held CHECK (parked_until IS NULL OR holder_id IS NOT NULL)`);
  // Lists show these too. A trigger of its own, so that the slice's other columns keep theirs.
  await q.query(`
    CREATE TRIGGER reading_item_mark_handover
    BEFORE UPDATE OF badge_kind, badge_at, taken_at, parked_until, reserved_until
    ON reading_item FOR EACH ROW EXECUTE FUNCTION reading_item_mark()`);
}

async function itemIndexes(q: QueryRunner): Promise<void> {
  // The hand-over list of a hospital: what its people wrote and others have to go on with.
  await q.query(`
    CREATE INDEX reading_item_writer_site ON reading_item (county_id, writer_hospital_id, rank, due_at, exam_id)
    WHERE state IN ('PENDING_REVIEW', 'REVISING', 'PRELIM_ISSUED')`);
  // What the sweeps look for; both small.
  await q.query(
    `CREATE INDEX reading_item_reserved ON reading_item (reserved_until) WHERE state = 'REVISING' AND reserved_until IS NOT NULL`,
  );
  await q.query('CREATE INDEX reading_item_parked ON reading_item (parked_until) WHERE parked_until IS NOT NULL');
}

/** A reader is away from when he, or a chief for him, says so until he is back; never two open absences of one person. */
async function absences(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE reader_absence (
      id uuid PRIMARY KEY,
      county_id uuid NOT NULL REFERENCES county (id),
      person_id uuid NOT NULL REFERENCES person (id),
      reason text NOT NULL,
      said_by text NOT NULL,
      began_at timestamptz NOT NULL,
      ended_at timestamptz
    )`);
  await q.query(
    'CREATE UNIQUE INDEX reader_absence_open ON reader_absence (county_id, person_id) WHERE ended_at IS NULL',
  );
}

/** 交接班: who gave what to whom. A record of what happened; never changed. */
async function handovers(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE reading_handover (
      id uuid PRIMARY KEY,
      county_id uuid NOT NULL REFERENCES county (id),
      from_id uuid NOT NULL REFERENCES person (id),
      to_id uuid NOT NULL REFERENCES person (id),
      from_hospital_ids uuid[] NOT NULL,
      to_hospital_id uuid NOT NULL REFERENCES hospital (id),
      exam_ids uuid[] NOT NULL,
      note text NOT NULL,
      done_by text NOT NULL,
      done_at timestamptz NOT NULL
    )`);
  await q.query('CREATE INDEX reading_handover_people ON reading_handover (county_id, from_id, to_id, done_at)');
  await q.query('CREATE INDEX reading_handover_recent ON reading_handover (county_id, done_at, id)');
}
