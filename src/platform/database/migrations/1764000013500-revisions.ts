import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropTables, protect } from './support';

/**
 * What happens to a report after its signature: who has seen a version, recall, amendments, corrected demographics, images
 * that come late, and the preliminary report. None of it touches a signed version: each is a row beside it, or a new one.
 */
export class Revisions1764000013500 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await sightings(q);
    await recalls(q);
    await amendments(q);
    await demographics(q);
    await lateImages(q);
    await discrepancies(q);
    await protect(q, ['SELECT', 'INSERT'], 'report_sighting', 'report_recall', 'report_discrepancy');
    await protect(q, ['SELECT', 'INSERT', 'UPDATE'], 'report_amendment', 'report_demographics', 'late_images');
    // A preliminary report runs on a clock of its own, and what is due afterwards is the formal one.
    await q.query('ALTER TABLE exam ADD preliminary_at timestamptz');
    await q.query('ALTER TABLE exam_clock ADD t7_preliminary timestamptz');
    await deliveries(q);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(
      `DELETE FROM delivery_attempt WHERE delivery_id IN (SELECT id FROM delivery WHERE event <> 'signed')`,
    );
    await q.query(`UPDATE delivery SET superseded_by = NULL
      WHERE superseded_by IN (SELECT id FROM delivery WHERE event <> 'signed')`);
    await q.query("DELETE FROM delivery WHERE event <> 'signed'");
    await q.query("UPDATE delivery SET state = 'DEAD' WHERE state IN ('SUPERSEDED', 'RECALLED')");
    await q.query(`ALTER TABLE delivery
      DROP CONSTRAINT delivery_once, ADD CONSTRAINT delivery_once UNIQUE (report_version_id, channel_id),
      DROP CONSTRAINT delivery_state_check, ADD CONSTRAINT delivery_state_check
        CHECK (state IN ('PENDING', 'SENT', 'FAILED', 'DEAD', 'DELIVERED', 'SEEN')),
      DROP COLUMN event, DROP COLUMN recalled_at`);
    await q.query('ALTER TABLE exam_clock DROP COLUMN t7_preliminary');
    await q.query('ALTER TABLE exam DROP COLUMN preliminary_at');
    await dropTables(
      q,
      'report_discrepancy',
      'late_images',
      'report_demographics',
      'report_amendment',
      'report_recall',
      'report_sighting',
    );
  }
}

/** Who opened, read, printed or downloaded a version. A person of a clinic has the clinic named: that is what ends the time for a recall. */
async function sightings(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE report_sighting (
      id uuid PRIMARY KEY,
      county_id uuid NOT NULL REFERENCES county (id),
      version_id uuid NOT NULL REFERENCES report_version (id),
      how text NOT NULL CHECK (how IN ('seen', 'read', 'printed', 'downloaded')),
      -- null: a clinic's gateway
      person_id uuid REFERENCES person (id),
      by_name text NOT NULL,
      clinic_id uuid REFERENCES clinic (id),
      hospital_id uuid REFERENCES hospital (id),
      at timestamptz NOT NULL
    )`);
  await q.query('CREATE INDEX report_sighting_version ON report_sighting (county_id, version_id, at)');
  await q.query(`
    INSERT INTO report_sighting (id, county_id, version_id, how, person_id, by_name, clinic_id, at)
    SELECT gen_random_uuid(), county_id, report_version_id, 'seen', seen_by, seen_by_name, clinic_id, seen_at
    FROM delivery WHERE seen_at IS NOT NULL`);
}

/** 召回: a mark beside the version, for the version itself never changes. */
async function recalls(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE report_recall (
      version_id uuid PRIMARY KEY REFERENCES report_version (id),
      county_id uuid NOT NULL REFERENCES county (id),
      exam_id uuid NOT NULL,
      reason text NOT NULL,
      recalled_by uuid NOT NULL REFERENCES person (id),
      recalled_by_name text NOT NULL,
      recalled_at timestamptz NOT NULL
    )`);
  await q.query('CREATE INDEX report_recall_exam ON report_recall (county_id, exam_id)');
}

/** 更正 and 补充 on their way: a text of their own beside the version that stands, written by one and confirmed by another. */
async function amendments(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE report_amendment (
      id uuid PRIMARY KEY,
      county_id uuid NOT NULL REFERENCES county (id),
      clinic_id uuid NOT NULL REFERENCES clinic (id),
      exam_id uuid NOT NULL,
      kind text NOT NULL CHECK (kind IN ('corrected', 'addendum')),
      -- the version that it corrects or adds to
      version_id uuid NOT NULL REFERENCES report_version (id),
      reason text NOT NULL,
      state text NOT NULL CHECK (state IN ('WRITING', 'SUBMITTED', 'SIGNED', 'CANCELLED')),
      -- raised by every step: a command that carries an older one is refused
      fence int NOT NULL CHECK (fence > 0),
      draft_version int NOT NULL CHECK (draft_version > 0),
      technique text NOT NULL,
      findings text NOT NULL,
      impression text NOT NULL,
      recommendation text NOT NULL,
      positive smallint CHECK (positive IN (-1, 0, 1)),
      writer_id uuid NOT NULL REFERENCES person (id),
      writer_hospital_id uuid REFERENCES hospital (id),
      opened_at timestamptz NOT NULL,
      saved_at timestamptz NOT NULL,
      submitted_at timestamptz,
      reviewer_id uuid REFERENCES person (id),
      ended_at timestamptz,
      ended_by uuid REFERENCES person (id),
      end_reason text,
      issued_id uuid REFERENCES report_version (id),
      CONSTRAINT report_amendment_two_people CHECK (writer_id <> reviewer_id),
      CONSTRAINT report_amendment_submitted CHECK (state NOT IN ('SUBMITTED', 'SIGNED') OR submitted_at IS NOT NULL),
      CONSTRAINT report_amendment_ended CHECK ((state IN ('SIGNED', 'CANCELLED')) = (ended_at IS NOT NULL)),
      CONSTRAINT report_amendment_signed CHECK ((state = 'SIGNED') = (num_nonnulls(reviewer_id, issued_id) = 2))
    )`);
  await q.query(
    "CREATE UNIQUE INDEX report_amendment_one ON report_amendment (exam_id) WHERE state IN ('WRITING', 'SUBMITTED')",
  );
  await q.query(
    "CREATE INDEX report_amendment_open ON report_amendment (county_id, id) WHERE state IN ('WRITING', 'SUBMITTED')",
  );
  await q.query('CREATE INDEX report_amendment_recent ON report_amendment (county_id, id)');
  await q.query('CREATE INDEX report_amendment_exam ON report_amendment (county_id, exam_id)');
}

/** 信息更正, as the clinic asks for it. */
async function demographics(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE report_demographics (
      id uuid PRIMARY KEY,
      county_id uuid NOT NULL REFERENCES county (id),
      clinic_id uuid NOT NULL REFERENCES clinic (id),
      exam_id uuid NOT NULL,
      state text NOT NULL CHECK (state IN ('ASKED', 'CONFIRMED', 'DECLINED')),
      changes jsonb NOT NULL,
      evidence text NOT NULL,
      asked_by uuid NOT NULL REFERENCES person (id),
      asked_by_name text NOT NULL,
      asked_at timestamptz NOT NULL,
      decided_by uuid REFERENCES person (id),
      decided_at timestamptz,
      decision_reason text,
      issued_id uuid REFERENCES report_version (id),
      CONSTRAINT report_demographics_decided CHECK ((state = 'ASKED') = (decided_at IS NULL) AND num_nonnulls(decided_at, decided_by) IN (0, 2)),
      CONSTRAINT report_demographics_issued CHECK ((state = 'CONFIRMED') = (issued_id IS NOT NULL))
    )`);
  await q.query("CREATE UNIQUE INDEX report_demographics_one ON report_demographics (exam_id) WHERE state = 'ASKED'");
  await q.query("CREATE INDEX report_demographics_open ON report_demographics (county_id, id) WHERE state = 'ASKED'");
  await q.query('CREATE INDEX report_demographics_recent ON report_demographics (county_id, id)');
}

/** Images that came after the signature: a task for the signer. */
async function lateImages(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE late_images (
      id uuid PRIMARY KEY,
      county_id uuid NOT NULL REFERENCES county (id),
      clinic_id uuid NOT NULL REFERENCES clinic (id),
      exam_id uuid NOT NULL,
      version_id uuid NOT NULL REFERENCES report_version (id),
      signer_id uuid NOT NULL REFERENCES person (id),
      signed_image_set int NOT NULL,
      image_set int NOT NULL,
      opened_at timestamptz NOT NULL,
      answer text CHECK (answer IN ('unchanged', 'addendum', 'corrected', 'void', 'recalled')),
      note text,
      answered_by uuid REFERENCES person (id),
      answered_at timestamptz,
      CONSTRAINT late_images_answered CHECK (num_nonnulls(answer, answered_by, answered_at) IN (0, 3))
    )`);
  await q.query('CREATE UNIQUE INDEX late_images_one ON late_images (exam_id) WHERE answer IS NULL');
  await q.query('CREATE INDEX late_images_open ON late_images (county_id, id) WHERE answer IS NULL');
  await q.query('CREATE INDEX late_images_recent ON late_images (county_id, id)');
  await q.query('CREATE INDEX late_images_exam ON late_images (exam_id, image_set)');
}

/** A formal report that differs from the preliminary one it takes the place of. */
async function discrepancies(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE report_discrepancy (
      version_id uuid PRIMARY KEY REFERENCES report_version (id),
      county_id uuid NOT NULL REFERENCES county (id),
      exam_id uuid NOT NULL,
      preliminary_id uuid NOT NULL REFERENCES report_version (id),
      -- findings, impression, positive
      fields text[] NOT NULL,
      found_at timestamptz NOT NULL
    )`);
  await q.query('CREATE INDEX report_discrepancy_found ON report_discrepancy (county_id, found_at)');
}

/** A delivery may be skipped for a later version or taken back by a recall, and a recall is told like a version is. */
async function deliveries(q: QueryRunner): Promise<void> {
  await q.query(`ALTER TABLE delivery
    ADD event text NOT NULL DEFAULT 'signed' CHECK (event IN ('signed', 'recalled')),
    ADD recalled_at timestamptz,
    DROP CONSTRAINT delivery_once, ADD CONSTRAINT delivery_once UNIQUE (report_version_id, channel_id, event),
    DROP CONSTRAINT delivery_state_check, ADD CONSTRAINT delivery_state_check
      CHECK (state IN ('PENDING', 'SENT', 'FAILED', 'DEAD', 'DELIVERED', 'SEEN', 'SUPERSEDED', 'RECALLED'))`);
}
