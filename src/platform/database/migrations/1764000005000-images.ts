import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropTables, protect } from './support';

/**
 * Received instances. `study_id` and `series_id` are handles given by the caller; this table knows no exam. The bytes lie in the blob
 * store under county/clinic/sha256.
 */
export class Images1764000005000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE instance (
        id uuid PRIMARY KEY,
        county_id uuid NOT NULL REFERENCES county (id),
        clinic_id uuid NOT NULL REFERENCES clinic (id),
        study_id uuid NOT NULL,
        series_id uuid NOT NULL,
        sop_uid text COLLATE "C" NOT NULL,
        sop_class_uid text NOT NULL,
        transfer_syntax_uid text NOT NULL,
        sha256 text COLLATE "C" NOT NULL,
        bytes bigint NOT NULL,
        instance_number int,
        frames int NOT NULL,
        rows int,
        columns int,
        received_at timestamptz NOT NULL,
        CONSTRAINT instance_study_sop_key UNIQUE (study_id, sop_uid)
      )`);
    await q.query('CREATE INDEX instance_series ON instance (series_id, instance_number, sop_uid)');
    await q.query('CREATE INDEX instance_sop ON instance (county_id, sop_uid)');
    await protect(q, ['SELECT', 'INSERT'], 'instance');
  }

  async down(q: QueryRunner): Promise<void> {
    await dropTables(q, 'instance');
  }
}
