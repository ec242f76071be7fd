import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Readable } from 'node:stream';
import sharp from 'sharp';
import { HeaderReader } from '../images';
import { blobKey, type BlobStore, DiskBlobStore } from '../platform/blob';
import { loadConfig } from '../platform/config';
import { jpegShape } from './codestream.rules';
import { writtenJpeg } from './jpeg-writer';
import { type Picture, Pictures, type PicturesOptions, type StoredFrame } from './pictures';

export const DATA = join(process.cwd(), '../shared/data/dicom');
export const FILES = readdirSync(DATA, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name !== 'MANIFEST.md')
  .map((entry) => relative(DATA, join(entry.parentPath, entry.name)))
  .sort();

const COUNTY = '0190c000-0000-7000-8000-000000000001';
const CLINIC = '0190c000-0000-7000-8000-000000000002';

export interface Wish {
  readonly frame?: number;
  readonly window?: StoredFrame['window'];
  readonly maxEdge?: number;
}

/** Files in a blob store of their own, and the pictures of them. */
export class StoredPictures {
  readonly pictures: Pictures;

  private constructor(
    private readonly folder: string,
    private readonly store: BlobStore,
    private readonly reader: HeaderReader,
    options: PicturesOptions,
  ) {
    this.pictures = new Pictures(store, reader, options);
  }

  /** Without more, every picture is painted anew. */
  static async open(options: PicturesOptions = { cacheBytes: 0 }, parser: object = {}): Promise<StoredPictures> {
    const folder = mkdtempSync(join(tmpdir(), 'cic-pictures-'));
    const reader = new HeaderReader(loadConfig({}));
    Object.assign(reader['pool']['options'], parser);
    return new StoredPictures(folder, await DiskBlobStore.at(folder), reader, options);
  }

  async of(bytes: Buffer, wish: Wish = {}): Promise<Picture> {
    const key = blobKey(COUNTY, CLINIC, sha256Of(bytes));
    const received = await this.store.receive(Readable.from([bytes], { objectMode: false }), { maxBytes: 2 ** 30 });
    await this.store.commit(received, key);
    return this.asStored(sha256Of(bytes), wish);
  }

  ofFile(file: string, wish: Wish = {}): Promise<Picture> {
    return this.of(readFileSync(join(DATA, file)), wish);
  }

  ofNothing(): Promise<Picture> {
    return this.asStored('0'.repeat(64), {});
  }

  /** After its file was deleted. */
  async ofDeleted(file: string): Promise<Picture> {
    const sha256 = sha256Of(readFileSync(join(DATA, file)));
    await this.store.delete(blobKey(COUNTY, CLINIC, sha256));
    return this.asStored(sha256, {});
  }

  private asStored(sha256: string, { frame = 1, window = null, maxEdge = 10_000 }: Wish): Promise<Picture> {
    return this.pictures.jpeg({ countyId: COUNTY, clinicId: CLINIC, sha256, frame, window }, { maxEdge });
  }

  async close(): Promise<void> {
    await this.pictures.onApplicationShutdown();
    await this.reader.onApplicationShutdown();
    rmSync(this.folder, { recursive: true });
  }
}

const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Pixels as they are seen. */
export interface Seen {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly pixels: Buffer;
}

export async function seen(jpeg: Buffer): Promise<Seen> {
  const space = jpegShape(jpeg)?.components === 1 ? 'b-w' : 'srgb';
  const { data, info } = await sharp(jpeg).toColourspace(space).raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: info.channels, pixels: data };
}

/** What dcmtk makes of a frame: its own decoders, its own grey pipeline. */
export function seenByDcmtk(file: string, { frame = 1, window = null }: Wish, program: string): Seen {
  const folder = mkdtempSync(join(tmpdir(), 'cic-dcmtk-'));
  try {
    const windowing = window ? ['+Ww', String(window.center), String(window.width)] : [];
    const out = join(folder, 'picture');
    execFileSync(program, ['-q', '-O', '-a', '+F', String(frame), ...windowing, join(DATA, file), out]);
    return pnm(readFileSync(out));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** With the loss of our JPEG, so that what is left of a difference is not that of the compression. */
export async function compressed({ pixels, width, height, channels }: Seen): Promise<Seen> {
  const painted = { pixels, columns: width, rows: height, channels: channels === 1 ? 1 : 3, pixelHeight: 1 } as const;
  return seen(await writtenJpeg(painted, { width, height }));
}

/** Binary PGM or PPM of eight bits. */
function pnm(bytes: Buffer): Seen {
  const [head = '', kind, width, height] =
    /^(P[56])\n(?:#.*\n)?(\d+) (\d+)\n255\n/.exec(bytes.subarray(0, 200).toString('latin1')) ?? [];
  const pixels = bytes.subarray(head.length);
  return { width: Number(width), height: Number(height), channels: kind === 'P6' ? 3 : 1, pixels };
}

/** Mean absolute difference in greys of 255. */
export function difference(one: Seen, other: Seen): number {
  const same = one.width === other.width && one.height === other.height && one.channels === other.channels;
  if (!same || one.pixels.length !== other.pixels.length) return Infinity;
  const sum = one.pixels.reduce((total, pixel, i) => total + Math.abs(pixel - (other.pixels[i] as number)), 0);
  return sum / one.pixels.length;
}
