import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropTables, protect, relayOnly } from './support';

/**
 * Electronic signatures on report versions, the images each one speaks of, the chain that seals them county by county, and
 * whose name stands at the head of the printed sheet. Versions signed before this are of form 1 and stay as they are.
 */
export class Signature1764000013000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await createKeys(q);
    await q.query(`
      ALTER TABLE report_version
        -- how the signed content was put together: 1 = without images, hashed only; 2 = with images, hashed and signed
        ADD content_form smallint NOT NULL DEFAULT 1 CHECK (content_form IN (1, 2)),
        ADD image_count int,
        ADD images_sha256 text,
        ADD signature text,
        ADD signature_algorithm text,
        ADD signature_key_id text COLLATE "C" REFERENCES signing_key (key_id),
        ADD CONSTRAINT report_version_signed CHECK (
          num_nonnulls(image_count, images_sha256, signature, signature_algorithm, signature_key_id)
            = CASE content_form WHEN 1 THEN 0 ELSE 5 END)`);
    await createImageLists(q);
    await createSeals(q);
    await q.query(`
      CREATE TABLE letterhead (
        id uuid PRIMARY KEY,
        county_id uuid NOT NULL REFERENCES county (id),
        -- null: for every clinic of the county that has no row of its own
        clinic_id uuid REFERENCES clinic (id),
        heading text NOT NULL CHECK (heading IN ('centre', 'clinic', 'hospital')),
        -- 互认标识 as the region wants it printed; empty: none
        recognition_mark text NOT NULL DEFAULT '',
        CONSTRAINT letterhead_key UNIQUE NULLS NOT DISTINCT (county_id, clinic_id)
      )`);
    await protect(q, ['SELECT', 'INSERT', 'UPDATE', 'DELETE'], 'letterhead');
  }

  async down(q: QueryRunner): Promise<void> {
    await dropTables(q, 'letterhead');
    await q.query('DROP TRIGGER report_version_to_seal ON report_version');
    await dropTables(q, 'report_seal', 'report_image_list');
    await q.query('DROP FUNCTION report_version_to_seal(), report_seal_keep(), report_image_list_keep()');
    await q.query(`
      ALTER TABLE report_version
        DROP content_form, DROP image_count, DROP images_sha256, DROP signature, DROP signature_algorithm, DROP signature_key_id`);
    await dropTables(q, 'signing_key');
    await q.query('DROP FUNCTION signing_key_keep()');
  }
}

/** Keys of the installation. One active key per driver; a key is only ever retired, and its private half erased then. */
async function createKeys(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE signing_key (
      key_id text COLLATE "C" PRIMARY KEY,
      driver text NOT NULL,
      algorithm text NOT NULL,
      public_key text NOT NULL,
      sealed_private_key text,
      reliable boolean NOT NULL,
      created_at timestamptz NOT NULL,
      retired_at timestamptz,
      CONSTRAINT signing_key_retired CHECK (retired_at IS NULL OR sealed_private_key IS NULL)
    )`);
  await q.query('CREATE UNIQUE INDEX signing_key_active ON signing_key (driver) WHERE retired_at IS NULL');
  await q.query(`
    CREATE FUNCTION signing_key_keep() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'DELETE' OR OLD.retired_at IS NOT NULL
         OR (to_jsonb(NEW) - 'retired_at' - 'sealed_private_key') <> (to_jsonb(OLD) - 'retired_at' - 'sealed_private_key') THEN
        RAISE EXCEPTION 'signing keys are only ever retired';
      END IF;
      RETURN NEW;
    END $$`);
  await q.query(
    'CREATE TRIGGER signing_key_keep BEFORE UPDATE OR DELETE ON signing_key FOR EACH ROW EXECUTE FUNCTION signing_key_keep()',
  );
  await relayOnly(q, 'signing_key');
  const app = await appRole(q);
  await q.query(
    `GRANT SELECT (key_id, driver, algorithm, public_key, reliable, created_at, retired_at) ON signing_key TO ${app}`,
  );
}

/** The list behind report_version.images_sha256; apart from the row, because a CT has a thousand images. */
async function createImageLists(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE report_image_list (
      county_id uuid NOT NULL REFERENCES county (id),
      version_id uuid NOT NULL REFERENCES report_version (id),
      sha256s text[] NOT NULL,
      PRIMARY KEY (county_id, version_id)
    )`);
  await q.query(`
    CREATE FUNCTION report_image_list_keep() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'what was signed is never changed';
    END $$`);
  await q.query(
    `CREATE TRIGGER report_image_list_keep BEFORE UPDATE OR DELETE ON report_image_list
     FOR EACH ROW EXECUTE FUNCTION report_image_list_keep()`,
  );
  await protect(q, ['SELECT', 'INSERT'], 'report_image_list');
}

/**
 * One row per version, made by the database itself in the transaction that makes the version, empty until the sealer has
 * come to it: so no version is forgotten, and what waits is found by an index.
 */
async function createSeals(q: QueryRunner): Promise<void> {
  await q.query(`
    CREATE TABLE report_seal (
      county_id uuid NOT NULL REFERENCES county (id),
      version_id uuid NOT NULL REFERENCES report_version (id),
      seq bigint,
      prev_hash text,
      hash text,
      sealed_at timestamptz,
      PRIMARY KEY (county_id, version_id),
      CONSTRAINT report_seal_seq_key UNIQUE (county_id, seq),
      CONSTRAINT report_seal_whole CHECK (num_nonnulls(seq, prev_hash, hash, sealed_at) IN (0, 4))
    )`);
  await q.query('CREATE INDEX report_seal_waiting ON report_seal (county_id, version_id) WHERE seq IS NULL');
  await q.query('INSERT INTO report_seal (county_id, version_id) SELECT county_id, id FROM report_version');
  await q.query(`
    CREATE FUNCTION report_version_to_seal() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO report_seal (county_id, version_id) VALUES (NEW.county_id, NEW.id);
      RETURN NULL;
    END $$`);
  await q.query(
    'CREATE TRIGGER report_version_to_seal AFTER INSERT ON report_version FOR EACH ROW EXECUTE FUNCTION report_version_to_seal()',
  );
  await q.query(`
    CREATE FUNCTION report_seal_keep() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'DELETE' OR OLD.seq IS NOT NULL THEN
        RAISE EXCEPTION 'a seal is never changed';
      END IF;
      RETURN NEW;
    END $$`);
  await q.query(
    'CREATE TRIGGER report_seal_keep BEFORE UPDATE OR DELETE ON report_seal FOR EACH ROW EXECUTE FUNCTION report_seal_keep()',
  );
  await protect(q, ['SELECT'], 'report_seal');
  // The trigger acts for the app role; the links themselves are the sealer's.
  await q.query(`GRANT INSERT (county_id, version_id) ON report_seal TO ${await appRole(q)}`);
}

async function appRole(q: QueryRunner): Promise<string> {
  const [row] = (await q.query("SELECT quote_ident(current_setting('cic.app_role')) AS app")) as [{ app: string }];
  return row.app;
}
