import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropTables, protect, relayOnly } from './support';

/** People, what they may do where, their sessions, and the keys of clinic gateways. */
export class Identity1764000004000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE person (
        id uuid PRIMARY KEY,
        county_id uuid NOT NULL REFERENCES county (id),
        username text COLLATE "C" NOT NULL CONSTRAINT person_username_key UNIQUE,
        name text NOT NULL,
        password_hash text NOT NULL,
        title text,
        licence_number text,
        licence_valid_until date,
        supervisor_id uuid REFERENCES person (id),
        phone text NOT NULL DEFAULT '',
        active boolean NOT NULL DEFAULT true,
        created_at timestamptz NOT NULL
      )`);
    await q.query('CREATE INDEX person_county ON person (county_id, username)');
    await q.query(`
      CREATE TABLE person_grant (
        id uuid PRIMARY KEY,
        county_id uuid NOT NULL REFERENCES county (id),
        person_id uuid NOT NULL REFERENCES person (id),
        role text NOT NULL,
        clinic_id uuid REFERENCES clinic (id),
        hospital_id uuid REFERENCES hospital (id),
        created_at timestamptz NOT NULL,
        revoked_at timestamptz,
        CONSTRAINT person_grant_one_site CHECK (clinic_id IS NULL OR hospital_id IS NULL)
      )`);
    await q.query('CREATE INDEX person_grant_person ON person_grant (person_id) WHERE revoked_at IS NULL');
    await q.query(`
      CREATE TABLE session (
        id uuid PRIMARY KEY,
        county_id uuid NOT NULL REFERENCES county (id),
        person_id uuid NOT NULL REFERENCES person (id),
        token_hash text NOT NULL CONSTRAINT session_token_key UNIQUE,
        csrf_token text NOT NULL,
        created_at timestamptz NOT NULL,
        seen_at timestamptz NOT NULL,
        ended_at timestamptz,
        ip text,
        user_agent text
      )`);
    await q.query('CREATE INDEX session_person ON session (person_id) WHERE ended_at IS NULL');
    await q.query(`
      CREATE TABLE gateway_key (
        id uuid PRIMARY KEY,
        county_id uuid NOT NULL REFERENCES county (id),
        clinic_id uuid NOT NULL REFERENCES clinic (id),
        key_hash text NOT NULL CONSTRAINT gateway_key_hash_key UNIQUE,
        label text NOT NULL,
        hint text NOT NULL,
        created_at timestamptz NOT NULL,
        used_at timestamptz,
        revoked_at timestamptz
      )`);
    await q.query('CREATE INDEX gateway_key_clinic ON gateway_key (county_id, clinic_id)');
    await q.query(`
      CREATE TABLE login_failure (
        key text PRIMARY KEY,
        points int NOT NULL,
        expire bigint
      )`);
    await protect(q, ['SELECT', 'INSERT', 'UPDATE'], 'person', 'person_grant', 'session', 'gateway_key');
    await relayOnly(q, 'login_failure');
  }

  async down(q: QueryRunner): Promise<void> {
    await dropTables(q, 'login_failure', 'gateway_key', 'session', 'person_grant', 'person');
  }
}
