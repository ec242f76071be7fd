import { Inject, Injectable } from '@nestjs/common';
import { Readable } from 'node:stream';
import { BLOB_STORE, PART_STORE } from '../images';
import { BlobError, blobKey, type BlobStore, type PartStore, type ReceivedBlob } from '../platform/blob';
import type { Ctx } from '../platform/context';
import { Db } from '../platform/database';
import { commonErrors, DomainError } from '../platform/errors';
import { StudyRegistry } from '../studies';
import { Intake } from './intake';
import type { Upload, UploadInstance } from './intake.entities';
import { intakeErrors } from './intake.errors';
import { type Refusal, type Refused, REFUSALS } from './refusal.rules';
import { type Part, UploadRows } from './upload-rows';

export interface PartOffset {
  /** Bytes that are durable; sending goes on from there. */
  readonly offset: number;
  /** Bytes of the whole part. */
  readonly length: number;
}

export interface Piece {
  readonly offset: number;
  /** As announced; undefined for chunked bodies. */
  readonly contentLength: number | undefined;
  readonly body: Readable;
}

type Announcement = Pick<Part, 'clinic_id' | 'sha256' | 'bytes'>;

const RETRY_SECONDS = 2;
/** How the store says that a blob is not what its key promises. */
const NOT_THESE_BYTES: ReadonlySet<string> = new Set(['not_found', 'too_large', 'size_mismatch', 'hash_mismatch']);

const nameOf = ({ upload_id, sop_uid }: UploadInstance): string => `${upload_id} ${sop_uid}`;

/**
 * The bytes of one announced instance, sent in as many pieces as the line takes (after tus 1.0). How far a part has come
 * is what its file says; a part that is whole is checked against the manifest, read, and registered like any other.
 */
@Injectable()
export class UploadParts {
  /** Parts that a request of this process is at work on. */
  private readonly busy = new Set<string>();

  constructor(
    @Inject(PART_STORE) private readonly store: PartStore,
    @Inject(BLOB_STORE) private readonly blobs: BlobStore,
    private readonly db: Db,
    private readonly rows: UploadRows,
    private readonly intake: Intake,
    private readonly registry: StudyRegistry,
  ) {}

  /**
   * Where to go on: at the end for a stored part, at the beginning for a refused one. A part that is whole but was not
   * registered, because the process died or the database was away in between, is registered now: "all is there" must
   * never be said of it otherwise. Its bytes are in its file, or in the blob store already.
   */
  async offset(ctx: Ctx, uploadId: string, sopUid: string): Promise<PartOffset> {
    const part = await this.openPart(ctx, uploadId, sopUid);
    const length = Number(part.bytes);
    if (part.state === 'stored') return { offset: length, length };
    if (part.state === 'refused') return { offset: 0, length };
    const { offset } = await this.store.openPart(uploadId, sopUid);
    if (offset > 0 && offset < length) return { offset, length };
    if (offset === 0 && !(await this.committed(ctx, part))) return { offset, length };
    const registered = await this.alone(part, () =>
      offset === 0 ? this.finishCommitted(ctx, part) : this.finishReceived(ctx, part),
    ).catch(falseIfRefused);
    return { offset: registered ? length : 0, length };
  }

  /**
   * Appends a piece. Resolves when it is durable, and, with the last piece, when the instance is registered. What arrived
   * before the client was cut is kept.
   * @throws DomainError `offset_mismatch` (params.offset: where to go on), `part_busy`, `part_too_large`, `part_refused`,
   *   `sop_collision`, `upload_closed`, `disk_full`, `not_found`
   */
  async append(ctx: Ctx, uploadId: string, sopUid: string, piece: Piece): Promise<PartOffset> {
    const part = await this.openPart(ctx, uploadId, sopUid);
    const length = Number(part.bytes);
    if (part.state === 'stored') {
      if (piece.offset !== length) throw offsetMismatch(length);
      return { offset: length, length };
    }
    if (piece.offset + (piece.contentLength ?? 0) > length) throw tooLarge(length);
    return this.alone(part, async () => {
      const { partPath, offset } = await this.store.openPart(uploadId, sopUid);
      if (part.state === 'refused' && offset > 0) await this.empty(partPath);
      const from = part.state === 'refused' ? 0 : offset;
      const sentAll = piece.offset === length && from === 0 && part.state === 'missing';
      if (sentAll && (await this.finishCommitted(ctx, part))) return { offset: length, length };
      if (piece.offset !== from) throw offsetMismatch(from);
      const now = await this.write(partPath, length, piece);
      if (now === length) await this.finishReceived(ctx, part);
      else await this.db.write(ctx, (tx) => this.rows.received(tx, part, now));
      return { offset: now, length };
    });
  }

  /**
   * Registers parts that arrived whole while the process died before it could say so. Their rows know nothing of the last
   * piece, so the disk is asked; a part that a request is at work on is left to that.
   */
  async finishWhole(ctx: Ctx, upload: Upload): Promise<void> {
    const unfinished = await this.db.read(ctx, (tx) => this.rows.unfinished(tx, upload.id));
    for (const row of unfinished) {
      if (row.state !== 'missing' || this.busy.has(nameOf(row))) continue;
      const bytes = await this.store.partSize(upload.id, row.sop_uid);
      const whole =
        bytes === Number(row.bytes) ||
        (bytes === 0 && (await this.committed(ctx, { ...row, clinic_id: upload.clinic_id })));
      if (whole) await this.offset(ctx, upload.id, row.sop_uid);
    }
  }

  /** Drops what was received of a part, if anything. */
  async forget(uploadId: string, sopUid: string): Promise<void> {
    const { partPath, offset } = await this.store.openPart(uploadId, sopUid);
    if (offset > 0) await this.empty(partPath);
  }

  /** @throws DomainError `not_found`, `upload_closed` */
  private async openPart(ctx: Ctx, uploadId: string, sopUid: string): Promise<Part> {
    const part = await this.db.read(ctx, (tx) => this.rows.part(tx, uploadId, sopUid));
    if (part.state !== 'stored' && part.upload_state !== 'open')
      throw new DomainError(intakeErrors.upload_closed, { state: part.upload_state });
    return part;
  }

  /** One request at a time; another one is told so at once, instead of overwriting what this one acknowledges. */
  private async alone<T>(part: Part, work: () => Promise<T>): Promise<T> {
    const key = nameOf(part);
    if (this.busy.has(key)) throw partBusy();
    this.busy.add(key);
    try {
      return await work();
    } finally {
      this.busy.delete(key);
    }
  }

  private async write(partPath: string, length: number, { offset, body }: Piece): Promise<number> {
    try {
      return (await this.store.appendPart(partPath, offset, body, length)).offset;
    } catch (error) {
      throw partError(error, length);
    }
  }

  private async empty(partPath: string): Promise<void> {
    await this.store.appendPart(partPath, 0, Readable.from([]), 0);
  }

  /**
   * Makes an instance of a part whose file is whole. True, as for `finishCommitted`.
   * @throws DomainError as `finish`
   */
  private async finishReceived(ctx: Ctx, part: Part): Promise<boolean> {
    await this.finish(ctx, part, await this.adopt(ctx, part));
    return true;
  }

  /**
   * The same of bytes that were committed and not registered. They are received as if they arrived now: their hash is
   * checked, and the commit makes them as new as any other, so that nothing which tidies up can take them meanwhile.
   * False: they are not there, or damaged, and have to be sent again.
   */
  private async finishCommitted(ctx: Ctx, part: Part): Promise<boolean> {
    const received = await this.receiveAgain(ctx, part);
    if (received) await this.finish(ctx, part, received);
    return received !== undefined;
  }

  /**
   * Makes an instance of the bytes of a part.
   * @throws DomainError `part_refused`, `sop_collision`: the part is empty again and its row says why; `disk_full` and
   *   `uploads_full`: the part is as it was, or has to be sent again, as its offset then says
   */
  private async finish(ctx: Ctx, part: Part, received: ReceivedBlob): Promise<void> {
    const expected = { studyUid: part.study_uid ?? undefined, sopUid: part.sop_uid };
    const examined = await this.intake.take(ctx, part.clinic_id, received, expected);
    if (!examined.ok) {
      const { refused } = examined;
      if (refused.code === 'disk_full') throw new DomainError(commonErrors.disk_full);
      if (refused.code === 'busy')
        throw new DomainError(intakeErrors.uploads_full, { retryAfterSeconds: RETRY_SECONDS });
      return this.refuse(ctx, part, refused);
    }
    const refused: Refused = { code: 'sop_collision', detail: 'other bytes are registered under this UID' };
    const [registered] = await this.registry.register(ctx, {
      clinicId: part.clinic_id,
      arrivals: [examined.arrival],
      since: part.created_at,
      within: async (tx, [one]) => {
        if (one?.outcome === 'collision') await this.rows.refused(tx, part, refused);
        else if (one) await this.rows.stored(tx, part, one.studyId);
      },
    });
    if (registered?.outcome === 'collision') throw refusal(refused.code);
  }

  /**
   * Whether the clinic's blobs hold the bytes that were announced: a part's file goes there before the part is registered,
   * and what came in between may have failed.
   */
  private async committed(ctx: Ctx, { clinic_id, sha256, bytes }: Announcement): Promise<boolean> {
    const blob = await this.blobs.stat(blobKey(ctx.countyId, clinic_id, sha256));
    return blob?.bytes === Number(bytes);
  }

  /** The whole part, its size and hash being those of the manifest. */
  private async adopt(ctx: Ctx, part: Part): Promise<ReceivedBlob> {
    const bytes = Number(part.bytes);
    const { partPath } = await this.store.openPart(part.upload_id, part.sop_uid);
    try {
      return await this.store.adoptPart(partPath, {
        maxBytes: bytes,
        expectedBytes: bytes,
        expectedSha256: part.sha256,
      });
    } catch (error) {
      if (!(error instanceof BlobError) || error.code !== 'hash_mismatch') throw partError(error, bytes);
      await this.empty(partPath);
      return this.refuse(ctx, part, { code: 'hash_mismatch', detail: 'the bytes are not those of the manifest' });
    }
  }

  private async receiveAgain(ctx: Ctx, { clinic_id, sha256, bytes }: Announcement): Promise<ReceivedBlob | undefined> {
    const size = Number(bytes);
    let stream: Readable | undefined;
    try {
      stream = await this.blobs.open(blobKey(ctx.countyId, clinic_id, sha256));
      return await this.blobs.receive(stream, { maxBytes: size, expectedBytes: size, expectedSha256: sha256 });
    } catch (error) {
      if (error instanceof BlobError && NOT_THESE_BYTES.has(error.code)) return undefined;
      throw partError(error, size);
    } finally {
      stream?.destroy();
    }
  }

  private async refuse(ctx: Ctx, part: Part, refused: Refused): Promise<never> {
    await this.db.write(ctx, (tx) => this.rows.refused(tx, part, refused));
    throw refusal(refused.code);
  }
}

const offsetMismatch = (offset: number): DomainError =>
  new DomainError(intakeErrors.offset_mismatch, { offset, field: 'Upload-Offset' });

const tooLarge = (bytes: number): DomainError => new DomainError(intakeErrors.part_too_large, { bytes, field: 'body' });

const partBusy = (): DomainError => new DomainError(intakeErrors.part_busy, { retryAfterSeconds: RETRY_SECONDS });

const refusal = (code: Refusal): DomainError =>
  code === 'sop_collision'
    ? new DomainError(intakeErrors.sop_collision, { field: 'body' })
    : new DomainError(intakeErrors.part_refused, { field: 'body', refusal: code, reason: REFUSALS[code].text });

/** A refusal means: not registered; every other error goes on. */
function falseIfRefused(error: unknown): false {
  const refusals: readonly string[] = [intakeErrors.part_refused.code, intakeErrors.sop_collision.code];
  if (error instanceof DomainError && refusals.includes(error.code)) return false;
  throw error;
}

/** What the store says about a part, in the caller's terms. */
function partError(error: unknown, length: number): unknown {
  if (!(error instanceof BlobError)) return error;
  switch (error.code) {
    case 'too_large':
      return tooLarge(length);
    case 'disk_full':
      return new DomainError(commonErrors.disk_full);
    case 'part_busy':
      return partBusy();
    default:
      return error;
  }
}
