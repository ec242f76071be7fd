import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';

export const MANIFEST = 'manifest.json';
export const FORMAT = 1;

export interface TableBackup {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: number;
  readonly file: string;
  readonly sha256: string;
}

/** What a backup folder holds. Written last and renamed into place: a folder without it is no backup. */
export interface BackupManifest {
  readonly format: number;
  readonly takenAt: string;
  readonly migrations: readonly string[];
  /** Of the secret that seals the webhooks' signing secrets; the secret itself is in no backup. */
  readonly secretFingerprint?: string | undefined;
  readonly tables: readonly TableBackup[];
  readonly blobs: { readonly count: number; readonly bytes: number };
}

interface Reference {
  child: string;
  parent: string;
}

/** The product's own tables, parents before children, so that they can be loaded in this order. */
export async function tablesInOrder(client: Client): Promise<string[]> {
  const tables = await client.query<{ name: string }>(
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_migration' ORDER BY 1",
  );
  const references = await client.query<Reference>(
    `SELECT conrelid::regclass::text AS child, confrelid::regclass::text AS parent FROM pg_constraint
     WHERE contype = 'f' AND conrelid <> confrelid AND connamespace = 'public'::regnamespace`,
  );
  return parentsFirst(
    tables.rows.map((row) => row.name),
    references.rows,
  );
}

/** Orders names so that every parent stands before its children. Throws on a cycle. */
export function parentsFirst(names: readonly string[], references: readonly Reference[]): string[] {
  const ordered: string[] = [];
  const waiting = new Set(names);
  while (waiting.size > 0) {
    const free = [...waiting].filter(
      (name) => !references.some(({ child, parent }) => child === name && waiting.has(parent)),
    );
    if (free.length === 0) throw new Error(`tables refer to each other in a circle: ${[...waiting].join(', ')}`);
    for (const name of free) {
      ordered.push(name);
      waiting.delete(name);
    }
  }
  return ordered;
}

export async function columnsOf(client: Client, table: string): Promise<string[]> {
  const found = await client.query<{ name: string }>(
    `SELECT column_name AS name FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name = $1 AND is_generated = 'NEVER' ORDER BY ordinal_position`,
    [table],
  );
  return found.rows.map((row) => row.name);
}

export async function appliedMigrations(client: Client): Promise<string[]> {
  const found = await client.query<{ name: string }>('SELECT name FROM schema_migration ORDER BY id');
  return found.rows.map((row) => row.name);
}

export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/**
 * Blob keys (county/clinic/sha256, of handwriting county/person/sha256) that rows point to: what a backup must hold and
 * a restore must find.
 */
export const REFERENCED_BLOBS = `
  SELECT DISTINCT county_id || '/' || clinic_id || '/' || sha256 AS key FROM instance
  UNION
  SELECT county_id || '/' || clinic_id || '/' || pdf_sha256 FROM report_version WHERE pdf_sha256 IS NOT NULL
  UNION
  SELECT county_id || '/' || clinic_id || '/' || sha256 FROM exam_attachment
  UNION
  SELECT county_id || '/' || person_id || '/' || sha256 FROM person_handwriting
  ORDER BY 1`;
