import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropTables, protect, protectBy } from './support';

/** County → hospitals, clinics, and how each clinic's exams are read (mode per modality). */
export class Tenancy1764000002000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE county (
        id uuid PRIMARY KEY,
        code text NOT NULL UNIQUE,
        name text NOT NULL,
        centre_name text NOT NULL,
        created_at timestamptz NOT NULL
      )`);
    for (const site of ['hospital', 'clinic']) {
      await q.query(`
        CREATE TABLE ${site} (
          id uuid PRIMARY KEY,
          county_id uuid NOT NULL REFERENCES county (id),
          code text COLLATE "C" NOT NULL,
          name text NOT NULL,
          active boolean NOT NULL DEFAULT true,
          created_at timestamptz NOT NULL,
          CONSTRAINT ${site}_code_key UNIQUE (county_id, code)
        )`);
    }
    await q.query(`
      ALTER TABLE clinic
        ADD COLUMN duty_phone text NOT NULL DEFAULT '',
        ADD COLUMN default_charset text CHECK (default_charset IN ('GB18030', 'ISO_IR 192', 'ISO_IR 100'))`);
    await q.query(`
      CREATE TABLE clinic_agreement (
        id uuid PRIMARY KEY,
        county_id uuid NOT NULL REFERENCES county (id),
        clinic_id uuid NOT NULL REFERENCES clinic (id),
        modality text NOT NULL,
        mode text NOT NULL CHECK (mode IN ('diagnose', 'review')),
        created_at timestamptz NOT NULL,
        CONSTRAINT clinic_agreement_key UNIQUE (clinic_id, modality)
      )`);
    await protectBy(q, 'id', ['SELECT'], 'county');
    await protect(q, ['SELECT', 'INSERT', 'UPDATE'], 'hospital', 'clinic', 'clinic_agreement');
  }

  async down(q: QueryRunner): Promise<void> {
    await dropTables(q, 'clinic_agreement', 'clinic', 'hospital', 'county');
  }
}
