import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropTables, protect } from './support';

/**
 * What people tell and ask each other about an exam: messages with read receipts, attachments, consultations (会诊),
 * referrals (转诊) and teaching marks (带教).
 */
export class Collaboration1764000015000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await messages(q);
    await attachments(q);
    await consultations(q);
    await referrals(q);
    await teaching(q);
    await protect(q, ['SELECT', 'INSERT'], 'exam_message', 'exam_message_receipt', 'consult_institution');
    await protect(q, ['SELECT', 'INSERT', 'UPDATE'], 'exam_attachment', 'consultation', 'referral', 'teaching_mark');
    await expertsOnly(q);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP TRIGGER person_grant_experts_only ON person_grant');
    await q.query('DROP FUNCTION person_grant_experts_only()');
    await dropTables(
      q,
      'teaching_mark',
      'referral',
      'consultation',
      'consult_institution',
      'exam_attachment',
      'exam_message_receipt',
      'exam_message',
    );
  }
}

async function messages(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE exam_message (
      id uuid PRIMARY KEY,
      county_id uuid NOT NULL REFERENCES county (id),
      exam_id uuid NOT NULL REFERENCES exam (id),
      clinic_id uuid NOT NULL REFERENCES clinic (id),
      side text NOT NULL CHECK (side IN ('clinic', 'reader')),
      author_id uuid NOT NULL REFERENCES person (id),
      -- as they were when it was written
      author_name text NOT NULL,
      author_site text NOT NULL,
      reply_to uuid REFERENCES exam_message (id),
      text text NOT NULL CHECK (char_length(text) BETWEEN 1 AND 1000),
      created_at timestamptz NOT NULL
    )`);
  await q.query('CREATE INDEX exam_message_exam ON exam_message (county_id, exam_id, id DESC)');
  await q.query('CREATE INDEX exam_message_author ON exam_message (county_id, author_id, created_at)');
  await q.query('CREATE INDEX exam_message_clinic ON exam_message (county_id, clinic_id, created_at)');
  await q.query('CREATE INDEX exam_message_side ON exam_message (county_id, side, created_at)');
  await q.query(`
    CREATE TABLE exam_message_receipt (
      county_id uuid NOT NULL REFERENCES county (id),
      message_id uuid NOT NULL REFERENCES exam_message (id),
      person_id uuid NOT NULL REFERENCES person (id),
      person_name text NOT NULL,
      read_at timestamptz NOT NULL,
      PRIMARY KEY (county_id, message_id, person_id)
    )`);
}

async function attachments(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE exam_attachment (
      id uuid PRIMARY KEY,
      county_id uuid NOT NULL REFERENCES county (id),
      exam_id uuid NOT NULL REFERENCES exam (id),
      clinic_id uuid NOT NULL REFERENCES clinic (id),
      kind text NOT NULL CHECK (kind IN ('request_form', 'old_report', 'other')),
      name text NOT NULL,
      media_type text NOT NULL CHECK (media_type IN ('image/jpeg', 'image/png', 'application/pdf')),
      bytes int NOT NULL CHECK (bytes > 0),
      -- with county and clinic, the key of its bytes in the blob store
      sha256 text COLLATE "C" NOT NULL,
      added_by uuid NOT NULL,
      added_by_name text NOT NULL,
      added_at timestamptz NOT NULL,
      withdrawn_at timestamptz,
      withdrawn_by uuid,
      withdrawn_by_name text,
      withdrawn_reason text,
      CONSTRAINT exam_attachment_withdrawn_whole CHECK
        (num_nonnulls(withdrawn_at, withdrawn_by, withdrawn_by_name, withdrawn_reason) IN (0, 4))
    )`);
  // The same file again, from a line that broke before the answer, is the same attachment.
  await q.query(
    'CREATE UNIQUE INDEX exam_attachment_key ON exam_attachment (county_id, exam_id, sha256) WHERE withdrawn_at IS NULL',
  );
  await q.query('CREATE INDEX exam_attachment_exam ON exam_attachment (county_id, exam_id, id)');
}

async function consultations(q: QueryRunner): Promise<void> {
  // An institution outside of the county: a hospital row, whose people are experts and nothing else.
  await q.query(`
    CREATE TABLE consult_institution (
      hospital_id uuid PRIMARY KEY REFERENCES hospital (id),
      county_id uuid NOT NULL REFERENCES county (id),
      agreement text NOT NULL,
      created_at timestamptz NOT NULL
    )`);
  await q.query('CREATE INDEX consult_institution_county ON consult_institution (county_id, hospital_id)');
  await q.query(`
    CREATE TABLE consultation (
      id uuid PRIMARY KEY,
      county_id uuid NOT NULL REFERENCES county (id),
      exam_id uuid NOT NULL REFERENCES exam (id),
      clinic_id uuid NOT NULL REFERENCES clinic (id),
      state text NOT NULL CHECK (state IN ('REQUESTED', 'ACCEPTED', 'ANSWERED', 'CLOSED', 'DECLINED', 'CANCELLED', 'EXPIRED')),
      from_hospital_id uuid NOT NULL REFERENCES hospital (id),
      asked_by uuid NOT NULL REFERENCES person (id),
      asked_by_name text NOT NULL,
      to_hospital_id uuid NOT NULL REFERENCES hospital (id),
      access text NOT NULL CHECK (access IN ('read_only', 'co_sign')),
      deidentified boolean NOT NULL,
      question text NOT NULL,
      requested_at timestamptz NOT NULL,
      expires_at timestamptz NOT NULL,
      accepted_by uuid REFERENCES person (id),
      accepted_by_name text,
      accepted_at timestamptz,
      opinion text,
      -- of the opinion's UTF-8 bytes
      opinion_sha256 text,
      answered_by_title text,
      answered_at timestamptz,
      -- co_sign: the expert confirmed the text of this very hash as his own
      co_signed_at timestamptz,
      -- declined, cancelled, expired or closed
      ended_by_name text,
      ended_at timestamptz,
      end_reason text,
      taken_over boolean,
      updated_at timestamptz NOT NULL,
      CONSTRAINT consultation_elsewhere CHECK (from_hospital_id <> to_hospital_id),
      CONSTRAINT consultation_accepted_whole CHECK (num_nonnulls(accepted_by, accepted_by_name, accepted_at) IN (0, 3)),
      CONSTRAINT consultation_answered_whole CHECK
        ((state IN ('ANSWERED', 'CLOSED')) = (opinion IS NOT NULL) AND num_nonnulls(opinion, opinion_sha256, answered_at) IN (0, 3)),
      CONSTRAINT consultation_co_signed CHECK ((access = 'co_sign' AND opinion IS NOT NULL) = (co_signed_at IS NOT NULL))
    )`);
  // The exam's state says the same; this says it where two asks could meet.
  await q.query(
    "CREATE UNIQUE INDEX consultation_open_key ON consultation (county_id, exam_id) WHERE state IN ('REQUESTED', 'ACCEPTED')",
  );
  await q.query('CREATE INDEX consultation_exam ON consultation (county_id, exam_id, id)');
  await q.query('CREATE INDEX consultation_in ON consultation (county_id, to_hospital_id, id DESC)');
  await q.query('CREATE INDEX consultation_out ON consultation (county_id, from_hospital_id, id DESC)');
  await q.query("CREATE INDEX consultation_due ON consultation (expires_at) WHERE state IN ('REQUESTED', 'ACCEPTED')");
}

/**
 * Whoever belongs to a hospital sees every clinic of the county; of an institution outside nobody may ever get more than
 * an expert's rights, whatever form was filled in.
 */
async function expertsOnly(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE FUNCTION person_grant_experts_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.hospital_id IS NOT NULL AND (NEW.role = 'expert') <> EXISTS (
        SELECT 1 FROM consult_institution i WHERE i.county_id = NEW.county_id AND i.hospital_id = NEW.hospital_id)
      THEN
        RAISE EXCEPTION 'experts belong to consult institutions, and nobody else does' USING ERRCODE = 'check_violation';
      END IF;
      RETURN NEW;
    END $$`);
  await q.query(`
    CREATE TRIGGER person_grant_experts_only BEFORE INSERT ON person_grant
    FOR EACH ROW EXECUTE FUNCTION person_grant_experts_only()`);
}

async function referrals(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE referral (
      id uuid PRIMARY KEY,
      county_id uuid NOT NULL REFERENCES county (id),
      exam_id uuid NOT NULL REFERENCES exam (id),
      clinic_id uuid NOT NULL REFERENCES clinic (id),
      report_version_id uuid NOT NULL REFERENCES report_version (id),
      version_number int NOT NULL,
      -- the images as they were when the patient was referred
      study_uids text[] NOT NULL,
      image_set int NOT NULL,
      state text NOT NULL CHECK (state IN ('REQUESTED', 'ACCEPTED', 'DECLINED', 'ARRIVED', 'ANSWERED', 'CLOSED', 'CANCELLED')),
      to_hospital_id uuid NOT NULL REFERENCES hospital (id),
      urgency text NOT NULL CHECK (urgency IN ('routine', 'urgent', 'emergency')),
      reason text NOT NULL,
      requested_by uuid NOT NULL REFERENCES person (id),
      requested_by_name text NOT NULL,
      requested_side text NOT NULL CHECK (requested_side IN ('clinic', 'reader')),
      requested_at timestamptz NOT NULL,
      accepted_by_name text,
      accepted_at timestamptz,
      -- where and when the patient is to come
      arrangement text,
      arrived_at timestamptz,
      answer text,
      answered_by_name text,
      answered_at timestamptz,
      ended_by_name text,
      ended_at timestamptz,
      end_reason text,
      updated_at timestamptz NOT NULL,
      CONSTRAINT referral_answered_whole CHECK
        ((state IN ('ANSWERED', 'CLOSED')) = (answer IS NOT NULL) AND num_nonnulls(answer, answered_by_name, answered_at) IN (0, 3))
    )`);
  await q.query(
    `CREATE UNIQUE INDEX referral_open_key ON referral (county_id, exam_id, to_hospital_id)
     WHERE state IN ('REQUESTED', 'ACCEPTED', 'ARRIVED')`,
  );
  await q.query('CREATE INDEX referral_exam ON referral (county_id, exam_id, id)');
  await q.query('CREATE INDEX referral_in ON referral (county_id, to_hospital_id, id DESC)');
  await q.query('CREATE INDEX referral_clinic ON referral (county_id, clinic_id, id DESC)');
  await q.query('CREATE INDEX referral_requester ON referral (county_id, requested_by, id DESC)');
}

async function teaching(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE teaching_mark (
      id uuid PRIMARY KEY,
      county_id uuid NOT NULL REFERENCES county (id),
      exam_id uuid NOT NULL REFERENCES exam (id),
      topic text NOT NULL,
      note text NOT NULL,
      modality text NOT NULL,
      marked_by uuid NOT NULL REFERENCES person (id),
      marked_by_name text NOT NULL,
      marked_at timestamptz NOT NULL,
      removed_at timestamptz,
      removed_by uuid REFERENCES person (id)
    )`);
  await q.query('CREATE UNIQUE INDEX teaching_mark_key ON teaching_mark (county_id, exam_id) WHERE removed_at IS NULL');
  await q.query('CREATE INDEX teaching_mark_recent ON teaching_mark (county_id, id DESC) WHERE removed_at IS NULL');
}
