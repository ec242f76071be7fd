import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropTables, protect } from './support';

/**
 * Exams (the reading unit, one accession number), patients as the clinic knows them, which DICOM studies belong to which
 * exam, every move of studies between exams, and what is odd about an exam. Prefix and keyset columns carry COLLATE "C".
 * Birth dates are text: a calendar date has no time zone, and the driver would make a moment of a `date`.
 */
export class Exams1764000006000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await patients(q);
    await exams(q);
    await examIndexes(q);
    await links(q);
    await moves(q);
    await flags(q);
    await protect(q, ['SELECT', 'INSERT', 'UPDATE'], 'patient', 'exam', 'exam_study', 'exam_image_move', 'exam_flag');
  }

  async down(q: QueryRunner): Promise<void> {
    await dropTables(q, 'exam_flag', 'exam_image_move', 'exam_study', 'exam', 'patient');
  }
}

const CALENDAR_DATE = String.raw`text CHECK (birth_date ~ '^\d{4}-\d{2}-\d{2}$')`;

/** Identity is (clinic, local id). What the clinic said first stays; a contradiction becomes a flag of the exam. */
async function patients(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE patient (
      id uuid PRIMARY KEY,
      county_id uuid NOT NULL REFERENCES county (id),
      clinic_id uuid NOT NULL REFERENCES clinic (id),
      local_id text COLLATE "C" NOT NULL,
      name text NOT NULL,
      sex text CHECK (sex IN ('M', 'F', 'O')),
      birth_date ${CALENDAR_DATE},
      id_number text COLLATE "C",
      phone text,
      created_at timestamptz NOT NULL,
      updated_at timestamptz NOT NULL,
      CONSTRAINT patient_local_key UNIQUE (county_id, clinic_id, local_id)
    )`);
}

async function exams(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE exam (
      id uuid PRIMARY KEY,
      county_id uuid NOT NULL REFERENCES county (id),
      clinic_id uuid NOT NULL REFERENCES clinic (id),
      accession_number text COLLATE "C",
      patient_id uuid REFERENCES patient (id),
      patient_local_id text COLLATE "C",
      patient_name text COLLATE "C" NOT NULL,
      -- 姓名 as people look for it: without its first character (三), its sound (zhangsan), its initials (zs)
      name_given text COLLATE "C" NOT NULL DEFAULT '',
      name_pinyin text COLLATE "C" NOT NULL DEFAULT '',
      name_initials text COLLATE "C" NOT NULL DEFAULT '',
      sex text CHECK (sex IN ('M', 'F', 'O')),
      birth_date ${CALENDAR_DATE},
      age_value int CHECK (age_value BETWEEN 0 AND 1500),
      age_unit text CHECK (age_unit IN ('Y', 'M', 'W', 'D', 'H')),
      id_number text COLLATE "C",
      phone text,
      modality text,
      item_code text,
      item_name text,
      body_part text,
      laterality text CHECK (laterality IN ('L', 'R', 'B')),
      source text CHECK (source IN ('outpatient', 'emergency', 'inpatient', 'checkup', 'public_health')),
      priority text NOT NULL CHECK (priority IN ('STAT', 'URGENT', 'ROUTINE', 'SCREENING')),
      mode text NOT NULL CHECK (mode IN ('diagnose', 'review')),
      department text,
      visit_number text,
      ordering_doctor text,
      ordering_phone text,
      clinical_diagnosis text,
      symptoms text,
      state text NOT NULL,
      state_before_consulting text,
      -- the reason given with the last withdrawal or voiding
      state_reason text,
      attempt int NOT NULL DEFAULT 1,
      image_set int NOT NULL DEFAULT 0,
      metadata_only boolean NOT NULL DEFAULT false,
      -- studies the request announced, [{studyInstanceUid, …}]; they stand for the images of a metadata_only exam
      declared_studies jsonb NOT NULL DEFAULT '[]',
      -- SHA-256 of the request as last accepted: the same request again changes nothing; null = made from images
      request_digest text,
      -- how it is known that all images are there
      images_complete text CHECK (images_complete IN ('manifest', 'metadata_only', 'assumed')),
      -- class A fields that are still missing
      missing text[] NOT NULL DEFAULT '{}',
      identity_hold_at timestamptz,
      identity_hold_reason text,
      limitation text,
      return_code text,
      return_wanted text,
      return_note text,
      -- what the clinic answered
      return_answer text,
      returned_at timestamptz,
      returned_seconds int NOT NULL DEFAULT 0,
      urged_at timestamptz,
      exam_started_at timestamptz,
      exam_ended_at timestamptz,
      first_byte_at timestamptz,
      last_image_at timestamptz,
      queued_at timestamptz,
      created_by text NOT NULL,
      created_at timestamptz NOT NULL,
      updated_at timestamptz NOT NULL,
      rev int NOT NULL DEFAULT 1,
      CONSTRAINT exam_state_known CHECK (state IN ('REGISTERED', 'UPLOADING', 'INCOMPLETE', 'QUEUED', 'CLAIMED', 'PENDING_REVIEW',
        'REVIEWING', 'REVISING', 'PRELIM_ISSUED', 'SIGNED', 'AMENDING', 'RECALLED', 'RETURNED', 'WITHDRAWN', 'CONSULTING', 'VOID'))
    )`);
}

async function examIndexes(q: QueryRunner): Promise<void> {
  // A voided exam gives its accession number free: the clinic registers the same examination anew.
  await q.query(
    `CREATE UNIQUE INDEX exam_accession_key ON exam (county_id, clinic_id, accession_number)
     WHERE accession_number IS NOT NULL AND state <> 'VOID'`,
  );
  await q.query('CREATE INDEX exam_recent ON exam (county_id, created_at DESC, id DESC)');
  await q.query('CREATE INDEX exam_clinic_recent ON exam (county_id, clinic_id, created_at DESC, id DESC)');
  await q.query('CREATE INDEX exam_state_recent ON exam (county_id, state, created_at DESC, id DESC)');
  await q.query('CREATE INDEX exam_patient ON exam (county_id, patient_local_id, created_at DESC)');
  await q.query('CREATE INDEX exam_name ON exam (county_id, patient_name, created_at DESC)');
  await q.query('CREATE INDEX exam_name_given ON exam (county_id, name_given, created_at DESC)');
  await q.query('CREATE INDEX exam_pinyin ON exam (county_id, name_pinyin, created_at DESC)');
  await q.query('CREATE INDEX exam_initials ON exam (county_id, name_initials, created_at DESC)');
  await q.query('CREATE INDEX exam_accession ON exam (county_id, accession_number)');
  // Whose images may become "assumed complete"; the conditions are those of quiet.sweep.ts.
  await q.query(
    `CREATE INDEX exam_quiet ON exam (last_image_at)
     WHERE images_complete IS NULL AND last_image_at IS NOT NULL AND state NOT IN ('RETURNED', 'WITHDRAWN', 'VOID')`,
  );
}

async function links(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE exam_study (
      id uuid PRIMARY KEY,
      county_id uuid NOT NULL REFERENCES county (id),
      exam_id uuid NOT NULL REFERENCES exam (id),
      study_id uuid NOT NULL REFERENCES dicom_study (id),
      linked_how text NOT NULL CHECK (linked_how IN
        ('accession', 'created', 'person', 'rebind', 'merge', 'split', 'exchange', 'undo')),
      linked_at timestamptz NOT NULL,
      linked_by text NOT NULL,
      -- the study as it was when the exam's image_set was last raised for it
      instance_count int NOT NULL,
      images_at timestamptz NOT NULL,
      unlinked_at timestamptz,
      unlinked_by text,
      unlink_reason text
    )`);
  await q.query('CREATE UNIQUE INDEX exam_study_key ON exam_study (exam_id, study_id) WHERE unlinked_at IS NULL');
  await q.query('CREATE INDEX exam_study_study ON exam_study (study_id) WHERE unlinked_at IS NULL');
}

/** What people did to the images of exams, kept so that each of it can be undone. */
async function moves(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE exam_image_move (
      id uuid PRIMARY KEY,
      county_id uuid NOT NULL REFERENCES county (id),
      kind text NOT NULL CHECK (kind IN ('link', 'rebind', 'share', 'merge', 'split', 'exchange')),
      -- studies went from one exam to the other: a link has no "from", an exchange also moved some back
      from_exam_id uuid REFERENCES exam (id),
      to_exam_id uuid NOT NULL REFERENCES exam (id),
      study_ids uuid[] NOT NULL,
      back_study_ids uuid[] NOT NULL DEFAULT '{}',
      reason text NOT NULL,
      done_by text NOT NULL,
      done_at timestamptz NOT NULL,
      undone_by text,
      undone_at timestamptz,
      undo_reason text
    )`);
  await q.query('CREATE INDEX exam_image_move_from ON exam_image_move (from_exam_id, done_at)');
  await q.query('CREATE INDEX exam_image_move_to ON exam_image_move (to_exam_id, done_at)');
}

async function flags(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE exam_flag (
      id uuid PRIMARY KEY,
      county_id uuid NOT NULL REFERENCES county (id),
      clinic_id uuid NOT NULL REFERENCES clinic (id),
      exam_id uuid NOT NULL REFERENCES exam (id),
      study_id uuid REFERENCES dicom_study (id),
      code text NOT NULL,
      details jsonb NOT NULL,
      raised_at timestamptz NOT NULL,
      resolved_at timestamptz,
      resolved_by text,
      resolution text
    )`);
  // The same oddity met again is the same flag until somebody has resolved it.
  await q.query(
    `CREATE UNIQUE INDEX exam_flag_open ON exam_flag (exam_id, code, study_id) NULLS NOT DISTINCT
     WHERE resolved_at IS NULL`,
  );
  await q.query('CREATE INDEX exam_flag_exam ON exam_flag (exam_id, raised_at)');
}
