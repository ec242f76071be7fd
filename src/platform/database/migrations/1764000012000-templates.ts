import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropTables, protect } from './support';

/**
 * Report templates and phrases. Each stands on a shelf: the county's public one, a hospital's, or a person's. Versions of a
 * template are never changed; how often it was used is counted beside it.
 */
export class Templates1764000012000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await templates(q);
    await versions(q);
    await phrases(q);
    await protect(q, ['SELECT', 'INSERT', 'UPDATE'], 'report_template', 'report_template_use');
    await protect(q, ['SELECT', 'INSERT'], 'report_template_version');
    await protect(q, ['SELECT', 'INSERT', 'UPDATE', 'DELETE'], 'phrase');
  }

  async down(q: QueryRunner): Promise<void> {
    await dropTables(q, 'phrase', 'report_template_use', 'report_template_version', 'report_template');
  }
}

/** Where a template or phrase stands; the constraint keeps its level and its shelf from contradicting each other. */
const SHELF = (table: string): string => `
      level text NOT NULL CHECK (level IN ('public', 'hospital', 'personal')),
      hospital_id uuid REFERENCES hospital (id),
      owner_id uuid REFERENCES person (id),
      shelf_id uuid NOT NULL GENERATED ALWAYS AS (coalesce(owner_id, hospital_id, county_id)) STORED,
      CONSTRAINT ${table}_level_shelf CHECK
        ((level = 'hospital') = (hospital_id IS NOT NULL) AND (level = 'personal') = (owner_id IS NOT NULL))`;

async function templates(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE report_template (
      id uuid PRIMARY KEY,
      county_id uuid NOT NULL REFERENCES county (id),
      template_key text COLLATE "C" NOT NULL,
      state text NOT NULL CHECK (state IN ('draft', 'published', 'archived')),
      version int NOT NULL CHECK (version >= 1),
      published_version int CHECK (published_version BETWEEN 1 AND version),
      title text NOT NULL,
      title_pinyin text COLLATE "C" NOT NULL,
      title_initials text COLLATE "C" NOT NULL,
      modality text COLLATE "C" NOT NULL,
      body_part text COLLATE "C" NOT NULL,
      sex text CHECK (sex IN ('M', 'F')),
      normal boolean NOT NULL,
      rank int NOT NULL GENERATED ALWAYS AS (CASE WHEN normal THEN 0 ELSE 1 END) STORED,
      created_at timestamptz NOT NULL,
      updated_at timestamptz NOT NULL,
      ${SHELF('report_template')},
      CONSTRAINT report_template_key UNIQUE (county_id, shelf_id, template_key),
      -- a draft has never been published, or was restored; a published one says which version is in use
      CONSTRAINT report_template_published CHECK ((state = 'published') = (published_version IS NOT NULL))
    )`);
  // the list's order within a shelf
  await q.query(
    'CREATE INDEX report_template_list ON report_template (county_id, shelf_id, state, modality, body_part, rank, title_pinyin, id)',
  );
  await q.query(`
    CREATE TABLE report_template_use (
      county_id uuid NOT NULL REFERENCES county (id),
      template_id uuid NOT NULL REFERENCES report_template (id),
      used_count bigint NOT NULL,
      last_used_at timestamptz NOT NULL,
      PRIMARY KEY (county_id, template_id)
    )`);
}

async function versions(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE report_template_version (
      county_id uuid NOT NULL REFERENCES county (id),
      template_id uuid NOT NULL REFERENCES report_template (id),
      version int NOT NULL,
      content jsonb NOT NULL,
      made_by uuid REFERENCES person (id),
      made_by_name text NOT NULL,
      made_at timestamptz NOT NULL,
      PRIMARY KEY (county_id, template_id, version)
    )`);
}

async function phrases(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE phrase (
      id uuid PRIMARY KEY,
      county_id uuid NOT NULL REFERENCES county (id),
      shortcut text COLLATE "C" NOT NULL,
      title text NOT NULL,
      title_pinyin text COLLATE "C" NOT NULL,
      title_initials text COLLATE "C" NOT NULL,
      text text NOT NULL,
      section text CHECK (section IN ('technique', 'findings', 'impression', 'recommendation')),
      version int NOT NULL CHECK (version >= 1),
      created_at timestamptz NOT NULL,
      updated_at timestamptz NOT NULL,
      ${SHELF('phrase')},
      CONSTRAINT phrase_shortcut UNIQUE (county_id, shelf_id, shortcut)
    )`);
}
