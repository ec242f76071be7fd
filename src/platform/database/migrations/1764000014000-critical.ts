import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropTables, protect } from './support';

/**
 * Critical values with their trail, the second tier (重要异常, 疑似传染病), the duty to tell a patient (告知患者), and the
 * county's settings for all three. Each table holds the moment of its next timer, so that a sweep finds what a lost queue
 * has forgotten.
 */
export class Critical1764000014000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await settings(q);
    await cycles(q);
    await trail(q);
    await important(q);
    await patientNotices(q);
    await protect(
      q,
      ['SELECT', 'INSERT', 'UPDATE'],
      'critical_setting',
      'critical_cycle',
      'important_finding',
      'patient_notice',
    );
    await protect(q, ['SELECT', 'INSERT'], 'critical_event');
  }

  async down(q: QueryRunner): Promise<void> {
    await dropTables(q, 'patient_notice', 'important_finding', 'critical_event', 'critical_cycle', 'critical_setting');
  }
}

/** A county without a row goes by the defaults. */
async function settings(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE critical_setting (
      county_id uuid PRIMARY KEY REFERENCES county (id),
      version int NOT NULL,
      -- [{afterSeconds, to: [...]}]
      ladder jsonb NOT NULL,
      breach_seconds int NOT NULL,
      present_seconds int NOT NULL,
      important_hours int NOT NULL,
      patient_head_hours int NOT NULL,
      patient_county_hours int NOT NULL,
      -- [{finding, active}]
      findings jsonb NOT NULL,
      updated_by uuid REFERENCES person (id),
      updated_at timestamptz NOT NULL
    )`);
}

async function cycles(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE critical_cycle (
      id uuid PRIMARY KEY,
      county_id uuid NOT NULL REFERENCES county (id),
      clinic_id uuid NOT NULL REFERENCES clinic (id),
      exam_id uuid NOT NULL REFERENCES exam (id),
      kind text NOT NULL CHECK (kind IN ('new', 'withdrawn')),
      source text NOT NULL CHECK (source IN ('reader', 'technician', 'text', 'correction')),
      finding text NOT NULL,
      -- whether that is an entry of the county's list or the radiologist's own words
      listed boolean NOT NULL,
      note text,
      state text NOT NULL CHECK (state IN
        ('SUSPECTED', 'CONFIRMED', 'ESCALATED', 'NOTIFIED', 'ACKNOWLEDGED', 'HANDLED', 'CLOSED', 'FALSE_ALARM')),
      -- the signed version that gave rise to it, and the cycle it takes back
      version_id uuid REFERENCES report_version (id),
      withdraws_id uuid REFERENCES critical_cycle (id),
      raised_at timestamptz NOT NULL,
      raised_by uuid REFERENCES person (id),
      raised_by_name text NOT NULL,
      -- the radiologist's mark: here the clock starts
      found_at timestamptz,
      radiologist_id uuid REFERENCES person (id),
      radiologist_name text,
      hospital_id uuid REFERENCES hospital (id),
      -- [{at, afterSeconds, to}] as it was planned at the mark, and how many of them have been taken
      ladder jsonb NOT NULL DEFAULT '[]',
      rung int NOT NULL DEFAULT 0,
      breach_at timestamptz,
      breached_at timestamptz,
      next_due_at timestamptz,
      -- 已通知到人: the radiologist's record of the call
      notified_at timestamptz,
      notified_by uuid REFERENCES person (id),
      notified_by_name text,
      receiver text,
      way text,
      -- 双方记录: the clinic's own word
      acknowledged_at timestamptz,
      acknowledged_by uuid REFERENCES person (id),
      acknowledged_by_name text,
      received_at timestamptz,
      received_way text,
      handled_at timestamptz,
      handled_by uuid REFERENCES person (id),
      handled_by_name text,
      measures text,
      ended_at timestamptz,
      ended_by uuid REFERENCES person (id),
      ended_by_name text,
      end_reason text,
      rev int NOT NULL DEFAULT 1,
      updated_at timestamptz NOT NULL,
      CONSTRAINT critical_cycle_marked CHECK (state = 'SUSPECTED' OR state = 'FALSE_ALARM' OR (found_at IS NOT NULL AND breach_at IS NOT NULL)),
      CONSTRAINT critical_cycle_acknowledged CHECK ((acknowledged_at IS NULL) = (acknowledged_by IS NULL)),
      CONSTRAINT critical_cycle_notified CHECK ((notified_at IS NULL) = (notified_by IS NULL) AND (notified_at IS NULL) = (receiver IS NULL))
    )`);
  // Marked twice at the same moment, or by two people, it is one.
  await q.query(
    `CREATE UNIQUE INDEX critical_cycle_open_key ON critical_cycle (county_id, exam_id, kind, finding)
     WHERE state NOT IN ('CLOSED', 'FALSE_ALARM')`,
  );
  // The same version, compared again, asks nothing again.
  await q.query(
    `CREATE UNIQUE INDEX critical_cycle_version_key ON critical_cycle (county_id, version_id, kind, finding)
     WHERE version_id IS NOT NULL`,
  );
  await q.query('CREATE INDEX critical_cycle_exam ON critical_cycle (county_id, exam_id, raised_at)');
  await q.query('CREATE INDEX critical_cycle_recent ON critical_cycle (county_id, raised_at DESC, id DESC)');
  await q.query(
    'CREATE INDEX critical_cycle_clinic_recent ON critical_cycle (county_id, clinic_id, raised_at DESC, id DESC)',
  );
  await q.query(
    `CREATE INDEX critical_cycle_open ON critical_cycle (county_id, raised_at DESC, id DESC)
     WHERE state NOT IN ('CLOSED', 'FALSE_ALARM')`,
  );
  await q.query(
    `CREATE INDEX critical_cycle_clinic_open ON critical_cycle (county_id, clinic_id, raised_at DESC, id DESC)
     WHERE state NOT IN ('CLOSED', 'FALSE_ALARM')`,
  );
  await q.query('CREATE INDEX critical_cycle_found ON critical_cycle (county_id, found_at) WHERE found_at IS NOT NULL');
  await q.query('CREATE INDEX critical_cycle_due ON critical_cycle (next_due_at) WHERE next_due_at IS NOT NULL');
}

/** Every step of a value in the order it happened: who, what, and which notice told whom. Never changed. */
async function trail(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE critical_event (
      id uuid PRIMARY KEY,
      county_id uuid NOT NULL REFERENCES county (id),
      cycle_id uuid NOT NULL REFERENCES critical_cycle (id),
      at timestamptz NOT NULL,
      action text NOT NULL,
      state text NOT NULL,
      actor_kind text NOT NULL,
      actor_id uuid,
      actor_name text NOT NULL,
      details jsonb NOT NULL DEFAULT '{}',
      notice_id uuid REFERENCES notice (id)
    )`);
  await q.query('CREATE INDEX critical_event_cycle ON critical_event (county_id, cycle_id, at, id)');
}

async function important(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE important_finding (
      id uuid PRIMARY KEY,
      county_id uuid NOT NULL REFERENCES county (id),
      clinic_id uuid NOT NULL REFERENCES clinic (id),
      exam_id uuid NOT NULL REFERENCES exam (id),
      -- 重要异常 or 疑似传染病
      tier text NOT NULL CHECK (tier IN ('important', 'infectious')),
      finding text NOT NULL,
      state text NOT NULL CHECK (state IN ('OPEN', 'RECEIVED', 'FOLLOWED_UP', 'CLOSED')),
      raised_at timestamptz NOT NULL,
      raised_by uuid NOT NULL REFERENCES person (id),
      raised_by_name text NOT NULL,
      hospital_id uuid REFERENCES hospital (id),
      -- receipt and follow-up are wanted until then
      due_at timestamptz NOT NULL,
      overdue_at timestamptz,
      next_due_at timestamptz,
      received_at timestamptz,
      received_by uuid REFERENCES person (id),
      received_by_name text,
      followed_up_at timestamptz,
      followed_up_by uuid REFERENCES person (id),
      followed_up_by_name text,
      follow_up text,
      closed_at timestamptz,
      closed_by_name text,
      close_reason text,
      rev int NOT NULL DEFAULT 1,
      updated_at timestamptz NOT NULL
    )`);
  await q.query(
    `CREATE UNIQUE INDEX important_finding_open_key ON important_finding (county_id, exam_id, tier, finding)
     WHERE state IN ('OPEN', 'RECEIVED')`,
  );
  await q.query('CREATE INDEX important_finding_recent ON important_finding (county_id, raised_at DESC, id DESC)');
  await q.query(
    'CREATE INDEX important_finding_clinic_recent ON important_finding (county_id, clinic_id, raised_at DESC, id DESC)',
  );
  await q.query(
    `CREATE INDEX important_finding_open ON important_finding (county_id, raised_at DESC, id DESC)
     WHERE state IN ('OPEN', 'RECEIVED')`,
  );
  await q.query('CREATE INDEX important_finding_due ON important_finding (next_due_at) WHERE next_due_at IS NOT NULL');
}

async function patientNotices(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE patient_notice (
      id uuid PRIMARY KEY,
      county_id uuid NOT NULL REFERENCES county (id),
      clinic_id uuid NOT NULL REFERENCES clinic (id),
      exam_id uuid NOT NULL REFERENCES exam (id),
      cause text NOT NULL CHECK (cause IN ('corrected', 'void', 'critical')),
      -- the report version or the critical value that gave rise to it
      cause_id uuid NOT NULL,
      state text NOT NULL CHECK (state IN ('OPEN', 'CLOSED')),
      opened_at timestamptz NOT NULL,
      opened_by_name text NOT NULL,
      -- how often it has been escalated, and when it will be next
      level int NOT NULL DEFAULT 0,
      next_due_at timestamptz,
      informed_who text,
      informed_at timestamptz,
      informed_how text,
      old_paper_withdrawn boolean,
      note text,
      closed_at timestamptz,
      closed_by uuid REFERENCES person (id),
      closed_by_name text,
      updated_at timestamptz NOT NULL,
      CONSTRAINT patient_notice_cause_key UNIQUE (county_id, cause, cause_id),
      CONSTRAINT patient_notice_closed CHECK ((state = 'CLOSED') =
        (closed_at IS NOT NULL AND informed_who IS NOT NULL AND informed_at IS NOT NULL AND informed_how IS NOT NULL AND old_paper_withdrawn IS NOT NULL))
    )`);
  await q.query('CREATE INDEX patient_notice_recent ON patient_notice (county_id, opened_at DESC, id DESC)');
  await q.query(
    'CREATE INDEX patient_notice_clinic_recent ON patient_notice (county_id, clinic_id, opened_at DESC, id DESC)',
  );
  await q.query(
    "CREATE INDEX patient_notice_open ON patient_notice (county_id, opened_at DESC, id DESC) WHERE state = 'OPEN'",
  );
  await q.query('CREATE INDEX patient_notice_due ON patient_notice (next_due_at) WHERE next_due_at IS NOT NULL');
}
