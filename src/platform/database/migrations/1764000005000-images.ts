import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropTables, protect } from './support';

/**
 * Received instances. `study_id` and `series_id` are handles given by the caller; this table knows no exam. The bytes
 * lie in the blob store under county/clinic/sha256. A corrected re-send supersedes a row, it never overwrites one, so
 * only the rows in force are unique. No foreign keys: each would lock the clinic's row for every instance received, and
 * the study row that the caller writes in the same transaction has them.
 */
export class Images1764000005000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE instance (
        id uuid PRIMARY KEY,
        county_id uuid NOT NULL,
        clinic_id uuid NOT NULL,
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
        -- set when a corrected file took this one's place; its bytes stay
        superseded_at timestamptz
      )`);
    await q.query(
      'CREATE UNIQUE INDEX instance_study_sop_key ON instance (study_id, sop_uid) WHERE superseded_at IS NULL',
    );
    await q.query(
      'CREATE INDEX instance_series ON instance (series_id, instance_number, sop_uid) WHERE superseded_at IS NULL',
    );
    await q.query('CREATE INDEX instance_clinic_sop ON instance (clinic_id, sop_uid) WHERE superseded_at IS NULL');
    await protect(q, ['SELECT', 'INSERT', 'UPDATE'], 'instance');
  }

  async down(q: QueryRunner): Promise<void> {
    await dropTables(q, 'instance');
  }
}
