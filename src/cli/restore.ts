import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { checkedBlobKey, DiskBlobStore } from '../platform/blob';
import { type Config, loadConfig } from '../platform/config';
import { prepareDatabase } from '../start';
import { copyBlob } from './backup';
import {
  appliedMigrations,
  type BackupManifest,
  FORMAT,
  MANIFEST,
  REFERENCED_BLOBS,
  sha256OfFile,
  tablesInOrder,
} from './backup-manifest';
import { secretFingerprint } from './installation';
import { requiredOption, say } from './options';

/** The flag for an installation whose secret is lost: reports and images must not be lost with it. */
const OTHER_SECRET = '--other-secret';

/**
 * Puts a backup into an empty database and blob folder: files are checked before anything is written, all rows arrive in
 * one transaction, and every blob that a row points to is hashed on arrival. Work that was under way goes on: unhandled
 * outbox rows are published again.
 */
export async function restore(args: readonly string[], given = loadConfig()): Promise<void> {
  const folder = resolve(requiredOption(args, 'from'));
  const manifest = JSON.parse(await readFile(join(folder, MANIFEST), 'utf8')) as BackupManifest;
  await checkFiles(folder, manifest);
  // Before there is a database: its start would make this installation a secret of its own.
  if (!args.includes(OTHER_SECRET)) refuseOtherSecret(given, manifest);
  const { config, postgres } = await prepareDatabase(given, say);
  const client = new Client({ connectionString: config.databaseUrl });
  try {
    await client.connect();
    await refuseMisfit(client, manifest);
    await client.query('BEGIN');
    for (const table of manifest.tables) await restoreTable(client, table, folder);
    await client.query(
      'UPDATE outbox_message SET sent_at = NULL, generation = generation + 1 WHERE handled_at IS NULL AND failed_at IS NULL',
    );
    const wanted = await client.query<{ key: string }>(REFERENCED_BLOBS);
    const from = await DiskBlobStore.at(join(folder, 'blobs'));
    const to = await DiskBlobStore.at(config.blobDir);
    for (const { key } of wanted.rows) await copyBlob(checkedBlobKey(key), from, to);
    await client.query('COMMIT');
    say(`restored: ${manifest.tables.length} tables, ${wanted.rows.length} blobs, as of ${manifest.takenAt}`);
  } finally {
    await client.end();
    await postgres?.stop();
  }
}

function refuseOtherSecret(config: Config, { secretFingerprint: wanted }: BackupManifest): void {
  if (wanted === undefined || secretFingerprint(config) === wanted) return;
  throw new Error(
    'the backup belongs to another secret: set APP_SECRET to the one it was taken under, or put the kept file back as ' +
      `${join(config.dataDir, 'secret')}. Where it is lost, ${OTHER_SECRET} restores all but the signing secrets of ` +
      'webhooks and the key that signs reports (rotate-signing-key), which then have to be made anew',
  );
}

async function checkFiles(folder: string, manifest: BackupManifest): Promise<void> {
  if (manifest.format !== FORMAT) throw new Error(`this is a backup of format ${manifest.format}, not ${FORMAT}`);
  for (const { file, sha256 } of manifest.tables) {
    if ((await sha256OfFile(join(folder, file))) !== sha256)
      throw new Error(`${file} is damaged: its hash is not the manifest's`);
  }
}

async function refuseMisfit(client: Client, manifest: BackupManifest): Promise<void> {
  const migrations = await appliedMigrations(client);
  if (migrations.join() !== manifest.migrations.join()) {
    throw new Error(
      `the backup was taken by another version: its last migration is ${manifest.migrations.at(-1)}, here it is ${migrations.at(-1)}`,
    );
  }
  for (const table of await tablesInOrder(client)) {
    const found = await client.query(`SELECT 1 FROM ${table} LIMIT 1`);
    if (found.rowCount) throw new Error(`the database is not empty: ${table} has rows`);
  }
}

async function restoreTable(
  client: Client,
  { table, columns, rows, file }: BackupManifest['tables'][number],
  folder: string,
): Promise<void> {
  const list = columns.map((column) => `"${column}"`).join(', ');
  // The rows come as they were: what a trigger made beside them then is in the backup too.
  await client.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
  const stream = client.query(copyFrom(`COPY ${table} (${list}) FROM STDIN`));
  await pipeline(createReadStream(join(folder, file)), createGunzip(), stream);
  await client.query(`ALTER TABLE ${table} ENABLE TRIGGER USER`);
  if (stream.rowCount !== rows) throw new Error(`${table}: ${stream.rowCount} rows arrived, the manifest says ${rows}`);
}
