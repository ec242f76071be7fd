import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { BLOB_STORE, type DicomHeader, type FramesResult, HeaderReader, type RefusalCode } from '../images';
import { blobKey, type BlobKey, type BlobStore } from '../platform/blob';
import { writtenJpeg } from './jpeg-writer';
import type { PaintOrder } from './paint';
import { exceeds } from './picture-limits.rules';
import { PictureThread } from './picture-thread';
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

/** Why there is no picture; the file stays as it is and is not at fault for `unsupported`. */
export type PictureRefusal = 'missing' | 'no_pixel_data' | 'no_such_frame' | 'unsupported' | 'damaged' | 'too_large';

export type Picture =
  | { readonly ok: true; readonly jpeg: Buffer; readonly width: number; readonly height: number }
  | { readonly ok: false; readonly code: PictureRefusal };

/** Stored frames as JPEGs for paper and screens without a viewer: one after the other, never on the event loop. */
@Injectable()
export class Pictures implements OnApplicationShutdown {
  private readonly thread = new PictureThread();

  constructor(
    @Inject(BLOB_STORE) private readonly store: BlobStore,
    private readonly reader: HeaderReader,
  ) {}

  /**
   * The frame in eight bits, square pixels and proportions of the body, at most `maxEdge` pixels on its longer edge and
   * never enlarged; the same frame gives the same bytes. What cannot be shown is answered.
   *
   * @throws HeaderPoolBusy when too many files wait; BlobError `bad_key`; Error for what is the installation's fault (the
   *   store, a thread that does not start), so that a queue may try again
   */
  async jpeg(frame: StoredFrame, wish: { readonly maxEdge: number }): Promise<Picture> {
    const key = blobKey(frame.countyId, frame.clinicId, frame.sha256);
    if (!(await this.store.stat(key))) return refused('missing');
    const order = await this.order(this.path(key), frame);
    if (typeof order === 'string') return refused(order);
    const painted = await this.thread.paint(order);
    if (typeof painted === 'string') return refused(painted);
    const size = printedSize(painted.columns, painted.rows, painted.pixelHeight, wish.maxEdge);
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

const refused = (code: PictureRefusal): Picture => ({ ok: false, code });

/** All others are damaged. */
const HEADER_REFUSALS: Partial<Record<RefusalCode, PictureRefusal>> = {
  header_too_large: 'too_large',
  too_many_elements: 'too_large',
  inflated_too_large: 'too_large',
  parse_memory: 'too_large',
  parse_timeout: 'too_large',
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
