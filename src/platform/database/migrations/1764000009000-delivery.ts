import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropTables, protect } from './support';

/**
 * Sync-back. A channel is a way to a clinic: its inbox, or a webhook with a circuit breaker. A delivery is one signed
 * version on one channel. A clinic's inbox numbers its entries without a gap; a webhook's lane keeps the versions of one
 * exam in order and is leased by whoever drains it.
 */
export class Delivery1764000009000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await channels(q);
    await lanes(q);
    await deliveries(q);
    await deliveryIndexes(q);
    await attempts(q);
    await protect(
      q,
      ['SELECT', 'INSERT', 'UPDATE'],
      'channel',
      'endpoint_allow_list',
      'inbox_lane',
      'delivery_lane',
      'delivery',
      'delivery_attempt',
    );
  }

  async down(q: QueryRunner): Promise<void> {
    await dropTables(
      q,
      'delivery_attempt',
      'delivery',
      'delivery_lane',
      'inbox_lane',
      'endpoint_allow_list',
      'channel',
    );
  }
}

async function channels(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE channel (
      id uuid PRIMARY KEY,
      county_id uuid NOT NULL REFERENCES county (id),
      clinic_id uuid NOT NULL REFERENCES clinic (id),
      kind text NOT NULL CHECK (kind IN ('inbox', 'webhook')),
      name text NOT NULL,
      url text,
      -- signing secrets, newest first, encrypted under a key derived from APP_SECRET; see secret-box.ts
      secret_sealed text,
      active boolean NOT NULL DEFAULT true,
      disabled_reason text,
      -- see breaker.rules.ts
      breaker_state text NOT NULL DEFAULT 'closed' CHECK (breaker_state IN ('closed', 'open', 'half_open')),
      breaker_failures int NOT NULL DEFAULT 0,
      breaker_last_failure_by uuid,
      breaker_pauses int NOT NULL DEFAULT 0,
      breaker_down_since timestamptz,
      breaker_until timestamptz,
      breaker_probe_by uuid,
      -- what an operator has been told about this endpoint and has not been mended yet
      alarm_code text,
      alarm_at timestamptz,
      created_at timestamptz NOT NULL,
      updated_at timestamptz NOT NULL,
      CONSTRAINT channel_webhook_whole CHECK (kind <> 'webhook' OR (url IS NOT NULL AND secret_sealed IS NOT NULL)),
      -- the inbox is where a report always is, whatever else fails
      CONSTRAINT channel_inbox_always CHECK (kind <> 'inbox' OR active)
    )`);
  await q.query("CREATE UNIQUE INDEX channel_inbox_key ON channel (clinic_id) WHERE kind = 'inbox'");
  await q.query('CREATE INDEX channel_clinic ON channel (county_id, clinic_id)');
  await q.query(`
    CREATE TABLE endpoint_allow_list (
      clinic_id uuid PRIMARY KEY REFERENCES clinic (id),
      county_id uuid NOT NULL REFERENCES county (id),
      entries jsonb NOT NULL,
      updated_at timestamptz NOT NULL
    )`);
}

async function lanes(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE inbox_lane (
      clinic_id uuid PRIMARY KEY REFERENCES clinic (id),
      county_id uuid NOT NULL REFERENCES county (id),
      last_seq bigint NOT NULL DEFAULT 0
    )`);
  await q.query(`
    CREATE TABLE delivery_lane (
      id uuid PRIMARY KEY,
      county_id uuid NOT NULL REFERENCES county (id),
      exam_id uuid NOT NULL,
      channel_id uuid NOT NULL REFERENCES channel (id),
      lease_token uuid,
      leased_until timestamptz,
      -- when there is something to do; null = everything is through, or the channel is off
      next_at timestamptz,
      CONSTRAINT delivery_lane_key UNIQUE (exam_id, channel_id),
      CONSTRAINT delivery_lane_lease_whole CHECK (num_nonnulls(lease_token, leased_until) IN (0, 2))
    )`);
  await q.query('CREATE INDEX delivery_lane_due ON delivery_lane (next_at) WHERE next_at IS NOT NULL');
  await q.query('CREATE INDEX delivery_lane_channel ON delivery_lane (channel_id, next_at) WHERE next_at IS NOT NULL');
}

async function deliveries(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE delivery (
      id uuid PRIMARY KEY,
      county_id uuid NOT NULL REFERENCES county (id),
      clinic_id uuid NOT NULL REFERENCES clinic (id),
      exam_id uuid NOT NULL,
      report_version_id uuid NOT NULL REFERENCES report_version (id),
      version_number int NOT NULL,
      version_kind text NOT NULL,
      channel_id uuid NOT NULL REFERENCES channel (id),
      channel_kind text NOT NULL CHECK (channel_kind IN ('inbox', 'webhook')),
      seq bigint,
      state text NOT NULL CHECK (state IN ('PENDING', 'SENT', 'FAILED', 'DEAD', 'DELIVERED', 'SEEN')),
      -- an attempt ended without our knowing whether the clinic has it
      ambiguous boolean NOT NULL DEFAULT false,
      -- of all times, and since the delivery was made or last redriven
      attempts int NOT NULL DEFAULT 0,
      tries int NOT NULL DEFAULT 0,
      tries_since timestamptz NOT NULL,
      next_attempt_at timestamptz,
      last_error text,
      -- the newest version of the exam on this channel, if this is an older one
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
      CONSTRAINT delivery_inbox_numbered CHECK ((channel_kind = 'inbox') = (seq IS NOT NULL)),
      CONSTRAINT delivery_acknowledged CHECK ((state IN ('DELIVERED', 'SEEN')) = (delivered_at IS NOT NULL)),
      CONSTRAINT delivery_seen_by_somebody CHECK
        ((state = 'SEEN') = (seen_at IS NOT NULL) AND num_nonnulls(seen_at, seen_by, seen_by_name) IN (0, 3))
    )`);
}

async function deliveryIndexes(q: QueryRunner): Promise<void> {
  await q.query("CREATE UNIQUE INDEX delivery_inbox_seq ON delivery (clinic_id, seq) WHERE channel_kind = 'inbox'");
  await q.query(
    "CREATE INDEX delivery_inbox_open ON delivery (clinic_id, seq) WHERE channel_kind = 'inbox' AND state IN ('PENDING', 'SENT')",
  );
  await q.query('CREATE INDEX delivery_recent ON delivery (county_id, id DESC)');
  await q.query('CREATE INDEX delivery_state ON delivery (county_id, state, id DESC)');
  await q.query('CREATE INDEX delivery_clinic ON delivery (county_id, clinic_id, id DESC)');
  await q.query('CREATE INDEX delivery_clinic_state ON delivery (county_id, clinic_id, state, id DESC)');
  await q.query('CREATE INDEX delivery_exam ON delivery (county_id, exam_id, version_number)');
  await q.query(
    `CREATE INDEX delivery_lane_waiting ON delivery (channel_id, exam_id, version_number)
     WHERE channel_kind = 'webhook' AND state IN ('PENDING', 'SENT', 'FAILED')`,
  );
  // What the metrics count: deliveries that are not through.
  await q.query(
    `CREATE INDEX delivery_unfinished ON delivery (state, channel_kind, created_at)
     WHERE state IN ('PENDING', 'SENT', 'FAILED', 'DEAD')`,
  );
}

async function attempts(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE delivery_attempt (
      id uuid PRIMARY KEY,
      county_id uuid NOT NULL REFERENCES county (id),
      delivery_id uuid NOT NULL REFERENCES delivery (id),
      number int NOT NULL,
      started_at timestamptz NOT NULL,
      -- null while the request is on its way, and after a crash until the next attempt calls it ambiguous
      finished_at timestamptz,
      outcome text CHECK (outcome IN ('delivered', 'transient', 'ambiguous', 'permanent')),
      code text,
      phase text CHECK (phase IN ('resolve', 'connect', 'sent', 'headers', 'body')),
      http_status int,
      duration_ms int,
      detail text,
      CONSTRAINT delivery_attempt_number_key UNIQUE (delivery_id, number),
      CONSTRAINT delivery_attempt_whole CHECK (num_nonnulls(finished_at, outcome, code) IN (0, 3))
    )`);
  await q.query('CREATE INDEX delivery_attempt_open ON delivery_attempt (delivery_id) WHERE finished_at IS NULL');
}
