import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropTables, protect } from './support';

/** Append-only: the app may add and read, nobody but the sealer's role may set the seal, and a sealed row never changes. */
export class Audit1764000003000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE audit_event (
        id uuid PRIMARY KEY,
        county_id uuid NOT NULL,
        at timestamptz NOT NULL,
        actor_kind text NOT NULL CHECK (actor_kind IN ('person', 'gateway', 'system')),
        actor_id uuid,
        actor_name text NOT NULL,
        action text NOT NULL,
        subject_type text NOT NULL,
        subject_id uuid,
        reason text,
        details jsonb NOT NULL,
        request_id text NOT NULL,
        ip text,
        seal_number bigint,
        seal text
      )`);
    await q.query(
      'CREATE UNIQUE INDEX audit_event_seal ON audit_event (county_id, seal_number) WHERE seal_number IS NOT NULL',
    );
    await q.query('CREATE INDEX audit_event_unsealed ON audit_event (county_id, id) WHERE seal_number IS NULL');
    await q.query('CREATE INDEX audit_event_time ON audit_event (county_id, at DESC, id DESC)');
    await q.query('CREATE INDEX audit_event_subject ON audit_event (county_id, subject_id, at)');
    await q.query(`
      CREATE FUNCTION audit_event_keep() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'DELETE' OR OLD.seal_number IS NOT NULL
           OR (to_jsonb(NEW) - 'seal' - 'seal_number') <> (to_jsonb(OLD) - 'seal' - 'seal_number') THEN
          RAISE EXCEPTION 'audit rows are never changed';
        END IF;
        RETURN NEW;
      END $$`);
    await q.query(
      'CREATE TRIGGER audit_event_keep BEFORE UPDATE OR DELETE ON audit_event FOR EACH ROW EXECUTE FUNCTION audit_event_keep()',
    );
    await protect(q, ['SELECT', 'INSERT'], 'audit_event');
  }

  async down(q: QueryRunner): Promise<void> {
    await dropTables(q, 'audit_event');
    await q.query('DROP FUNCTION audit_event_keep()');
  }
}
