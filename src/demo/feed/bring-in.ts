import type { ApiClient, StowAnswer } from '../http-client';
import {
  ApiError,
  completeUpload,
  ConnectionCutError,
  manifestEntry,
  openUpload,
  patchInstance,
  sendInstance,
  stow,
} from '../http-client';
import { doctorName, technicianName } from '../plan/county-plan';
import type { MadeInstance } from '../synthetic';
import type { Cast } from './cast';
import { findExam, idOf, type ListedExam, type PushedExam, type SentInstance } from './pushed-exam';
import type { Steps } from './steps';
import { until } from './waiting';

/** States in which the clinic still has something to send. */
const STILL_COMING: ReadonlySet<string> = new Set(['REGISTERED', 'UPLOADING', 'INCOMPLETE']);
/** A console that reads its disk while it sends: so many bytes a request. */
const PIECE_BYTES = 1024 * 1024;
const ASSEMBLY_PATIENCE_MS = 60_000;

/** Clinics send: requests as JSON, images by STOW-RS and by manifest, some with a line that breaks. */
export class BringIn {
  constructor(
    private readonly cast: Cast,
    private readonly steps: Steps,
    private readonly signal: AbortSignal,
  ) {}

  /** Sends what the plan says; what the centre has already (an earlier, interrupted run) is not sent again. */
  async exam(exam: PushedExam): Promise<void> {
    const { clinic, accessionNumber, request, origin, door } = exam.plan;
    const known = await findExam(this.cast.gateway(clinic), accessionNumber);
    exam.examId = known?.examId;
    if (known && !STILL_COMING.has(known.state)) return;
    const what = `${clinic.code} ${clinic.name}  ${accessionNumber} ${request.itemName} ${request.priority}  ${door} ${origin}`;
    await this.steps.time(
      '上传',
      () => `${what}  ${exam.sent.length} 幅`,
      () => this.send(exam),
    );
  }

  private async send(exam: PushedExam): Promise<void> {
    const { goal, door } = exam.plan;
    if (goal === 'incomplete') return this.stow(exam);
    if (goal === 'registered') return this.register(exam);
    switch (door) {
      case 'metadata-only':
        return this.register(exam);
      case 'images-first':
        await this.stow(exam);
        return this.register(exam);
      case 'request-first':
        await this.register(exam);
        return this.stow(exam);
      case 'matched':
        await this.stow(exam);
        await this.register(exam);
        return this.match(exam);
      case 'manifest':
      case 'resumed':
        await this.register(exam);
        return this.upload(exam);
    }
  }

  /** Odd clinics' requests come from their information system by gateway key, the others' are typed in by a doctor. */
  private async register(exam: PushedExam): Promise<void> {
    const { clinic, request } = exam.plan;
    const machine = clinic.number % 2 === 1;
    const sender = machine ? this.cast.gateway(clinic) : await this.cast.person(doctorName(clinic.number));
    const { examId } = await sender.call<{ examId: string }>('POST', '/api/exams', request);
    exam.examId = examId;
  }

  /** All images in one chunked request, drawn as the line takes them; some by the technician's own hand. */
  private async stow(exam: PushedExam): Promise<void> {
    const { clinic, accessionNumber } = exam.plan;
    const byHand = clinic.number % 4 === 0;
    const technician = byHand ? await this.cast.person(technicianName(clinic.number)) : undefined;
    const sent: SentInstance[] = [];
    const answer = await stow(
      this.cast.url,
      technician ? '' : this.cast.key(clinic),
      filesOf(exam.plan.images(), sent),
      {
        agent: this.cast.gateway(clinic).agent,
        headers: technician?.identityHeaders('POST') ?? {},
      },
    );
    const kept = new Set(answer.referenced.map(({ sopInstanceUid }) => sopInstanceUid));
    const lost = sent.filter(({ sopInstanceUid }) => !kept.has(sopInstanceUid));
    if (answer.status !== 200 || lost.length > 0) throw new StowRefusedError(accessionNumber, answer);
    exam.sent.push(...sent);
  }

  private async upload(exam: PushedExam): Promise<void> {
    const { clinic, accessionNumber, goal, door } = exam.plan;
    const gateway = this.cast.gateway(clinic);
    const files = [...exam.plan.images()];
    const { id, missing } = await openUpload<{ id: string; missing: readonly unknown[] }>(gateway, {
      accessionNumber,
      studyInstanceUid: files[0]?.studyInstanceUid,
      instances: files.map((file) => manifestEntry(file.sopInstanceUid, file.bytes)),
    });
    const first = missing.length > 0 ? files[0] : undefined;
    if (door === 'resumed' && first) await this.breakLine(gateway, id, first, exam);
    const left = goal === 'uploading' ? Math.floor(files.length / 2) : files.length;
    for (const file of files.slice(0, left)) {
      await sendInstance(gateway, id, file.sopInstanceUid, file.bytes, { pieceBytes: PIECE_BYTES });
      exam.sent.push(sentInstance(file));
    }
    if (goal !== 'uploading') await complete(gateway, id, accessionNumber);
  }

  /** The clinic's line breaks in the middle of a file, on purpose; the next request goes on from there. */
  private async breakLine(gateway: ApiClient, uploadId: string, file: MadeInstance, exam: PushedExam): Promise<void> {
    const cutAfterBytes = Math.floor(file.bytes.length / 2);
    try {
      await patchInstance(gateway, uploadId, file.sopInstanceUid, file.bytes, { cutAfterBytes });
    } catch (error) {
      if (!(error instanceof ConnectionCutError)) throw error;
      this.steps.say(
        '断线',
        `${exam.plan.clinic.code}  ${exam.plan.accessionNumber} 在 ${error.sentBytes} 字节处中断，续传`,
      );
    }
  }

  /** The administrator gives the request the images that came without an accession number. */
  private async match(exam: PushedExam): Promise<void> {
    const { clinic, accessionNumber } = exam.plan;
    const studyUid = exam.sent[0]?.studyInstanceUid;
    const patience = { what: `images for ${accessionNumber}`, timeoutMs: ASSEMBLY_PATIENCE_MS, everyMs: 200 };
    const owner = await until({ ...patience, signal: this.signal }, async () => {
      const { items } = await this.cast.gateway(clinic).call<{ items: ListedExam[] }>('GET', '/api/exams?limit=100');
      return items.find(({ studies }) => studies.some(({ studyInstanceUid }) => studyInstanceUid === studyUid));
    });
    if (owner.examId === exam.examId) return;
    const admin = await this.cast.person('admin');
    const reason = '影像未带检查号，经与卫生院核对为同一检查';
    await admin.call('POST', `/api/exams/${idOf(exam)}/merge`, { fromExamId: owner.examId, reason });
    this.steps.say('匹配', `admin  ${accessionNumber} 与无检查号的影像合并`);
  }

  /** The clinic answers a returned exam in words, so that it can be read as it is. */
  async answerReturn(exam: PushedExam): Promise<void> {
    const { clinic } = exam.plan;
    const technician = await this.cast.person(technicianName(clinic.number));
    await technician.call('POST', `/api/exams/${idOf(exam)}/resubmit`, {
      note: '已补充病史：患者主诉及既往史见申请单。',
    });
    this.steps.say('补充', `${clinic.code}  ${exam.plan.accessionNumber} 已补资料，重新提交`);
  }
}

/** The centre did not keep every image. */
class StowRefusedError extends Error {
  constructor(accessionNumber: string, answer: StowAnswer) {
    super(
      `STOW of ${accessionNumber}: ${answer.status}, kept ${answer.referenced.length}: ${answer.text.slice(0, 500)}`,
    );
    this.name = 'StowRefusedError';
  }
}

function* filesOf(images: Iterable<MadeInstance>, sent: SentInstance[]): Generator<Uint8Array> {
  for (const file of images) {
    sent.push(sentInstance(file));
    yield file.bytes;
  }
}

function sentInstance({ studyInstanceUid, seriesInstanceUid, sopInstanceUid, bytes }: MadeInstance): SentInstance {
  const { sha256 } = manifestEntry(sopInstanceUid, bytes);
  return { studyInstanceUid, seriesInstanceUid, sopInstanceUid, sha256 };
}

async function complete(gateway: ApiClient, uploadId: string, accessionNumber: string): Promise<void> {
  const answer = await completeUpload(gateway, uploadId);
  if (answer.status !== 200 || !(answer.body as { complete: boolean }).complete)
    throw new ApiError(`complete of ${accessionNumber}`, answer.status, answer.body);
}
