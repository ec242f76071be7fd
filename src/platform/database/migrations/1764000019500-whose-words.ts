import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropTables, protect } from './support';

/**
 * Whose words a text is made of, so that nobody reviews his own, whoever hands them in; which exams a reader has just
 * given up, so that `next` does not hand them to him again; and when one doctor's preliminary report may go out.
 */
export class WhoseWords1764000019500 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await hands(q);
    await q.query(`
      CREATE TABLE reading_release (
        county_id uuid NOT NULL REFERENCES county (id),
        person_id uuid NOT NULL REFERENCES person (id),
        exam_id uuid NOT NULL,
        released_at timestamptz NOT NULL,
        PRIMARY KEY (county_id, person_id, exam_id)
      )`);
    await q.query(`
      CREATE TABLE preliminary_policy (
        county_id uuid NOT NULL REFERENCES county (id),
        modality text NOT NULL,
        allowed text NOT NULL CHECK (allowed IN ('never', 'on_call', 'always')),
        reason text NOT NULL,
        set_by uuid NOT NULL REFERENCES person (id),
        set_at timestamptz NOT NULL,
        PRIMARY KEY (county_id, modality)
      )`);
    await protect(q, ['SELECT', 'INSERT', 'UPDATE', 'DELETE'], 'reading_release');
    await protect(q, ['SELECT', 'INSERT', 'UPDATE'], 'preliminary_policy');
  }

  async down(q: QueryRunner): Promise<void> {
    await dropTables(q, 'preliminary_policy', 'reading_release');
    await q.query(`ALTER TABLE reading_item
      DROP CONSTRAINT reading_item_two_people,
      ADD CONSTRAINT reading_item_two_people
        CHECK (stage = 'write' OR holder_id IS NULL OR writer_id IS NULL OR holder_id <> writer_id),
      DROP hand_ids`);
    await q.query('ALTER TABLE report_draft DROP hand_ids');
  }
}

async function hands(q: QueryRunner): Promise<void> {
  // Everybody who, as a writer, has put words into the text since it was begun; a reviewer's edits are not among them.
  await q.query("ALTER TABLE report_draft ADD hand_ids uuid[] NOT NULL DEFAULT '{}'");
  // The same of what was handed in last.
  await q.query("ALTER TABLE reading_item ADD hand_ids uuid[] NOT NULL DEFAULT '{}'");
  // Until now only the writer was known, and the draft's last author where nobody reviews it.
  await q.query(`UPDATE report_draft d SET hand_ids = ARRAY[CASE i.stage WHEN 'write' THEN d.author_id ELSE i.writer_id END]
    FROM reading_item i WHERE i.exam_id = d.exam_id AND (i.stage = 'write' OR i.writer_id IS NOT NULL)`);
  await q.query("UPDATE reading_item SET hand_ids = ARRAY[writer_id] WHERE stage = 'review' AND writer_id IS NOT NULL");
  await q.query(`ALTER TABLE reading_item
    DROP CONSTRAINT reading_item_two_people,
    ADD CONSTRAINT reading_item_two_people
      CHECK (stage = 'write' OR holder_id IS NULL OR ((writer_id IS NULL OR holder_id <> writer_id) AND holder_id <> ALL (hand_ids)))`);
}
