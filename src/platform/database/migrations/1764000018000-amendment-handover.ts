import type { MigrationInterface, QueryRunner } from 'typeorm';

const OPEN_AMENDMENT = "state IN ('WRITING', 'SUBMITTED')";
const OPEN_CRITICAL = "state NOT IN ('CLOSED', 'FALSE_ALARM')";

/**
 * 更正 and 补充 change hands: whose words they are, who let them go, from whom they came. And the ways to what one
 * shift tells the next (open amendments and critical values of a hospital) and to a clinic's own requests for 信息更正.
 */
export class AmendmentHandover1764000018000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await hands(q);
    await q.query(`CREATE INDEX report_amendment_writer ON report_amendment (county_id, writer_id, exam_id)
      WHERE state = 'WRITING' AND released_at IS NULL`);
    await q.query(`CREATE INDEX report_amendment_site ON report_amendment (county_id, writer_hospital_id, id)
      WHERE ${OPEN_AMENDMENT}`);
    await q.query('CREATE INDEX report_demographics_clinic ON report_demographics (county_id, clinic_id, id)');
    await q.query(`CREATE INDEX report_demographics_clinic_open ON report_demographics (county_id, clinic_id, id)
      WHERE state = 'ASKED'`);
    await q.query(`CREATE INDEX critical_cycle_site_open
      ON critical_cycle (county_id, hospital_id, raised_at DESC, id DESC) WHERE ${OPEN_CRITICAL}`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP INDEX critical_cycle_site_open, report_demographics_clinic_open, report_demographics_clinic');
    await q.query('DROP INDEX report_amendment_site, report_amendment_writer');
    await q.query(`ALTER TABLE report_amendment
      DROP CONSTRAINT report_amendment_two_people,
      ADD CONSTRAINT report_amendment_two_people CHECK (writer_id <> reviewer_id),
      DROP CONSTRAINT report_amendment_released, DROP CONSTRAINT report_amendment_taken,
      DROP author_id, DROP hand_ids, DROP released_at, DROP release_reason,
      DROP taken_from_id, DROP taken_how, DROP taken_reason, DROP taken_at`);
  }
}

async function hands(q: QueryRunner): Promise<void> {
  await q.query(`
    ALTER TABLE report_amendment
      -- who saved the text last; null: it is still what stood before
      ADD author_id uuid REFERENCES person (id),
      -- everybody who, as its writer, has put words into it
      ADD hand_ids uuid[] NOT NULL DEFAULT '{}',
      -- its writer left, or his hospital fell silent: whoever may, goes on with it
      ADD released_at timestamptz,
      ADD release_reason text,
      -- from whom it came last, how and why
      ADD taken_from_id uuid REFERENCES person (id),
      ADD taken_how text CHECK (taken_how IN ('takeover', 'released', 'handover')),
      ADD taken_reason text,
      ADD taken_at timestamptz,
      ADD CONSTRAINT report_amendment_released
        CHECK ((released_at IS NULL) = (release_reason IS NULL)
          AND (released_at IS NULL OR state IN ('WRITING', 'CANCELLED'))),
      ADD CONSTRAINT report_amendment_taken
        CHECK (num_nonnulls(taken_from_id, taken_how, taken_reason, taken_at) IN (0, 4))`);
  // Until now an amendment had one writer, whose words an addendum began with.
  await q.query(`UPDATE report_amendment SET author_id = writer_id, hand_ids = ARRAY[writer_id]
    WHERE kind = 'addendum' OR draft_version > 1`);
  await q.query(`ALTER TABLE report_amendment
    DROP CONSTRAINT report_amendment_two_people,
    ADD CONSTRAINT report_amendment_two_people
      CHECK (reviewer_id IS NULL OR (writer_id <> reviewer_id AND reviewer_id <> ALL (hand_ids)))`);
}
