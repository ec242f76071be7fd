import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { BLOB_STORE, type FramesResult, type FrameSubject } from '../images';
import type { BlobStore } from '../platform/blob';
import type { Ctx } from '../platform/context';
import { Db } from '../platform/database';
import { commonErrors, DomainError } from '../platform/errors';
import { multipartRelatedWriter, type OutgoingPart } from '../platform/http';
import { cacheHeaders, type DicomwebAnswer, isKnown, notModified, weakTag, type Wish } from './dicomweb-http';
import { chosen, frameOffers, OCTET_STREAM, type Offer, written } from './dicomweb-media.rules';
import { DicomwebTargets, keyOf, pathOf, type Target, type TargetInstance, type TargetUids } from './dicomweb-targets';
import { dicomwebErrors } from './dicomweb.errors';
import { StudyViews } from './study-views';
import { WadoFiles } from './wado-files';
import {
  type FramePiece,
  frameNumbers,
  MOST_FRAMES,
  pieceBytes,
  pieceOf,
  rangesOf,
  shifted,
} from './wado-frames.rules';
import { bulkPlaces } from './wado-metadata.rules';

type Frames = Extract<FramesResult, { ok: true }>;

/** A run of bytes of a stored file that is sent by itself. */
interface Piece {
  readonly piece: FramePiece;
  readonly location: string;
}

/** Frames and bulk data as they are stored (WADO-RS, PS3.18 §10.4.1.1.3, §10.4.1.1.5), straight from the file. */
@Injectable()
export class WadoFrames {
  constructor(
    @Inject(BLOB_STORE) private readonly store: BlobStore,
    private readonly db: Db,
    private readonly targets: DicomwebTargets,
    private readonly files: WadoFiles,
    private readonly views: StudyViews,
  ) {}

  /**
   * @param list frame numbers from 1, between commas
   * @throws DomainError `not_found` for an instance or a frame that is not there, `frame_list_invalid`, `not_acceptable`,
   *   `frames_unavailable` when the file cannot be cut into frames (deflated, ambiguous fragments …)
   */
  async frames(ctx: Ctx, uids: TargetUids, list: string, wish: Wish): Promise<DicomwebAnswer> {
    const { target, instance } = await this.one(ctx, uids);
    const numbers = frameNumbers(list);
    if (!numbers) throw new DomainError(dicomwebErrors.frame_list_invalid, { field: 'frames', most: MOST_FRAMES });
    const { result, subject } = await this.files.frames(ctx, instance);
    const frames = cuttable(result);
    const pieces = numbers.map((number) => ({
      piece: this.frame(frames, subject, number),
      location: `${wish.service}${pathOf(target, instance)}/frames/${number}`,
    }));
    const offer = chosen(wish.accept, frameOffers(subject.transferSyntaxUid, frames.encapsulated, numbers.length));
    await this.views.record(ctx, target, wish);
    return this.answer(instance, pieces, offer, weakTag([instance.sha256, list, written(offer)]), wish);
  }

  /** One value that the metadata left in the file. @throws DomainError `not_found`, `not_acceptable` */
  async bulkData(ctx: Ctx, uids: TargetUids, tag: string, wish: Wish): Promise<DicomwebAnswer> {
    const { target, instance } = await this.one(ctx, uids);
    const place = bulkPlaces(await this.files.header(ctx, instance)).find((one) => one.tag === tag.toUpperCase());
    if (!place) throw new DomainError(commonErrors.not_found);
    const offer = chosen(
      wish.accept,
      [true, false].map((multipart) => ({ mediaType: OCTET_STREAM, multipart, transferSyntax: null })),
    );
    const piece = { ranges: [{ offset: place.offset, length: place.length }], bits: null };
    const location = `${wish.service}${pathOf(target, instance)}/bulkdata/${place.tag}`;
    await this.views.record(ctx, target, wish);
    return this.answer(instance, [{ piece, location }], offer, weakTag([instance.sha256, tag, written(offer)]), wish);
  }

  private async one(ctx: Ctx, uids: TargetUids): Promise<{ target: Target; instance: TargetInstance }> {
    const target = await this.db.read(ctx, (tx) => this.targets.find(tx, uids));
    return { target, instance: target.instances[0] as TargetInstance };
  }

  private frame(frames: Frames, subject: FrameSubject, number: number): FramePiece {
    const piece = pieceOf(frames, subject.image, number);
    if (!piece) throw new DomainError(commonErrors.not_found, { field: 'frames' });
    return piece;
  }

  private answer(
    instance: TargetInstance,
    pieces: readonly Piece[],
    offer: Offer,
    etag: string,
    wish: Wish,
  ): DicomwebAnswer {
    if (isKnown(wish.ifNoneMatch, etag)) return notModified(etag);
    const parts = pieces.map(
      ({ piece, location }): OutgoingPart & { body: () => Promise<Readable>; bytes: number } => ({
        headers: { 'Content-Type': written({ ...offer, multipart: false }), 'Content-Location': location },
        body: () => this.open(instance, piece),
        bytes: pieceBytes(piece),
      }),
    );
    const headers = cacheHeaders(etag);
    const [only] = parts;
    if (!offer.multipart && only) {
      const own = { ...only.headers, 'Content-Length': String(only.bytes) };
      return { status: 200, headers: { ...headers, ...own }, body: only.body };
    }
    const { contentType, contentLength, body } = multipartRelatedWriter(parts, { type: offer.mediaType });
    return {
      status: 200,
      headers: { ...headers, 'Content-Type': contentType, 'Content-Length': String(contentLength) },
      body: () => body,
    };
  }

  /** One read of the file from the first byte to the last; what lies between the ranges is dropped. */
  private async open(instance: TargetInstance, { ranges, bits }: FramePiece): Promise<Readable> {
    const [first] = ranges;
    const last = ranges.at(-1);
    if (!first || !last || last.offset + last.length === first.offset) return Readable.from([]);
    const whole = await this.store.open(keyOf(instance), { start: first.offset, end: last.offset + last.length - 1 });
    if (ranges.length === 1 && !bits) return whole;
    const bytes = rangesOf(whole, ranges);
    return Readable.from(bits ? shifted(bytes, bits) : bytes, { objectMode: false });
  }
}

/** @throws DomainError `not_found` without pixel data, `frames_unavailable` where they cannot be told apart */
function cuttable(result: FramesResult): Frames {
  if (result.ok) return result;
  if (result.code === 'no_pixel_data') throw new DomainError(commonErrors.not_found);
  throw new DomainError(dicomwebErrors.frames_unavailable, { reason: result.code });
}
