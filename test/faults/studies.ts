import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeStudy, type MadeInstance } from '../../src/demo/synthetic';
import type { Installation } from '../harness/processes';

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** An exam as a clinic's system announces it (class A whole), and the same patient in the header of its images. */
export interface TestExam {
  readonly accessionNumber: string;
  /** The body of `POST /api/exams`. */
  readonly request: Readonly<Record<string, unknown>>;
  readonly images: readonly MadeInstance[];
}

export interface ExamWish {
  readonly images?: number;
  /** 'CT': 512 KiB an image; 'DX': a few KiB. */
  readonly modality?: 'CT' | 'DX';
  readonly metadataOnly?: boolean;
  readonly [field: string]: unknown;
}

/** `accessionNumber` decides everything about the exam, pixels and UIDs included. */
export function testExam(accessionNumber: string, wish: ExamWish = {}): TestExam {
  const { images = 0, modality = 'DX', ...fields } = wish;
  const startedAt = new Date(Date.now() - 3_600_000);
  const request = {
    accessionNumber,
    patientLocalId: `P-${accessionNumber}`,
    patientName: '张三',
    sex: 'M',
    birthDate: '1950-03-08',
    modality,
    itemName: modality === 'CT' ? '胸部CT平扫' : '胸部正位',
    examStart: startedAt.toISOString(),
    orderingDoctor: '王小明',
    orderingPhone: '000-1111',
    ...fields,
  };
  return { accessionNumber, request, images: images > 0 ? [...imagesOf(accessionNumber, modality, images)] : [] };
}

/** Images of the exam's study; a larger number gives the same ones and more. */
export function imagesOf(
  accessionNumber: string,
  modality: 'CT' | 'DX',
  slices: number,
  other: { pixelSeed?: string } = {},
): Iterable<MadeInstance> {
  return makeStudy({
    seed: accessionNumber,
    modality,
    bodyPart: 'CHEST',
    accessionNumber,
    patientId: `P-${accessionNumber}`,
    patientName: '张三',
    sex: 'M',
    birthDate: '1950-03-08',
    charset: 'ISO_IR 192',
    slices,
    samePixels: true,
    width: 64,
    startedAt: new Date('2026-03-02T00:30:00Z'),
    institution: '第1卫生院',
    stationName: `${modality}1`,
    description: '胸部',
    ...other,
  });
}

/** Paths of all blobs under their final names, relative to the blob folder. */
export async function storedBlobs(installation: Installation): Promise<string[]> {
  const root = installation.config.blobDir;
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .filter((path) => !path.startsWith('.'))
    .sort();
}

/** Files under a final name whose bytes are not what their name, a SHA-256, says: half-written ones. */
export async function brokenBlobs(installation: Installation): Promise<string[]> {
  const broken: string[] = [];
  for (const path of await storedBlobs(installation)) {
    const bytes = await readFile(join(installation.config.blobDir, path));
    if (sha256(bytes) !== path.split('/').at(-1)) broken.push(path);
  }
  return broken;
}

/** What is registered: SOP Instance UID → SHA-256 of the bytes that lie under the registered name (or 'missing'). */
export async function registeredBytes(installation: Installation): Promise<Map<string, string>> {
  const rows = await installation.rows<{ sop_uid: string; path: string }>(
    `SELECT sop_uid, county_id || '/' || clinic_id || '/' || substr(sha256, 1, 2) || '/' || sha256 AS path
     FROM instance WHERE superseded_at IS NULL`,
  );
  const found = new Map<string, string>();
  for (const { sop_uid: uid, path } of rows) {
    const bytes = await readFile(join(installation.config.blobDir, path)).catch(() => undefined);
    found.set(uid, bytes ? sha256(bytes) : 'missing');
  }
  return found;
}
