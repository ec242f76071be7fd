import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Institutions outside the county are asked for their opinion; they lend no readers. */
export class ExternalHospitals1764000010700 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query('ALTER TABLE hospital ADD external boolean NOT NULL DEFAULT false');
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('ALTER TABLE hospital DROP external');
  }
}
