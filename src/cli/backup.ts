import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { Client } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { type BlobKey, type BlobStore, checkedBlobKey, DiskBlobStore, partsOfBlobKey } from '../platform/blob';
import { SystemClock } from '../platform/clock';
import { loadConfig } from '../platform/config';
import {
  appliedMigrations,
  type BackupManifest,
  columnsOf,
  FORMAT,
  MANIFEST,
  REFERENCED_BLOBS,
  sha256OfFile,
  type TableBackup,
  tablesInOrder,
} from './backup-manifest';
import { databaseAsItIs, secretFingerprint } from './installation';
import { requiredOption, say } from './options';

/**
 * Copies the database (one repeatable-read snapshot) and every blob its rows point to into an empty folder, while the
 * system runs, and changes nothing: the schema stays as it is. Blobs are hashed on the way: one that is missing or damaged
 * fails the backup. BullMQ's tables are left out, the outbox rebuilds them. The installation's secret is left out too:
 * whoever has the backup alone must not be able to read what is sealed in it.
 */
export async function backup(args: readonly string[], config = loadConfig()): Promise<void> {
  const folder = resolve(requiredOption(args, 'to'));
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) throw new Error(`${folder} is not empty`);
  const database = await databaseAsItIs(config, say);
  const client = new Client({ connectionString: database.url });
  try {
    await client.connect();
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const tables: TableBackup[] = [];
    for (const table of await tablesInOrder(client)) tables.push(await backupTable(client, table, folder));
    const blobs = await backupBlobs(
      client,
      await DiskBlobStore.at(config.blobDir),
      await DiskBlobStore.at(join(folder, 'blobs')),
    );
    const manifest: BackupManifest = {
      format: FORMAT,
      takenAt: new SystemClock().now().toISOString(),
      migrations: await appliedMigrations(client),
      secretFingerprint: secretFingerprint(config),
      tables,
      blobs,
    };
    await client.query('COMMIT');
    await writeManifest(folder, manifest);
    say(
      `backup: ${tables.length} tables, ${tables.reduce((sum, one) => sum + one.rows, 0)} rows, ${blobs.count} blobs (${blobs.bytes} bytes) in ${folder}`,
    );
  } finally {
    await client.end();
    await database.close();
  }
}

async function backupTable(client: Client, table: string, folder: string): Promise<TableBackup> {
  const columns = await columnsOf(client, table);
  const list = columns.map((column) => `"${column}"`).join(', ');
  const file = `${table}.copy.gz`;
  const path = join(folder, file);
  const stream = client.query(copyTo(`COPY ${table} (${list}) TO STDOUT`));
  await pipeline(stream, createGzip({ level: 1 }), createWriteStream(path, { flags: 'wx' }));
  return { table, columns, rows: stream.rowCount, file, sha256: await sha256OfFile(path) };
}

async function backupBlobs(client: Client, from: BlobStore, to: BlobStore): Promise<{ count: number; bytes: number }> {
  const referenced = await client.query<{ key: string }>(REFERENCED_BLOBS);
  let bytes = 0;
  for (const { key: text } of referenced.rows) bytes += await copyBlob(checkedBlobKey(text), from, to);
  return { count: referenced.rows.length, bytes };
}

/** Copies one blob; the hash in its key is checked against the bytes that arrive. Answers its size. */
export async function copyBlob(key: BlobKey, from: BlobStore, to: BlobStore): Promise<number> {
  const found = await from.stat(key);
  if (!found) throw new Error(`blob ${key} is missing`);
  const { sha256 } = partsOfBlobKey(key);
  const received = await to.receive(await from.open(key), {
    maxBytes: found.bytes,
    expectedSha256: sha256,
    expectedBytes: found.bytes,
  });
  await to.commit(received, key);
  return found.bytes;
}

async function writeManifest(folder: string, manifest: BackupManifest): Promise<void> {
  const temporary = join(folder, `${MANIFEST}.tmp`);
  await writeFile(temporary, `${JSON.stringify(manifest, null, 2)}\n`);
  for (const path of [temporary, ...manifest.tables.map(({ file }) => join(folder, file))]) await sync(path);
  await rename(temporary, join(folder, MANIFEST));
  await sync(folder);
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, (await stat(path)).isDirectory() ? 'r' : 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
