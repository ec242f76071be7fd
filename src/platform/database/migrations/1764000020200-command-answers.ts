import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropTables, protect } from './support';

/** What a command answered, for whoever says it again because that answer got lost on the way (Idempotency-Key). */
export class CommandAnswers1764000020200 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE command_answer (
        county_id uuid NOT NULL REFERENCES county,
        actor_id uuid NOT NULL,
        key text NOT NULL,
        action text NOT NULL,
        subject_id uuid NOT NULL,
        fingerprint text NOT NULL,
        answer jsonb,
        made_at timestamptz NOT NULL,
        PRIMARY KEY (county_id, actor_id, key, action, subject_id))`);
    await q.query('CREATE INDEX command_answer_age ON command_answer (made_at)');
    await protect(q, ['SELECT', 'INSERT', 'UPDATE'], 'command_answer');
  }

  async down(q: QueryRunner): Promise<void> {
    await dropTables(q, 'command_answer');
  }
}
