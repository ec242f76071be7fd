import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropTables, protect } from './support';

/** The DICOM study registry and uploads with their manifests. Prefix and keyset columns carry COLLATE "C". */
export class Studies1764000005500 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await studies(q);
    await series(q);
    await flags(q);
    await uploads(q);
    await protect(
      q,
      ['SELECT', 'INSERT', 'UPDATE'],
      'dicom_study',
      'dicom_series',
      'study_flag',
      'upload',
      'upload_instance',
    );
  }

  async down(q: QueryRunner): Promise<void> {
    await dropTables(q, 'upload_instance', 'upload', 'study_flag', 'dicom_series', 'dicom_study');
  }
}

/** One row per clinic and Study Instance UID. Its counters change with every request: room for HOT updates is left. */
async function studies(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE dicom_study (
      id uuid PRIMARY KEY,
      county_id uuid NOT NULL REFERENCES county (id),
      clinic_id uuid NOT NULL REFERENCES clinic (id),
      study_uid text COLLATE "C" NOT NULL,
      accession_number text COLLATE "C" NOT NULL DEFAULT '',
      patient_local_id text COLLATE "C" NOT NULL DEFAULT '',
      -- (0010,0010) decoded, all component groups as sent, and the name as written in Chinese
      patient_name_dicom text NOT NULL DEFAULT '',
      patient_name text COLLATE "C" NOT NULL DEFAULT '',
      -- the name's sound, lower case without blanks: zhangsan, zs
      name_pinyin text COLLATE "C" NOT NULL DEFAULT '',
      name_initials text COLLATE "C" NOT NULL DEFAULT '',
      -- M, F, O or ''
      patient_sex text NOT NULL DEFAULT '',
      -- YYYYMMDD or ''
      birth_date text NOT NULL DEFAULT '',
      -- AS as in the header (045Y) or ''
      patient_age text NOT NULL DEFAULT '',
      -- DA and TM in the form of PS3.5 (YYYYMMDD, HHMMSS.ffffff); '' when absent or invalid
      study_date text COLLATE "C" NOT NULL DEFAULT '',
      study_time text COLLATE "C" NOT NULL DEFAULT '',
      study_id_text text NOT NULL DEFAULT '',
      description text NOT NULL DEFAULT '',
      referring_physician text NOT NULL DEFAULT '',
      modalities text[] NOT NULL DEFAULT '{}',
      series_count int NOT NULL DEFAULT 0,
      instance_count int NOT NULL DEFAULT 0,
      bytes bigint NOT NULL DEFAULT 0,
      charset text NOT NULL DEFAULT '',
      charset_how text NOT NULL DEFAULT '',
      quarantined_at timestamptz,
      quarantine_reason text,
      -- set while an identity hold lets a corrected re-send replace instances
      corrections_since timestamptz,
      -- when the last image was taken, as the device says
      last_acquired_at timestamptz,
      first_byte_at timestamptz NOT NULL,
      last_image_at timestamptz NOT NULL,
      -- news of images: when it was last told, and when it will be told next (nothing under way: null)
      announced_at timestamptz,
      announce_due_at timestamptz,
      created_at timestamptz NOT NULL,
      CONSTRAINT dicom_study_key UNIQUE (county_id, clinic_id, study_uid)
    ) WITH (fillfactor = 80)`);
  await q.query('CREATE INDEX dicom_study_uid ON dicom_study (county_id, study_uid)');
  await q.query('CREATE INDEX dicom_study_date ON dicom_study (county_id, study_date DESC, id DESC)');
  await q.query('CREATE INDEX dicom_study_clinic_date ON dicom_study (county_id, clinic_id, study_date DESC, id DESC)');
  await q.query('CREATE INDEX dicom_study_name ON dicom_study (county_id, patient_name, id)');
  await q.query('CREATE INDEX dicom_study_clinic_name ON dicom_study (county_id, clinic_id, patient_name, id)');
  await q.query('CREATE INDEX dicom_study_pinyin ON dicom_study (county_id, name_pinyin, id)');
  await q.query('CREATE INDEX dicom_study_initials ON dicom_study (county_id, name_initials, id)');
  // The clinic comes second, so that people of the county find a patient's number too.
  await q.query('CREATE INDEX dicom_study_patient ON dicom_study (county_id, patient_local_id, clinic_id)');
  await q.query('CREATE INDEX dicom_study_accession ON dicom_study (county_id, accession_number)');
  // Whether a name is looked up or met on the way through the newest studies depends on how frequent it is: the usual
  // hundred samples do not tell a surname of 0.6 % from one that nobody has.
  await q.query(`ALTER TABLE dicom_study ALTER patient_name SET STATISTICS 400,
    ALTER name_pinyin SET STATISTICS 400, ALTER name_initials SET STATISTICS 400`);
}

/** How many instances a series has is counted when asked: its index answers, and a counter would be one more hot row. */
async function series(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE dicom_series (
      id uuid PRIMARY KEY,
      county_id uuid NOT NULL REFERENCES county (id),
      clinic_id uuid NOT NULL REFERENCES clinic (id),
      study_id uuid NOT NULL REFERENCES dicom_study (id),
      series_uid text COLLATE "C" NOT NULL,
      modality text NOT NULL DEFAULT '',
      series_number int,
      description text NOT NULL DEFAULT '',
      body_part text NOT NULL DEFAULT '',
      laterality text NOT NULL DEFAULT '',
      station_name text NOT NULL DEFAULT '',
      device text NOT NULL DEFAULT '',
      institution text NOT NULL DEFAULT '',
      series_date text NOT NULL DEFAULT '',
      series_time text NOT NULL DEFAULT '',
      created_at timestamptz NOT NULL,
      CONSTRAINT dicom_series_key UNIQUE (study_id, series_uid)
    )`);
  await q.query('CREATE INDEX dicom_series_uid ON dicom_series (county_id, series_uid)');
}

/** What is odd about a study: another clinic's UID, other bytes under a known SOP UID, another Patient ID, … */
async function flags(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE study_flag (
      id uuid PRIMARY KEY,
      county_id uuid NOT NULL REFERENCES county (id),
      clinic_id uuid NOT NULL REFERENCES clinic (id),
      study_id uuid NOT NULL REFERENCES dicom_study (id),
      code text NOT NULL,
      -- which one of several: a SOP Instance UID, the other Patient ID; '' for the study as a whole
      subject text COLLATE "C" NOT NULL DEFAULT '',
      details jsonb NOT NULL,
      occurrences int NOT NULL DEFAULT 1,
      raised_at timestamptz NOT NULL,
      last_at timestamptz NOT NULL,
      resolved_at timestamptz,
      resolved_by text,
      resolution text
    )`);
  await q.query('CREATE UNIQUE INDEX study_flag_key ON study_flag (study_id, code, subject) WHERE resolved_at IS NULL');
}

async function uploads(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE upload (
      id uuid PRIMARY KEY,
      county_id uuid NOT NULL REFERENCES county (id),
      clinic_id uuid NOT NULL REFERENCES clinic (id),
      accession_number text COLLATE "C",
      study_uid text COLLATE "C",
      state text NOT NULL CHECK (state IN ('open', 'complete', 'abandoned')),
      instance_count int NOT NULL,
      created_by text NOT NULL,
      created_at timestamptz NOT NULL,
      completed_at timestamptz
    )`);
  await q.query('CREATE INDEX upload_clinic ON upload (county_id, clinic_id, created_at DESC, id DESC)');
  await q.query(
    "CREATE INDEX upload_accession_open ON upload (county_id, clinic_id, accession_number) WHERE state = 'open'",
  );
  await q.query("CREATE INDEX upload_open ON upload (created_at) WHERE state = 'open'");
  await q.query(`
    CREATE TABLE upload_instance (
      upload_id uuid NOT NULL REFERENCES upload (id),
      sop_uid text COLLATE "C" NOT NULL,
      county_id uuid NOT NULL REFERENCES county (id),
      bytes bigint NOT NULL CHECK (bytes > 0),
      sha256 text COLLATE "C" NOT NULL,
      -- bytes that were acknowledged as durable; what HEAD says may be more, never less
      received_bytes bigint NOT NULL DEFAULT 0,
      state text NOT NULL CHECK (state IN ('missing', 'stored', 'refused')),
      study_id uuid REFERENCES dicom_study (id),
      refusal text,
      refusal_detail text,
      updated_at timestamptz NOT NULL,
      PRIMARY KEY (upload_id, sop_uid)
    )`);
  await q.query('CREATE INDEX upload_instance_study ON upload_instance (study_id, upload_id)');
}
