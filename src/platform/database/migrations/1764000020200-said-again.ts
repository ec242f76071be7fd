import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What has no key of its own to be known by when it is sent again, a message and 「下一份」, gets one from the client. */
export class SaidAgain1764000020200 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query('ALTER TABLE exam_message ADD COLUMN client_id uuid');
    await q.query(`
      CREATE UNIQUE INDEX exam_message_client ON exam_message (county_id, author_id, client_id)
      WHERE client_id IS NOT NULL`);
    await q.query('ALTER TABLE reading_item ADD COLUMN client_id uuid');
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('ALTER TABLE reading_item DROP COLUMN client_id');
    await q.query('ALTER TABLE exam_message DROP COLUMN client_id');
  }
}
