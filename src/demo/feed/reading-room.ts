import { setMaxListeners } from 'node:events';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { ApiClient } from '../http-client';
import type { BringIn } from './bring-in';
import type { Cast } from './cast';
import { idOf, type PushedExam } from './pushed-exam';
import {
  claim,
  type Claim,
  draft,
  giveBack,
  markMiddle,
  next,
  reject,
  release,
  sign,
  type Stage,
  submit,
} from './reading';
import type { Steps } from './steps';
import { TemplateShelf } from './template-shelf';

/** How long a reader with an empty list looks away. */
const GLANCE_MS = 500;
/** How long a reader looks at the images: quick readers, but people. */
const LOOK_MS = 400;

interface Reader {
  readonly username: string;
  readonly client: ApiClient;
  readonly stage: Stage;
  /** How many rejections there were when the reader last looked at what is his own. */
  lookedAt: number;
}

export interface ReadingRoomOptions {
  readonly cast: Cast;
  readonly clinics: BringIn;
  readonly steps: Steps;
  readonly signal: AbortSignal;
}

/** The county's radiologists: each takes what the list hands out, until every exam of the room is signed. */
export class ReadingRoom {
  private readonly unsigned: Map<string, PushedExam>;
  private readonly templates = new TemplateShelf();
  private rejections = 0;

  /** @param exams queued ones, or such as an earlier run left on their way */
  constructor(
    exams: readonly PushedExam[],
    private readonly o: ReadingRoomOptions,
  ) {
    this.unsigned = new Map(exams.map((exam) => [idOf(exam), exam]));
  }

  /** Resolves when all are signed. @throws the first failure of any reader */
  async work(writers: readonly string[], reviewers: readonly string[]): Promise<void> {
    const failed = new AbortController();
    const ended = AbortSignal.any([failed.signal, this.o.signal]);
    setMaxListeners(0, ended);
    const sit = async (username: string, stage: Stage): Promise<void> => {
      try {
        const client = await this.o.cast.person(username);
        await this.desk({ username, client, stage, lookedAt: -1 }, ended);
      } catch (error) {
        failed.abort(error);
        throw error;
      }
    };
    const desks = [...writers.map((name) => sit(name, 'write')), ...reviewers.map((name) => sit(name, 'review'))];
    await Promise.allSettled(desks);
    ended.throwIfAborted();
  }

  private async desk(reader: Reader, ended: AbortSignal): Promise<void> {
    while (this.unsigned.size > 0) {
      ended.throwIfAborted();
      const held = (await this.mine(reader)) ?? (await next(reader.client, reader.stage));
      if (held) await this.handle(reader, held, ended);
      else await delay(GLANCE_MS, undefined, { signal: ended });
    }
  }

  /** What the reader holds already, or what was rejected to him: both come before anything new. */
  private async mine(reader: Reader): Promise<Claim | undefined> {
    if (reader.lookedAt === this.rejections) return undefined;
    const { client, stage } = reader;
    const rejections = this.rejections;
    const state = stage === 'write' ? 'CLAIMED,REVISING' : 'REVIEWING';
    const { items } = await client.call<{ items: { examId: string }[] }>(
      'GET',
      `/api/worklist?mine=true&state=${state}`,
    );
    const exam = items.map((item) => this.unsigned.get(item.examId)).find((one) => one !== undefined);
    if (exam) return claim(client, exam);
    reader.lookedAt = rejections;
    return undefined;
  }

  private async handle(reader: Reader, held: Claim, ended: AbortSignal): Promise<void> {
    const exam = this.unsigned.get(held.examId);
    // Of another plan than this room's, e.g. uploaded by whoever tries the demo out while it works.
    if (!exam) return this.passOn(reader, held);
    await delay(LOOK_MS, undefined, { signal: ended });
    if (reader.stage === 'write') await this.write(reader, held, exam);
    else await this.review(reader, held, exam, ended);
  }

  private async passOn(reader: Reader, held: Claim): Promise<void> {
    const { client, stage } = reader;
    await release(client, held, '演示数据以外的检查，放回');
    const states = stage === 'write' ? 'QUEUED,REVISING' : 'PENDING_REVIEW';
    const { items } = await client.call<{ items: { examId: string }[] }>(
      'GET',
      `/api/worklist?state=${states}&limit=200`,
    );
    const exam = items.find((item) => this.unsigned.has(item.examId));
    if (!exam) return;
    // Lost to a colleague, it is refused, and the next look finds another one.
    const { status } = await client.request('POST', `/api/worklist/${exam.examId}/claim`, {});
    if (status === 200) reader.lookedAt = -1;
  }

  private async write(reader: Reader, held: Claim, exam: PushedExam): Promise<void> {
    const { plan } = exam;
    if (plan.detour === 'returned' && !exam.detoured) {
      exam.detoured = true;
      await giveBack(reader.client, held, { code: 'C01', wanted: 'supplement', note: '请补充病史和既往检查情况。' });
      this.o.steps.say('退回', `${reader.username}  ${plan.accessionNumber} C01 缺临床病史`);
      return this.o.clinics.answerReturn(exam);
    }
    const from = this.o.steps.elapsedMs;
    if (plan.critical !== undefined) await this.critical(reader, held, plan.critical, plan.accessionNumber);
    const templateId = await this.templates.templateFor(reader.client, plan);
    const written = await draft(reader.client, held, plan.report, templateId);
    if (plan.report.positive === 1) await markMiddle(reader.client, written, exam.sent);
    await submit(reader.client, written);
    this.o.steps.say(
      '书写',
      `${reader.username}  ${plan.accessionNumber} ${plan.request.itemName} 提交审核`,
      this.o.steps.elapsedMs - from,
    );
  }

  /** The clock of a critical value starts here; it does not wait for the report. */
  private async critical(reader: Reader, { examId }: Claim, finding: string, accessionNumber: string): Promise<void> {
    await reader.client.call('POST', `/api/exams/${examId}/critical`, { finding });
    this.o.steps.say('危急', `${reader.username}  ${accessionNumber} ${finding}`);
  }

  private async review(reader: Reader, held: Claim, exam: PushedExam, ended: AbortSignal): Promise<void> {
    const { plan } = exam;
    if (plan.detour === 'rejected' && !exam.detoured) {
      exam.detoured = true;
      await reject(reader.client, held, '请补充与临床症状相关的描述后再提交。');
      this.rejections += 1;
      return this.o.steps.say('驳回', `${reader.username}  ${plan.accessionNumber}`);
    }
    // The usual way: the reviewer mends a sentence before signing.
    const edits = plan.clinic.number % 2 === 0 && plan.report.recommendation === '';
    const ready = edits ? await draft(reader.client, held, { ...plan.report, recommendation: '建议结合临床。' }) : held;
    await sign(reader.client, ready, ended, () => (exam.signSentAt = performance.now()));
    this.unsigned.delete(held.examId);
    this.o.steps.say('审签', `${reader.username}  ${plan.accessionNumber} ${plan.request.itemName}`);
  }
}
