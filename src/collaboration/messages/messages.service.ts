import { Injectable } from '@nestjs/common';
import { Audit, Commands } from '../../audit';
import { type Exam, ExamStates } from '../../exams';
import { Notices, type Receiver } from '../../notices';
import { Clock } from '../../platform/clock';
import { type Ctx, type PersonActor, personOf } from '../../platform/context';
import type { Tx } from '../../platform/database';
import { DomainError } from '../../platform/errors';
import { newId } from '../../platform/ids';
import type { MessageInput, ReadInput } from '../collaboration.dto';
import { ExamMessage } from '../collaboration.entities';
import { collaborationErrors } from '../collaboration.errors';
import { type Readers, readersOf, sideOf, siteName } from '../people';

/** A conversation, not a flood: a person's messages over all exams in so much time. */
const MAX_IN_A_WHILE = 30;
const WHILE_MS = 10 * 60_000;
export const MAX_MESSAGES = 500;

/** 沟通: question and answer on an exam between the clinic and the readers, without returning it. */
@Injectable()
export class MessagesService {
  constructor(
    private readonly commands: Commands,
    private readonly examStates: ExamStates,
    private readonly notices: Notices,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * Writes a message and tells the other side; under a `clientId` once. Throws `not_found`, `not_a_party`, `reply_unknown`,
   * `messages_too_fast`, `messages_full`, `client_id_taken`.
   */
  async write(ctx: Ctx, examId: string, input: MessageInput): Promise<{ messageId: string }> {
    const { text, replyTo, clientId } = input;
    const author = personOf(ctx);
    return this.commands.run(ctx, 'message.write', examId, async (tx) => {
      const exam = await this.examStates.lock(tx, examId);
      const readers = await readersOf(tx, examId);
      requireParty(author, readers);
      const written = await this.writtenBefore(tx, examId, input);
      if (written) return written;
      await this.requireRoom(tx, examId, author.id);
      const replied = replyTo === undefined ? undefined : await this.replied(tx, examId, replyTo);
      const id = newId();
      await tx.insert(ExamMessage, {
        id,
        county_id: ctx.countyId,
        exam_id: examId,
        clinic_id: exam.clinic_id,
        side: sideOf(author),
        author_id: author.id,
        author_name: author.name,
        author_site: await siteName(tx, author, exam.clinic_id),
        reply_to: replyTo ?? null,
        text,
        created_at: this.clock.now(),
        client_id: clientId ?? null,
      });
      const details = { messageId: id, replyTo, length: text.length };
      await this.audit.record(tx, { action: 'message.write', subjectType: 'exam', subjectId: examId, details });
      await this.tellOthers(tx, exam, author, readers, { id, repliedTo: replied?.author_id });
      return { messageId: id };
    });
  }

  /** The same message of the same author, whose answer got lost on the line. Throws `client_id_taken` for another one. */
  private async writtenBefore(
    tx: Tx,
    examId: string,
    { text, replyTo, clientId }: MessageInput,
  ): Promise<{ messageId: string } | undefined> {
    if (clientId === undefined) return undefined;
    const row = await tx.row<{ id: string; same: boolean }>(
      `SELECT id, (exam_id = $4 AND text = $5 AND reply_to IS NOT DISTINCT FROM $6) AS same FROM exam_message
       WHERE county_id = $1 AND author_id = $2 AND client_id = $3`,
      [tx.ctx.countyId, tx.ctx.actor.id, clientId, examId, text, replyTo ?? null],
    );
    if (row && !row.same) throw new DomainError(collaborationErrors.client_id_taken, { field: 'clientId' });
    return row && { messageId: row.id };
  }

  /** The caller has read the other side's messages up to one of them; said again, the first time stands. */
  async read(ctx: Ctx, examId: string, { upTo }: ReadInput): Promise<{ read: number }> {
    const reader = personOf(ctx);
    return this.commands.run(ctx, 'message.read', examId, async (tx) => {
      await this.examStates.lock(tx, examId);
      await this.replied(tx, examId, upTo);
      const read = await tx.change(
        `INSERT INTO exam_message_receipt (county_id, message_id, person_id, person_name, read_at)
         SELECT m.county_id, m.id, $4, $5, $6 FROM exam_message m
         WHERE m.county_id = $1 AND m.exam_id = $2 AND m.id <= $3 AND m.side <> $7 ON CONFLICT DO NOTHING`,
        [ctx.countyId, examId, upTo, reader.id, reader.name, this.clock.now(), sideOf(reader)],
      );
      const details = { upTo, read };
      if (read > 0)
        await this.audit.record(tx, { action: 'message.read', subjectType: 'exam', subjectId: examId, details });
      return { read };
    });
  }

  /** The exam's row is locked, so that its own count is exact; the person's pace need not be. */
  private async requireRoom(tx: Tx, examId: string, authorId: string): Promise<void> {
    const now = this.clock.now();
    const row = await tx.row<{ of_exam: string; of_person: string; since: Date | null }>(
      `SELECT (SELECT count(*) FROM exam_message WHERE county_id = $1 AND exam_id = $2) AS of_exam, count(*) AS of_person,
         min(created_at) AS since
       FROM exam_message WHERE county_id = $1 AND author_id = $3 AND created_at > $4`,
      [tx.ctx.countyId, examId, authorId, new Date(now.getTime() - WHILE_MS)],
    );
    if (Number(row?.of_exam) >= MAX_MESSAGES)
      throw new DomainError(collaborationErrors.messages_full, { limit: MAX_MESSAGES });
    if (!row?.since || Number(row.of_person) < MAX_IN_A_WHILE) return;
    const waitMs = row.since.getTime() + WHILE_MS - now.getTime();
    throw new DomainError(collaborationErrors.messages_too_fast, { retryAfterSeconds: Math.ceil(waitMs / 1_000) });
  }

  private async replied(tx: Tx, examId: string, messageId: string): Promise<Pick<ExamMessage, 'author_id'>> {
    const row = await tx.row<Pick<ExamMessage, 'author_id'>>(
      'SELECT author_id FROM exam_message WHERE county_id = $1 AND exam_id = $2 AND id = $3',
      [tx.ctx.countyId, examId, messageId],
    );
    if (!row) throw new DomainError(collaborationErrors.reply_unknown);
    return row;
  }

  /** What was written stays on the exam's page: a notice is seen by people who stand beside the screen. */
  private async tellOthers(
    tx: Tx,
    exam: Exam,
    author: PersonActor,
    readers: Readers,
    message: { readonly id: string; readonly repliedTo: string | undefined },
  ): Promise<void> {
    const people = [...readers.people, ...(message.repliedTo ? [message.repliedTo] : [])];
    const toReaders: Receiver[] =
      people.length > 0 || !readers.assignedHospital
        ? people.map((personId) => ({ personId }))
        : [{ hospitalId: readers.assignedHospital, permission: 'message.write' }];
    const toClinic: Receiver[] = [{ clinicId: exam.clinic_id, permission: 'message.write' }];
    const to = (sideOf(author) === 'clinic' ? toReaders : toClinic).filter(
      (receiver) => !('personId' in receiver) || receiver.personId !== author.id,
    );
    if (to.length === 0) return;
    await this.notices.tell(tx, {
      kind: 'collaboration.message',
      examId: exam.id,
      text: `检查 ${exam.accession_number ?? ''} 有新的沟通留言`,
      to,
      params: { messageId: message.id },
    });
  }
}

/** Of the readers, those of the hospitals that the exam is with speak; of an exam that is with nobody yet, any. */
function requireParty(actor: PersonActor, { people, hospitals }: Readers): void {
  if (sideOf(actor) === 'clinic' || hospitals.length === 0 || people.includes(actor.id)) return;
  if (!actor.hospitalIds.some((id) => hospitals.includes(id))) throw new DomainError(collaborationErrors.not_a_party);
}
