import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropTables, protect } from './support';

/**
 * Exams (the reading unit, one accession number), patients as the clinic knows them, and which DICOM studies belong to
 * which exam. Prefix and keyset columns carry COLLATE "C".
 */
export class Exams1764000006000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await patients(q);
    await exams(q);
    await links(q);
    await protect(q, ['SELECT', 'INSERT', 'UPDATE'], 'patient', 'exam', 'exam_study', 'exam_flag');
  }

  async down(q: QueryRunner): Promise<void> {
    await dropTables(q, 'exam_flag', 'exam_study', 'exam', 'patient');
  }
}

async function patients(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE patient (
      id uuid PRIMARY KEY,
      county_id uuid NOT NULL REFERENCES county (id),
      clinic_id uuid NOT NULL REFERENCES clinic (id),
      local_id text COLLATE "C" NOT NULL,
      name text NOT NULL,
      sex text CHECK (sex IN ('M', 'F', 'O')),
      birth_date date,
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
      patient_name text NOT NULL,
      -- 姓名 in pinyin, lower case: full ("zhang san") and initials ("zs"), for search as people type it
      name_pinyin text COLLATE "C" NOT NULL DEFAULT '',
      name_initials text COLLATE "C" NOT NULL DEFAULT '',
      sex text CHECK (sex IN ('M', 'F', 'O')),
      birth_date date,
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
      attempt int NOT NULL DEFAULT 1,
      image_set int NOT NULL DEFAULT 0,
      metadata_only boolean NOT NULL DEFAULT false,
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
  await q.query('CREATE UNIQUE INDEX exam_accession_key ON exam (county_id, clinic_id, accession_number) WHERE accession_number IS NOT NULL');
  await q.query('CREATE INDEX exam_recent ON exam (county_id, created_at DESC, id DESC)');
  await q.query('CREATE INDEX exam_clinic_recent ON exam (county_id, clinic_id, created_at DESC, id DESC)');
  await q.query('CREATE INDEX exam_state_recent ON exam (county_id, state, created_at DESC, id DESC)');
  await q.query('CREATE INDEX exam_patient ON exam (county_id, clinic_id, patient_local_id, created_at DESC)');
  await q.query('CREATE INDEX exam_name ON exam (county_id, (patient_name COLLATE "C"), created_at DESC)');
  await q.query('CREATE INDEX exam_pinyin ON exam (county_id, name_pinyin, created_at DESC)');
  await q.query('CREATE INDEX exam_initials ON exam (county_id, name_initials, created_at DESC)');
  await q.query('CREATE INDEX exam_accession ON exam (county_id, accession_number)');
  await q.query("CREATE INDEX exam_quiet ON exam (last_image_at) WHERE state = 'UPLOADING'");
}

async function links(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE exam_study (
      id uuid PRIMARY KEY,
      county_id uuid NOT NULL REFERENCES county (id),
      exam_id uuid NOT NULL REFERENCES exam (id),
      study_id uuid NOT NULL REFERENCES dicom_study (id),
      linked_how text NOT NULL CHECK (linked_how IN ('accession', 'upload', 'person', 'rebind', 'created', 'split')),
      linked_at timestamptz NOT NULL,
      linked_by text NOT NULL,
      unlinked_at timestamptz,
      unlinked_by text,
      unlink_reason text
    )`);
  await q.query('CREATE UNIQUE INDEX exam_study_key ON exam_study (exam_id, study_id) WHERE unlinked_at IS NULL');
  await q.query('CREATE INDEX exam_study_study ON exam_study (study_id) WHERE unlinked_at IS NULL');
  await q.query(`
    CREATE TABLE exam_flag (
      id uuid PRIMARY KEY,
      county_id uuid NOT NULL REFERENCES county (id),
      clinic_id uuid NOT NULL REFERENCES clinic (id),
      exam_id uuid REFERENCES exam (id),
      study_id uuid REFERENCES dicom_study (id),
      code text NOT NULL,
      details jsonb NOT NULL,
      raised_at timestamptz NOT NULL,
      resolved_at timestamptz,
      resolved_by text,
      resolution text
    )`);
  await q.query('CREATE INDEX exam_flag_exam ON exam_flag (exam_id) WHERE resolved_at IS NULL');
  await q.query('CREATE INDEX exam_flag_study ON exam_flag (study_id) WHERE resolved_at IS NULL');
}
