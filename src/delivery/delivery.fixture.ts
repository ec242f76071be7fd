import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Tx } from '../platform/database';
import { newId } from '../platform/ids';
import type { Outbox } from '../platform/outbox';
import { REPORT_RECALLED, REPORT_SIGNED, type ReportKind, type SignedFacts } from '../reporting';

/** A report to be signed for a spec: the row and the news that signing writes. */
export interface SpecReport {
  readonly clinicId: string;
  readonly writerId: string;
  readonly reviewerId: string;
  readonly signedAt: Date;
  readonly examId?: string;
  readonly number?: number;
  readonly kind?: ReportKind;
}

/** A version as it was signed, and what its event says. */
export interface SignedSpecReport {
  readonly versionId: string;
  readonly examId: string;
  readonly facts: SignedFacts;
}

/** Writes a signed version and its event into the caller's transaction, as 审签 does. */
export async function signReport(tx: Tx, outbox: Outbox, report: SpecReport): Promise<SignedSpecReport> {
  const signed = await storeVersion(tx, report);
  await announce(tx, outbox, signed);
  return signed;
}

/** The event alone: specs tell it late, twice, or in another order. */
export async function announce(tx: Tx, outbox: Outbox, { versionId, facts }: SignedSpecReport): Promise<void> {
  await outbox.emit(tx, { kind: REPORT_SIGNED, subjectId: versionId, payload: { ...facts } });
}

/** The row alone. A version behind the first says what it replaces and why. */
export async function storeVersion(tx: Tx, report: SpecReport): Promise<SignedSpecReport> {
  const versionId = newId();
  const { examId = newId(), number = 1, kind = 'final', clinicId, signedAt } = report;
  const subject = {
    centreName: '云溪县医学影像诊断中心',
    clinicName: '第1卫生院',
    patientName: '张三',
    patientLocalId: 'P001',
    sex: 'M',
    age: '67岁',
    department: null,
    visitNumber: null,
    accessionNumber: `CT${examId.slice(-8)}`,
    modality: 'CT',
    itemName: '胸部CT平扫',
    bodyPart: 'CHEST',
    laterality: null,
    device: null,
    performedAt: signedAt.toISOString(),
    orderingDoctor: '王小明',
    clinicalDiagnosis: '咳嗽',
    limitation: '患者已离开，未能补充检查（外出务工）；本报告仅就已有影像作出。',
    studyUids: ['1.2.826.0.1.1'],
  };
  await tx.change(
    `INSERT INTO report_version (id, county_id, clinic_id, exam_id, number, kind, subject, technique, findings, impression,
       recommendation, positive, writer_id, writer_name, writer_title, writer_hospital, written_at, reviewer_id,
       reviewer_name, reviewer_title, reviewer_hospital, signed_at, image_set, content_sha256, verification_code,
       supersedes_id, reason)
     VALUES ($1, $2, $3, $4, $5, $6, $7, '', '两肺清晰。', '胸部未见异常。', '', 0, $8, '李四', '住院医师', '云溪县第1医院', $9,
       $10, '孙丽', '主治医师', '云溪县第2医院', $9, 1, $11, $12,
       (SELECT id FROM report_version WHERE exam_id = $4 AND number = $5 - 1), CASE WHEN $5 > 1 THEN '笔误' END)`,
    [
      versionId,
      tx.ctx.countyId,
      clinicId,
      examId,
      number,
      kind,
      JSON.stringify(subject),
      report.writerId,
      signedAt,
      report.reviewerId,
      'c'.repeat(64),
      versionId,
    ],
  );
  const facts: SignedFacts = { examId, clinicId, number, kind, signedAt: signedAt.toISOString() };
  return { versionId, examId, facts };
}

/** Calls a version back: the row and the news that 召回 writes. */
export async function recallReport(tx: Tx, outbox: Outbox, version: SignedSpecReport, by: string): Promise<void> {
  await storeRecall(tx, version, by);
  await announceRecall(tx, outbox, version);
}

/** The row alone. */
export async function storeRecall(tx: Tx, version: SignedSpecReport, by: string): Promise<void> {
  const { versionId, examId, facts } = version;
  await tx.change(
    `INSERT INTO report_recall (version_id, county_id, exam_id, reason, recalled_by, recalled_by_name, recalled_at)
     VALUES ($1, $2, $3, '漏看左肺', $4, '孙丽', $5)`,
    [versionId, tx.ctx.countyId, examId, by, facts.signedAt],
  );
}

/** The event alone. */
export async function announceRecall(tx: Tx, outbox: Outbox, version: SignedSpecReport): Promise<void> {
  const { versionId, examId, facts } = version;
  const { clinicId, number } = facts;
  await outbox.emit(tx, {
    kind: REPORT_RECALLED,
    subjectId: versionId,
    payload: { examId, clinicId, versionId, number },
  });
}

export interface ReceivedWebhook {
  readonly id: string;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly body: {
    type: string;
    data: { deliveryId: string; examId: string; reportVersion: { number: number } } & Record<string, unknown>;
  };
}

type Answer = (response: ServerResponse, webhook: ReceivedWebhook) => unknown;

/** A clinic's system on a port of its own: takes webhooks, writes them down, and answers as the spec wants it to. */
export class FakeClinic {
  readonly received: ReceivedWebhook[] = [];
  /** Those it said 2xx to. */
  readonly taken: ReceivedWebhook[] = [];
  answer: Answer = (response) => response.writeHead(204).end();
  private server: Server | undefined;
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly knownPort: number) {}

  static async start(): Promise<FakeClinic> {
    const probe = new FakeClinic(0);
    await probe.comeBack();
    const { port } = probe.server!.address() as AddressInfo;
    await probe.goAway();
    const clinic = new FakeClinic(port);
    await clinic.comeBack();
    return clinic;
  }

  get port(): number {
    return this.knownPort;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/reports`;
  }

  async comeBack(): Promise<void> {
    const server = createServer((request, response) => void this.take(request, response));
    // The sender ends idle connections itself: no request meets one that is just being closed.
    server.keepAliveTimeout = 60_000;
    server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(this.knownPort, '127.0.0.1', resolve));
    this.server = server;
  }

  /** Nothing listens any more, open requests break off. */
  async goAway(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    for (const socket of this.sockets) socket.destroy();
    if (server) await new Promise((resolve) => server.close(resolve));
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const webhook: ReceivedWebhook = {
      id: String(request.headers['webhook-id']),
      headers: request.headers,
      text: body,
      body: JSON.parse(body) as ReceivedWebhook['body'],
    };
    this.received.push(webhook);
    response.once('finish', () => {
      if (response.statusCode >= 200 && response.statusCode < 300) this.taken.push(webhook);
    });
    this.answer(response, webhook);
  }
}
