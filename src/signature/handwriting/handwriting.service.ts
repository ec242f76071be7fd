import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { Audit, Commands } from '../../audit';
import { BLOB_STORE, DiskWatch } from '../../images';
import { BlobError, type BlobStore, type ReceivedBlob } from '../../platform/blob';
import { Clock } from '../../platform/clock';
import { can, type Ctx, personOf } from '../../platform/context';
import { Db, type Tx } from '../../platform/database';
import { commonErrors, DomainError } from '../../platform/errors';
import { newId } from '../../platform/ids';
import { Notices } from '../../notices';
import { signatureErrors } from '../signature.errors';
import { PersonHandwriting } from './handwriting.entity';
import { handwritingKey } from './handwriting';
import {
  judgePicture,
  MAX_PICTURE_BYTES,
  PICTURE_LIMITS,
  plainPicture,
  type PictureFault,
  type PictureType,
} from './picture.rules';

export interface HandwritingView {
  readonly personId: string;
  readonly mediaType: PictureType;
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
  readonly sha256: string;
  readonly addedAt: Date;
}

/** A picture on its way in. */
export interface IncomingPicture {
  /** As announced; undefined for chunked bodies. */
  readonly contentLength: number | undefined;
  readonly body: Readable;
}

type Accepted = Pick<PersonHandwriting, 'media_type' | 'sha256' | 'bytes' | 'width' | 'height'>;

const KILOBYTES = MAX_PICTURE_BYTES / 1024;

/**
 * Everybody's own handwritten signature, and everybody's for who manages people. One that is replaced or taken away stays
 * for the versions that were signed with it.
 */
@Injectable()
export class HandwritingService {
  constructor(
    @Inject(BLOB_STORE) private readonly blobs: BlobStore,
    private readonly disk: DiskWatch,
    private readonly db: Db,
    private readonly commands: Commands,
    private readonly audit: Audit,
    private readonly notices: Notices,
    private readonly clock: Clock,
  ) {}

  /**
   * Puts a picture in force; the same one again changes nothing. Throws `not_found`, `forbidden` (another's),
   * `picture_too_large`, `picture_type`, `picture_form`, `picture_damaged`, `picture_size`, `disk_full`.
   */
  async put(ctx: Ctx, personId: string, picture: IncomingPicture): Promise<HandwritingView> {
    // Looked at before a byte is taken: strangers cost no disk.
    await this.db.read(ctx, (tx) => requirePerson(tx, personId, ''));
    requireOwn(ctx, personId);
    if ((picture.contentLength ?? 0) > MAX_PICTURE_BYTES) throw tooLarge();
    await this.disk.admitImages();
    const { received, accepted } = await this.accept(picture.body);
    try {
      await this.blobs.commit(received, handwritingKey(ctx.countyId, personId, received.sha256));
      const work = (tx: Tx): Promise<HandwritingView> => this.replace(tx, personId, accepted);
      return await this.commands.run(ctx, 'person.handwriting', personId, work, 'person');
    } finally {
      await received.discard();
    }
  }

  /** What is in force, with its bytes. Throws `not_found`, `forbidden`. */
  async open(ctx: Ctx, personId: string): Promise<HandwritingView & { readonly stream: Readable }> {
    const row = await this.db.read(ctx, (tx) => present(tx, personId));
    requireOwn(ctx, personId);
    if (!row) throw new DomainError(commonErrors.not_found);
    return { ...view(row), stream: await this.blobs.open(handwritingKey(row.county_id, personId, row.sha256)) };
  }

  /** Takes it away: what is signed from now on carries the printed name alone. Throws `not_found`, `forbidden`. */
  async end(ctx: Ctx, personId: string): Promise<void> {
    const work = async (tx: Tx): Promise<void> => {
      await requirePerson(tx, personId, 'FOR UPDATE');
      requireOwn(ctx, personId);
      const ended = await this.endPresent(tx, personId);
      if (!ended) throw new DomainError(commonErrors.not_found);
      await this.record(tx, personId, 'person.handwriting-end', { sha256: ended.sha256 });
      await this.tellOwner(tx, personId, 'person.handwriting-end', '移除了您的手写签名图片，此后签发的报告只印姓名');
    };
    await this.commands.run(ctx, 'person.handwriting-end', personId, work, 'person');
  }

  /** Takes a picture in and keeps it as it is printed, not as it came: the bytes of the answer are those to commit. */
  private async accept(body: Readable): Promise<{ received: ReceivedBlob; accepted: Accepted }> {
    const came = await this.receive(body);
    try {
      const content = await readFile(came.tempPath);
      const judged = judgePicture(content);
      if ('fault' in judged) throw new DomainError(FAULTS[judged.fault], { ...PICTURE_LIMITS });
      const { type, width, height } = judged;
      const received = await this.receive(Readable.from([plainPicture(content)]));
      const { sha256, bytes } = received;
      return { received, accepted: { media_type: type, sha256, bytes, width, height } };
    } finally {
      await came.discard();
    }
  }

  private async receive(body: Readable): Promise<ReceivedBlob> {
    try {
      return await this.blobs.receive(body, { maxBytes: MAX_PICTURE_BYTES });
    } catch (error) {
      if (error instanceof BlobError && error.code === 'too_large') throw tooLarge();
      if (error instanceof BlobError && error.code === 'disk_full') throw new DomainError(commonErrors.disk_full);
      throw error;
    }
  }

  /** Under the person's lock, so that of two pictures at once one replaces the other. */
  private async replace(tx: Tx, personId: string, accepted: Accepted): Promise<HandwritingView> {
    await requirePerson(tx, personId, 'FOR UPDATE');
    const same = await present(tx, personId);
    if (same?.sha256 === accepted.sha256) return view(same);
    const replaced = await this.endPresent(tx, personId);
    const row: PersonHandwriting = {
      ...accepted,
      id: newId(),
      county_id: tx.ctx.countyId,
      person_id: personId,
      added_at: this.clock.now(),
      added_by: personOf(tx.ctx).id,
      ended_at: null,
      ended_by: null,
    };
    await tx.insert(PersonHandwriting, row);
    const { sha256, bytes } = accepted;
    await this.record(tx, personId, 'person.handwriting', { sha256, bytes, replaced: replaced?.sha256 ?? null });
    const done = replaced ? '更换了您的手写签名图片' : '录入了您的手写签名图片';
    await this.tellOwner(tx, personId, 'person.handwriting', `${done}，此后签发的报告将印上该签名`);
    return view(row);
  }

  private endPresent(tx: Tx, personId: string): Promise<{ sha256: string } | undefined> {
    return tx.row(
      `UPDATE person_handwriting SET ended_at = $3, ended_by = $4
       WHERE county_id = $1 AND person_id = $2 AND ended_at IS NULL RETURNING sha256`,
      [tx.ctx.countyId, personId, this.clock.now(), personOf(tx.ctx).id],
    );
  }

  /** What stands for his hand on paper was changed by another: he hears of it at once, and can say that it is not his. */
  private async tellOwner(tx: Tx, personId: string, kind: string, done: string): Promise<void> {
    const { id, name } = personOf(tx.ctx);
    if (id === personId) return;
    const text = `${name}${done}。请核对；如非您本人要求，请立即联系管理员`;
    await this.notices.tell(tx, { kind, text, to: [{ personId }], urgent: true });
  }

  private record(tx: Tx, personId: string, action: string, details: Readonly<Record<string, unknown>>): Promise<void> {
    return this.audit.record(tx, { action, subjectType: 'person', subjectId: personId, details });
  }
}

function present(tx: Tx, personId: string): Promise<PersonHandwriting | undefined> {
  return tx.row<PersonHandwriting>(
    'SELECT * FROM person_handwriting WHERE county_id = $1 AND person_id = $2 AND ended_at IS NULL',
    [tx.ctx.countyId, personId],
  );
}

async function requirePerson(tx: Tx, personId: string, lock: '' | 'FOR UPDATE'): Promise<void> {
  const sql = `SELECT id FROM person WHERE county_id = $1 AND id = $2 ${lock}`;
  if (!(await tx.row(sql, [tx.ctx.countyId, personId]))) throw new DomainError(commonErrors.not_found);
}

/** Nobody sees or sets another's signature but who manages people: with the picture alone it could be forged on paper. */
function requireOwn(ctx: Ctx, personId: string): void {
  if (personOf(ctx).id !== personId && !can(ctx, 'people.manage')) throw new DomainError(commonErrors.forbidden);
}

const tooLarge = (): DomainError =>
  new DomainError(signatureErrors.picture_too_large, { kilobytes: KILOBYTES, limit: MAX_PICTURE_BYTES });

const FAULTS = {
  type: signatureErrors.picture_type,
  form: signatureErrors.picture_form,
  damaged: signatureErrors.picture_damaged,
  size: signatureErrors.picture_size,
} as const satisfies Record<PictureFault, unknown>;

const view = (row: PersonHandwriting): HandwritingView => ({
  personId: row.person_id,
  mediaType: row.media_type,
  bytes: row.bytes,
  width: row.width,
  height: row.height,
  sha256: row.sha256,
  addedAt: row.added_at,
});
