import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropTables, protect } from './support';

/**
 * Sync-back. A delivery is one signed version on one channel; a lane keeps the versions of one exam in order on one
 * channel (`done_number` = last version that is through) and is leased by whoever drains it; a clinic's inbox numbers its
 * entries without a gap.
 */
export class Delivery1764000009000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE channel (
        id uuid PRIMARY KEY,
        county_id uuid NOT NULL REFERENCES county (id),
        clinic_id uuid NOT NULL REFERENCES clinic (id),
        kind text NOT NULL CHECK (kind IN ('inbox', 'webhook')),
        name text NOT NULL,
        url text,
        secret_sealed text,
        allow jsonb NOT NULL DEFAULT '[]',
        active boolean NOT NULL DEFAULT true,
        disabled_reason text,
        breaker_state text NOT NULL DEFAULT 'closed' CHECK (breaker_state IN ('closed', 'open', 'half_open')),
        breaker_failures int NOT NULL DEFAULT 0,
        breaker_until timestamptz,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT channel_webhook_whole CHECK (kind <> 'webhook' OR (url IS NOT NULL AND secret_sealed IS NOT NULL))
      )`);
    await q.query("CREATE UNIQUE INDEX channel_inbox_key ON channel (clinic_id) WHERE kind = 'inbox'");
    await q.query('CREATE INDEX channel_clinic ON channel (county_id, clinic_id)');
    await q.query(`
      CREATE TABLE inbox_lane (
        clinic_id uuid PRIMARY KEY REFERENCES clinic (id),
        county_id uuid NOT NULL REFERENCES county (id),
        last_seq bigint NOT NULL DEFAULT 0
      )`);
    await q.query(`
      CREATE TABLE delivery_lane (
        exam_id uuid NOT NULL,
        channel_id uuid NOT NULL REFERENCES channel (id),
        county_id uuid NOT NULL REFERENCES county (id),
        lease_token uuid,
        leased_until timestamptz,
        next_at timestamptz,
        PRIMARY KEY (exam_id, channel_id)
      )`);
    await q.query('CREATE INDEX delivery_lane_due ON delivery_lane (next_at) WHERE next_at IS NOT NULL');
    await q.query(`
      CREATE TABLE delivery (
        id uuid PRIMARY KEY,
        county_id uuid NOT NULL REFERENCES county (id),
        clinic_id uuid NOT NULL REFERENCES clinic (id),
        exam_id uuid NOT NULL,
        report_version_id uuid NOT NULL,
        version_number int NOT NULL,
        version_kind text NOT NULL,
        channel_id uuid NOT NULL REFERENCES channel (id),
        channel_kind text NOT NULL,
        seq bigint,
        state text NOT NULL CHECK (state IN ('PENDING', 'SENT', 'DELIVERED', 'SEEN', 'FAILED', 'DEAD')),
        ambiguous boolean NOT NULL DEFAULT false,
        attempts int NOT NULL DEFAULT 0,
        next_attempt_at timestamptz,
        last_error text,
        superseded_by uuid REFERENCES delivery (id),
        signed_at timestamptz NOT NULL,
        created_at timestamptz NOT NULL,
        sent_at timestamptz,
        delivered_at timestamptz,
        seen_at timestamptz,
        seen_by uuid REFERENCES person (id),
        seen_by_name text,
        updated_at timestamptz NOT NULL,
        CONSTRAINT delivery_once UNIQUE (report_version_id, channel_id),
        CONSTRAINT delivery_inbox_numbered CHECK ((channel_kind = 'inbox') = (seq IS NOT NULL))
      )`);
    await q.query("CREATE UNIQUE INDEX delivery_inbox_seq ON delivery (clinic_id, seq) WHERE channel_kind = 'inbox'");
    await q.query('CREATE INDEX delivery_state ON delivery (county_id, state, id DESC)');
    await q.query('CREATE INDEX delivery_exam ON delivery (county_id, exam_id, version_number)');
    await q.query("CREATE INDEX delivery_lane_waiting ON delivery (exam_id, channel_id, version_number) WHERE state IN ('PENDING', 'FAILED')");
    await q.query(`
      CREATE TABLE delivery_attempt (
        id uuid PRIMARY KEY,
        county_id uuid NOT NULL REFERENCES county (id),
        delivery_id uuid NOT NULL REFERENCES delivery (id),
        number int NOT NULL,
        started_at timestamptz NOT NULL,
        finished_at timestamptz,
        outcome text CHECK (outcome IN ('delivered', 'transient', 'ambiguous', 'permanent')),
        http_status int,
        detail text,
        CONSTRAINT delivery_attempt_number_key UNIQUE (delivery_id, number)
      )`);
    await protect(q, ['SELECT', 'INSERT', 'UPDATE'], 'channel', 'inbox_lane', 'delivery_lane', 'delivery', 'delivery_attempt');
  }

  async down(q: QueryRunner): Promise<void> {
    await dropTables(q, 'delivery_attempt', 'delivery', 'delivery_lane', 'inbox_lane', 'channel');
  }
}
