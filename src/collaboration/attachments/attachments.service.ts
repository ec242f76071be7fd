import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { Audit, Commands } from '../../audit';
import { type Exam, Exams, type ExamState, ExamStates } from '../../exams';
import { BLOB_STORE, DiskWatch } from '../../images';
import { Notices } from '../../notices';
import { BlobError, blobKey, type BlobStore, type ReceivedBlob } from '../../platform/blob';
import { Clock } from '../../platform/clock';
import type { Ctx } from '../../platform/context';
import { Db, type Tx } from '../../platform/database';
import { commonErrors, DomainError } from '../../platform/errors';
import { newId } from '../../platform/ids';
import type { AttachmentInput, ReasonInput } from '../collaboration.dto';
import { ExamAttachment } from '../collaboration.entities';
import { collaborationErrors } from '../collaboration.errors';
import { readersOf } from '../people';
import {
  type AttachmentKind,
  type AttachmentType,
  attachmentType,
  MAGIC_BYTES,
  MAX_ATTACHMENT_BYTES,
  MAX_ATTACHMENTS,
  savedName,
} from './attachment.rules';

export interface AttachmentView {
  readonly attachmentId: string;
  readonly kind: AttachmentKind;
  readonly name: string;
  readonly mediaType: AttachmentType;
  readonly bytes: number;
  readonly sha256: string;
  readonly addedBy: string;
  readonly addedAt: Date;
  readonly withdrawn: { readonly at: Date; readonly by: string; readonly reason: string } | null;
}

/** A file on its way in. */
export interface IncomingFile extends AttachmentInput {
  /** As announced; undefined for chunked bodies. */
  readonly contentLength: number | undefined;
  readonly body: Readable;
}

/** Nothing is added to an exam that nobody will read. */
const CLOSED: readonly ExamState[] = ['WITHDRAWN', 'VOID'];
const MEGABYTES = MAX_ATTACHMENT_BYTES / 2 ** 20;

/** Papers that belong to an exam: received like images (durable before the row says so), withdrawn and never deleted. */
@Injectable()
export class AttachmentsService {
  constructor(
    @Inject(BLOB_STORE) private readonly blobs: BlobStore,
    private readonly disk: DiskWatch,
    private readonly db: Db,
    private readonly commands: Commands,
    private readonly exams: Exams,
    private readonly examStates: ExamStates,
    private readonly notices: Notices,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * Takes a file in; the same bytes again answer the attachment that is there. Throws `not_found`, `exam_state_conflict`,
   * `attachment_too_large`, `attachment_type`, `attachments_full`, `disk_full`.
   */
  async add(ctx: Ctx, examId: string, file: IncomingFile): Promise<AttachmentView> {
    // Looked at before a byte is taken: strangers and full exams cost no disk.
    const { exam } = await this.db.read(ctx, (tx) => this.exams.brief(tx, examId));
    if (CLOSED.includes(exam.state)) this.examStates.refuse(exam);
    if ((file.contentLength ?? 0) > MAX_ATTACHMENT_BYTES) throw tooLarge();
    await this.disk.admitImages();
    const received = await this.receive(file.body);
    try {
      const type = attachmentType(await firstBytes(received.tempPath));
      if (!type) throw new DomainError(collaborationErrors.attachment_type);
      await this.blobs.commit(received, blobKey(ctx.countyId, exam.clinic_id, received.sha256));
      const { bytes, sha256 } = received;
      const name = savedName(file.name ?? '', type);
      return await this.commands.run(ctx, 'attachment.add', examId, (tx) =>
        this.register(tx, examId, { kind: file.kind, name, media_type: type, bytes, sha256 }),
      );
    } finally {
      await received.discard();
    }
  }

  /** All of an exam, oldest first, the withdrawn ones marked as such. Throws `not_found`. */
  async list(ctx: Ctx, examId: string): Promise<{ items: AttachmentView[]; nextCursor: null }> {
    return this.db.read(ctx, async (tx) => {
      await this.exams.brief(tx, examId);
      const rows = await tx.rows<ExamAttachment>(
        'SELECT * FROM exam_attachment WHERE county_id = $1 AND exam_id = $2 ORDER BY id',
        [ctx.countyId, examId],
      );
      return { items: rows.map(view), nextCursor: null };
    });
  }

  /** The bytes of one; who takes it is written down. Throws `not_found`, `attachment_withdrawn`. */
  async open(ctx: Ctx, examId: string, attachmentId: string): Promise<AttachmentView & { readonly stream: Readable }> {
    const row = await this.db.write(ctx, async (tx) => {
      await this.exams.brief(tx, examId);
      const found = await this.find(tx, examId, attachmentId);
      if (found.withdrawn_at) throw new DomainError(collaborationErrors.attachment_withdrawn);
      await this.record(tx, 'attachment.open', found);
      return found;
    });
    return { ...view(row), stream: await this.blobs.open(blobKey(row.county_id, row.clinic_id, row.sha256)) };
  }

  /** Marks one as withdrawn: it is in the list with its reason, and is not handed out any more. */
  async withdraw(ctx: Ctx, examId: string, attachmentId: string, { reason }: ReasonInput): Promise<AttachmentView> {
    const { actor } = ctx;
    return this.commands.run(ctx, 'attachment.withdraw', examId, async (tx) => {
      await this.examStates.lock(tx, examId);
      await this.find(tx, examId, attachmentId);
      const row = await tx.row<ExamAttachment>(
        `UPDATE exam_attachment SET withdrawn_at = $4, withdrawn_by = $5, withdrawn_by_name = $6, withdrawn_reason = $7
         WHERE county_id = $1 AND exam_id = $2 AND id = $3 AND withdrawn_at IS NULL RETURNING *`,
        [ctx.countyId, examId, attachmentId, this.clock.now(), actor.id, actor.name, reason],
      );
      if (!row) throw new DomainError(collaborationErrors.attachment_already_withdrawn);
      await this.record(tx, 'attachment.withdraw', row, reason);
      return view(row);
    });
  }

  private async receive(body: Readable): Promise<ReceivedBlob> {
    try {
      return await this.blobs.receive(body, { maxBytes: MAX_ATTACHMENT_BYTES });
    } catch (error) {
      if (error instanceof BlobError && error.code === 'too_large') throw tooLarge();
      if (error instanceof BlobError && error.code === 'disk_full') throw new DomainError(commonErrors.disk_full);
      throw error;
    }
  }

  /** Under the exam's lock, so that two files at once do not both become the twentieth. */
  private async register(
    tx: Tx,
    examId: string,
    file: Pick<ExamAttachment, 'kind' | 'name' | 'media_type' | 'bytes' | 'sha256'>,
  ): Promise<AttachmentView> {
    const { actor } = tx.ctx;
    if (actor.kind === 'system') throw new DomainError(commonErrors.forbidden);
    const exam = await this.examStates.lock(tx, examId);
    if (CLOSED.includes(exam.state)) this.examStates.refuse(exam);
    const present = await tx.rows<ExamAttachment>(
      'SELECT * FROM exam_attachment WHERE county_id = $1 AND exam_id = $2 AND withdrawn_at IS NULL',
      [tx.ctx.countyId, examId],
    );
    const same = present.find(({ sha256 }) => sha256 === file.sha256);
    if (same) return view(same);
    if (present.length >= MAX_ATTACHMENTS)
      throw new DomainError(collaborationErrors.attachments_full, { limit: MAX_ATTACHMENTS });
    const row: ExamAttachment = {
      ...file,
      id: newId(),
      county_id: tx.ctx.countyId,
      exam_id: examId,
      clinic_id: exam.clinic_id,
      added_by: actor.id,
      added_by_name: actor.name,
      added_at: this.clock.now(),
      withdrawn_at: null,
      withdrawn_by: null,
      withdrawn_by_name: null,
      withdrawn_reason: null,
    };
    await tx.insert(ExamAttachment, row);
    await this.record(tx, 'attachment.add', row);
    await this.tellReaders(tx, exam, row.id);
    return view(row);
  }

  private async tellReaders(tx: Tx, exam: Exam, attachmentId: string): Promise<void> {
    const { people } = await readersOf(tx, exam.id);
    if (people.length === 0) return;
    await this.notices.tell(tx, {
      kind: 'collaboration.attachment',
      examId: exam.id,
      text: `检查 ${exam.accession_number ?? ''} 补充了资料`,
      to: people.map((personId) => ({ personId })),
      params: { attachmentId },
    });
  }

  private async find(tx: Tx, examId: string, attachmentId: string): Promise<ExamAttachment> {
    const row = await tx.row<ExamAttachment>(
      'SELECT * FROM exam_attachment WHERE county_id = $1 AND exam_id = $2 AND id = $3',
      [tx.ctx.countyId, examId, attachmentId],
    );
    if (!row) throw new DomainError(commonErrors.not_found);
    return row;
  }

  private record(tx: Tx, action: string, row: ExamAttachment, reason?: string): Promise<void> {
    const details = { attachmentId: row.id, kind: row.kind, bytes: row.bytes, sha256: row.sha256 };
    return this.audit.record(tx, { action, subjectType: 'exam', subjectId: row.exam_id, reason, details });
  }
}

const tooLarge = (): DomainError =>
  new DomainError(collaborationErrors.attachment_too_large, { megabytes: MEGABYTES, limit: MAX_ATTACHMENT_BYTES });

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAGIC_BYTES), 0, MAGIC_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function view(row: ExamAttachment): AttachmentView {
  const { withdrawn_at: at, withdrawn_by_name: by, withdrawn_reason: reason } = row;
  return {
    attachmentId: row.id,
    kind: row.kind,
    name: row.name,
    mediaType: row.media_type,
    bytes: row.bytes,
    sha256: row.sha256,
    addedBy: row.added_by_name,
    addedAt: row.added_at,
    withdrawn: at ? { at, by: by ?? '', reason: reason ?? '' } : null,
  };
}
