import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { Inject, Injectable } from '@nestjs/common';
import { BLOB_STORE, type DicomHeader, HeaderPoolBusy, HeaderReader } from '../../../images';
import type { BlobKey, BlobStore } from '../../../platform/blob';
import { commonErrors, DomainError } from '../../../platform/errors';
import { SEQUENCE_DELIMITATION } from './part10-writer';
import type { Pseudonyms } from './pseudonyms';
import type { ImageRefusal } from './refusal.rules';
import { rewritten } from './rewrite.rules';

/** A de-identified file: its head, and where the pixels follow in the stored one. */
export interface DeidentifiedImage {
  readonly transferSyntaxUid: string;
  readonly bytes: number;
  /** May be called once; the pixels are streamed from the store and never all in memory. */
  readonly open: () => Promise<Readable>;
}

export type Deidentified = { readonly image: DeidentifiedImage } | { readonly refusal: ImageRefusal };

type PixelData = NonNullable<DicomHeader['pixelData']>;

/** A CT's header has 10 KiB, one with look-up tables 200; more would hold up the event loop for longer than a request. */
const MOST_HEADER = 1024 * 1024;
const PIXEL_DATA = '7FE00010';
const RETRY_SECONDS = 2;

/** Makes de-identified files out of stored ones (docs/adr/0011). */
@Injectable()
export class DeidentifiedImages {
  constructor(
    @Inject(BLOB_STORE) private readonly store: BlobStore,
    private readonly reader: HeaderReader,
  ) {}

  /**
   * The file without its patient, or why there is none; `known` are words that name him beside those of the file.
   * Throws `unavailable` when too many files wait to be read.
   */
  async of(key: BlobKey, pseudonyms: Pseudonyms, known: readonly string[]): Promise<Deidentified> {
    const header = await this.header(key);
    const pixels = header?.pixelData;
    if (!header || !pixels || pixels.tag !== PIXEL_DATA) return { refusal: 'unreadable' };
    if (pixels.deflated) return { refusal: 'encoding' };
    if (pixels.offset > MOST_HEADER) return { refusal: 'header_too_large' };
    const { transferSyntaxUid } = header;
    const { encapsulated, offset, length } = pixels;
    const bytes = await buffer(await this.store.open(key, { start: 0, end: offset - 1 }));
    const stored = {
      transferSyntaxUid,
      encapsulated,
      offset,
      length,
      extendedOffsets: pixels.extendedOffsets !== null,
    };
    const made = rewritten(bytes, stored, pseudonyms, known);
    if (made.refusal !== undefined) return { refusal: made.refusal };
    const tail = header.warnings.includes('pixel_data_without_delimiter') ? SEQUENCE_DELIMITATION : Buffer.alloc(0);
    return {
      image: {
        transferSyntaxUid: made.transferSyntaxUid,
        bytes: made.head.length + length + tail.length,
        open: async () => Readable.from(this.file(key, made.head, pixels, tail), { objectMode: false }),
      },
    };
  }

  /** Undefined for a file that the parser of received files does not vouch for. */
  private async header(key: BlobKey): Promise<DicomHeader | undefined> {
    const path = this.store.localPath?.(key);
    if (path === undefined) throw new Error('headers are read from local files, which this blob store does not have');
    try {
      const result = await this.reader.read(path);
      return result.ok && isPlain(result.header) ? result.header : undefined;
    } catch (error) {
      if (error instanceof HeaderPoolBusy)
        throw new DomainError(commonErrors.unavailable, { retryAfterSeconds: RETRY_SECONDS });
      throw error;
    }
  }

  private async *file(
    key: BlobKey,
    head: Buffer,
    { offset, length }: PixelData,
    tail: Buffer,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    yield head;
    if (length > 0) yield* await this.store.open(key, { start: offset, end: offset + length - 1 });
    if (tail.length > 0) yield tail;
  }
}

/** Not where the bytes were read otherwise than they are labelled: a second reading might come to something else. */
const isPlain = ({ headerComplete, transferSyntaxAssumed, warnings }: DicomHeader): boolean =>
  headerComplete && !transferSyntaxAssumed && !warnings.includes('encoding_differs_from_transfer_syntax');
