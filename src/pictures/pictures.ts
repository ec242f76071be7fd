import type { OnApplicationShutdown } from '@nestjs/common';
import type { DicomHeader, FramesResult, HeaderReader, RefusalCode } from '../images';
import { blobKey, type BlobKey, type BlobStore } from '../platform/blob';
import { WeightedCache } from '../platform/cache';
import { writtenJpeg } from './jpeg-writer';
import type { PaintOrder } from './paint';
import { exceeds } from './picture-limits.rules';
import { PictureThread, type PictureThreadOptions } from './picture-thread';
import { printedSize } from './proportions.rules';

/** A frame of an instance that is in the blob store. */
export interface StoredFrame {
  readonly countyId: string;
  readonly clinicId: string;
  readonly sha256: string;
  /** From 1. */
  readonly frame: number;
  /** 窗位/窗宽; null: as the file says, else from its values. */
  readonly window: { readonly center: number; readonly width: number } | null;
}

/**
 * Why there is no picture; the file stays as it is and is not at fault for `unsupported`. `too_large`: it breaks a bound of
 * ours and always will. `slow`: it took too long, or more memory than a reader had that others use too; trying again may help.
 */
export type PictureRefusal =
  'missing' | 'no_pixel_data' | 'no_such_frame' | 'unsupported' | 'damaged' | 'too_large' | 'slow';

type Made = Extract<Picture, { ok: true }>;
export type Picture =
  | { readonly ok: true; readonly jpeg: Buffer; readonly width: number; readonly height: number }
  | { readonly ok: false; readonly code: PictureRefusal };

/** Pixels of the longer edge, at most. */
export interface PictureWish {
  readonly maxEdge: number;
}

export interface PicturesOptions {
  /** Of pictures that were made and may be asked for again: the sheet on A5, a sheet that is set anew. */
  readonly cacheBytes?: number;
  readonly thread?: Partial<PictureThreadOptions>;
}

/** Some hundred pictures as sheets have them. */
const CACHE_BYTES = 16 * 2 ** 20;
/** Of an entry beside its JPEG. */
const ENTRY_BYTES = 500;

/** Stored frames as JPEGs for paper and screens without a viewer: one after the other, never on the event loop. */
export class Pictures implements OnApplicationShutdown {
  private readonly thread: PictureThread;
  /** Never a refusal: it may be the moment's. */
  private readonly made: WeightedCache<Made>;

  constructor(
    private readonly store: BlobStore,
    private readonly reader: HeaderReader,
    { cacheBytes = CACHE_BYTES, thread = {} }: PicturesOptions = {},
  ) {
    this.thread = new PictureThread(thread);
    this.made = new WeightedCache(cacheBytes, ({ jpeg }) => ENTRY_BYTES + jpeg.length);
  }

  /**
   * The frame in eight bits, square pixels and proportions of the body, at most `maxEdge` pixels on its longer edge and
   * never enlarged; the same frame gives the same bytes. What cannot be shown is answered.
   *
   * @throws HeaderPoolBusy, ThreadBusy when too many files or frames wait; BlobError `bad_key`; Error for what is the
   *   installation's fault (the store, a thread that does not start), so that a queue may try again
   */
  async jpeg(frame: StoredFrame, wish: PictureWish): Promise<Picture> {
    const key = blobKey(frame.countyId, frame.clinicId, frame.sha256);
    // What was deleted is not shown from memory.
    if (!(await this.store.stat(key))) return { ok: false, code: 'missing' };
    try {
      return await this.made.get(pictureKey(frame, wish), () => this.make(key, frame, wish));
    } catch (error) {
      if (error instanceof Refused) return { ok: false, code: error.code };
      throw error;
    }
  }

  /** @throws Refused, and as `jpeg` */
  private async make(key: BlobKey, frame: StoredFrame, { maxEdge }: PictureWish): Promise<Made> {
    const order = await this.order(this.path(key), frame);
    if (typeof order === 'string') throw new Refused(order);
    const painted = await this.thread.paint(order);
    if (typeof painted === 'string') throw new Refused(painted);
    const size = printedSize(painted.columns, painted.rows, painted.pixelHeight, maxEdge);
    return { ok: true, jpeg: await writtenJpeg(painted, size), ...size };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.thread.close();
  }

  /** Where the frame's bytes are and how they are to be read; nothing is allocated for them yet. */
  private async order(path: string, { frame, window }: StoredFrame): Promise<PaintOrder | PictureRefusal> {
    const read = await this.reader.read(path);
    if (!read.ok) return HEADER_REFUSALS[read.code] ?? 'damaged';
    const { attributesJson, bulk, transferSyntaxUid, image, pixelData } = read.header;
    if (!pixelData) return 'no_pixel_data';
    // Float and double float pixel data (PS3.3 C.7.6.24, C.7.6.25) have no stored greys.
    if (pixelData.tag !== '7FE00010') return 'unsupported';
    const subject = { transferSyntaxUid, image, pixelData };
    const found = await this.reader.frames(path, subject);
    if (!found.ok) return FRAME_REFUSALS[found.code];
    const ranges = found.frames[frame - 1];
    if (!ranges) return frame >= 1 && frame <= image.frames && Number.isInteger(frame) ? 'damaged' : 'no_such_frame';
    if (exceeds(image, ranges)) return 'too_large';
    const bitOffset = found.bitOffsets?.[frame - 1] ?? 0;
    return { path, subject, attributesJson, places: placesOf(bulk), frame, ranges, bitOffset, window };
  }

  private path(key: BlobKey): string {
    const path = this.store.localPath?.(key);
    if (path === undefined) throw new Error('pictures are made from local files, which this blob store does not have');
    return path;
  }
}

/** What made a picture be what it is; a file belongs to its clinic, however well its hash is known. */
export function pictureKey(
  { countyId, clinicId, sha256, frame, window }: StoredFrame,
  { maxEdge }: PictureWish,
): string {
  return JSON.stringify([countyId, clinicId, sha256, frame, window?.center, window?.width, maxEdge]);
}

/** Thrown past the cache, which keeps no failure. */
class Refused extends Error {
  constructor(readonly code: PictureRefusal) {
    super(code);
  }
}

/** All others are damaged. */
const HEADER_REFUSALS: Partial<Record<RefusalCode, PictureRefusal>> = {
  header_too_large: 'too_large',
  too_many_elements: 'too_large',
  inflated_too_large: 'too_large',
  // The parser's memory and time are shared with the uploads of the moment.
  parse_memory: 'slow',
  parse_timeout: 'slow',
};

const FRAME_REFUSALS: Readonly<Record<Extract<FramesResult, { ok: false }>['code'], PictureRefusal>> = {
  no_pixel_data: 'no_pixel_data',
  deflated: 'unsupported',
  frame_size_unknown: 'damaged',
  frames_ambiguous: 'damaged',
  truncated: 'damaged',
  too_many_fragments: 'too_large',
};

/** Those that are in the file as it is, not in what it inflates to. */
function placesOf(bulk: DicomHeader['bulk']): PaintOrder['places'] {
  return bulk.flatMap(({ tag, offset, length }) => (offset === null ? [] : [{ tag, offset, length }]));
}
