import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropTables, protect } from './support';

/** Outbox: one row per message and consumer; the two partial indexes hold only what is still to do. */
export class Platform1764000001000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE outbox_message (
        id uuid PRIMARY KEY,
        county_id uuid NOT NULL,
        event text NOT NULL,
        consumer text NOT NULL,
        subject_id uuid NOT NULL,
        payload jsonb NOT NULL,
        request_id text NOT NULL,
        traceparent text,
        not_before timestamptz,
        generation int NOT NULL DEFAULT 0,
        attempts int NOT NULL DEFAULT 0,
        last_error text,
        created_at timestamptz NOT NULL,
        sent_at timestamptz,
        handled_at timestamptz,
        failed_at timestamptz
      )`);
    await q.query('CREATE INDEX outbox_message_unsent ON outbox_message (id) WHERE sent_at IS NULL');
    await q.query(
      'CREATE INDEX outbox_message_waiting ON outbox_message (consumer, subject_id) WHERE handled_at IS NULL',
    );
    await q.query('CREATE INDEX outbox_message_handled ON outbox_message (handled_at) WHERE handled_at IS NOT NULL');
    await q.query(
      'ALTER TABLE outbox_message SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0)',
    );
    await protect(q, ['SELECT', 'INSERT', 'UPDATE'], 'outbox_message');
  }

  async down(q: QueryRunner): Promise<void> {
    await dropTables(q, 'outbox_message');
  }
}
