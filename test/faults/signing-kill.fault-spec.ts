import type { QueueName } from '../../src/platform/queue';
import type { Answer } from '../harness/json-client';
import { Installation, type Supervised } from '../harness/processes';
import { stow } from '../harness/stow';
import { until } from '../harness/wait';
import { byTurns, type Claim, CountyWork, must } from './county-work';
import { Halt, type Place } from './halt';
import { onQueue } from './queues';
import { registeredBytes, storedBlobs, type TestExam, testExam } from './studies';

const IMAGES = 2;

type Step = readonly [name: string, place: Place];

const onSigned = "NEW.event = 'ReportSigned'";

/** The api's part of signing, step by step: request, transaction, commit. */
const IN_THE_API: readonly Step[] = [
  ['before the transaction', { at: 'table', table: 'session' }],
  [
    'when the exam is SIGNED and has no version yet',
    { at: 'after', act: 'UPDATE', table: 'exam', row: "NEW.state = 'SIGNED'" },
  ],
  ['after the version', { at: 'after', act: 'INSERT', table: 'report_version' }],
  ['after the list of its images', { at: 'after', act: 'INSERT', table: 'report_image_list' }],
  ['after the audit row', { at: 'after', act: 'INSERT', table: 'audit_event', row: "NEW.action = 'report.sign'" }],
  ['after the outbox rows', { at: 'after', act: 'INSERT', table: 'outbox_message', row: onSigned }],
  ['at the commit, before the answer', { at: 'commit', act: 'INSERT', table: 'report_version' }],
];

/** The worker's part: relay, PDF, delivery, each with the step of its own transaction. */
const IN_THE_WORKER: readonly Step[] = [
  [
    'when the relay has published and not yet marked',
    {
      at: 'before',
      act: 'UPDATE',
      table: 'outbox_message',
      row: `${onSigned} AND OLD.sent_at IS NULL AND NEW.sent_at IS NOT NULL`,
    },
  ],
  ['when the PDF is about to be printed', { at: 'table', table: 'letterhead' }],
  ['when the PDF is stored and not yet noted', { at: 'before', act: 'UPDATE', table: 'report_version' }],
  ['before the delivery', { at: 'before', act: 'INSERT', table: 'delivery' }],
  ['after the delivery, before its audit row', { at: 'after', act: 'INSERT', table: 'delivery' }],
  [
    'after the delivery, before its message is marked as handled',
    {
      at: 'before',
      act: 'UPDATE',
      table: 'outbox_message',
      row: "NEW.consumer = 'delivery.fan-out' AND NEW.handled_at IS NOT NULL",
    },
  ],
  ['at the commit of the delivery, before the clinic hears', { at: 'commit', act: 'INSERT', table: 'delivery' }],
];

let installation: Installation;
let api: Supervised;
let worker: Supervised;
let work: CountyWork;
/** Exams under the reviewer's claim, with images: one for each step. */
const waiting: { examId: string; claim: Claim }[] = [];

beforeAll(async () => {
  installation = await Installation.make();
  const county = await installation.seed();
  api = await installation.supervise('api');
  worker = await installation.supervise('worker');
  work = await CountyWork.begin(api.url, county);
  const numbers = Array.from({ length: IN_THE_API.length + IN_THE_WORKER.length + 3 }, (_, n) => `S${n}`);
  const exams = numbers.map((number) => testExam(number, { images: IMAGES }));
  waiting.push(...(await byTurns(exams, 6, underReview)));
  // The list hears of the claims a moment later; from here on nothing changes by itself.
  const open = 'SELECT 1 FROM outbox_message WHERE handled_at IS NULL AND not_before IS NULL';
  await until('every message is handled', async () => (await installation.rows(open)).length === 0);
});
afterAll(() => installation.end());

/** An exam to be signed. The reviewer's screens are open all the while: neither their leases end nor does his hospital fall silent. */
async function next(): Promise<{ examId: string; claim: Claim }> {
  for (const { examId, claim } of waiting)
    must(await work.reviewer.post(`/api/worklist/${examId}/heartbeat`, { fence: claim.fence }));
  return waiting.pop()!;
}

async function underReview(exam: TestExam): Promise<{ examId: string; claim: Claim }> {
  const examId = await work.register(0, exam);
  const images = exam.images.map(({ bytes }) => bytes);
  expect((await stow(api.url, work.clinic(0).key, images)).status).toBe(200);
  await work.listed(examId);
  return { examId, claim: await work.underReview(examId) };
}

interface Stored {
  readonly versions: { id: string; number: number; code: string; pdf: string | null; images: string[] }[];
  readonly before: unknown;
}

/** The versions of an exam, and everything that signing changes beside them. */
async function stored(examId: string): Promise<Stored> {
  const [row] = await installation.rows<Stored>(
    `SELECT
       (SELECT coalesce(jsonb_agg(jsonb_build_object('id', v.id, 'number', v.number, 'code', v.verification_code,
          'pdf', v.pdf_sha256, 'images', to_jsonb(l.sha256s))), '[]')
        FROM report_version v LEFT JOIN report_image_list l ON l.version_id = v.id WHERE v.exam_id = e.id) AS versions,
       jsonb_build_object('exam', to_jsonb(e), 'item', to_jsonb(i), 'draft', to_jsonb(d), 'submissions',
         (SELECT jsonb_agg(s) FROM report_submission s WHERE s.exam_id = e.id), 'audited',
         (SELECT count(*) FROM audit_event a WHERE a.subject_id = e.id), 'news',
         (SELECT count(*) FROM outbox_message m WHERE m.subject_id = e.id OR m.payload->>'examId' = e.id::text)) AS before
     FROM exam e JOIN reading_item i ON i.exam_id = e.id JOIN report_draft d ON d.exam_id = e.id WHERE e.id = $1`,
    examId,
  );
  return row!;
}

/** Signs again until there is an answer, as a client does that has lost one. */
async function signAgain(examId: string, claim: Claim): Promise<Answer> {
  await api.ready();
  return work.sign(examId, claim);
}

/** The one version there is is whole: it verifies, is printed, and lies in the clinic's inbox once, under one id. */
async function expectWhole(examId: string): Promise<void> {
  await Promise.all([api.ready(), worker.ready()]);
  await until('version and sheet are there', async () => (await stored(examId)).versions[0]?.pdf);
  const mine = async () => (await work.inbox(0)).filter((entry) => entry.examId === examId);
  await until('the clinic has it', async () => (await mine()).length > 0);
  await until('every message is handled', async () => (await openMessages(examId)) === 0);

  const { versions } = await stored(examId);
  expect(versions).toHaveLength(1);
  const [version] = versions;
  expect(version).toMatchObject({ number: 1, images: expect.arrayContaining([expect.any(String)]) });
  expect(version!.images).toHaveLength(IMAGES);
  expect([...(await registeredBytes(installation)).values()]).toEqual(expect.arrayContaining(version!.images));
  expect((await mine()).map((entry) => entry.reportVersion.versionId)).toEqual([version!.id]);

  const verified = must<object>(await work.reviewer.get(`/api/verify/${version!.code}`));
  expect(verified).toMatchObject({ verdict: 'unchanged', intact: true, faults: [], number: 1 });
  expect(verified).toMatchObject({ signature: { keyId: expect.any(String) } });
  expect((await storedBlobs(installation)).filter((path) => path.endsWith(version!.pdf!))).toHaveLength(1);
  expect(await audited(version!.id)).toEqual({ 'delivery.create': 1, 'report.pdf': 1, 'report.sign': 1 });
  expect(must<{ state: string }>(await work.writer.get(`/api/exams/${examId}`)).state).toBe('SIGNED');
}

async function openMessages(examId: string): Promise<number> {
  const [row] = await installation.rows<{ n: number }>(
    `SELECT count(*)::int AS n FROM outbox_message
     WHERE event = 'ReportSigned' AND payload->>'examId' = $1 AND handled_at IS NULL`,
    examId,
  );
  return row!.n;
}

async function audited(versionId: string): Promise<Record<string, number>> {
  const rows = await installation.rows<{ action: string; n: number }>(
    "SELECT action, count(*)::int AS n FROM audit_event WHERE subject_type = 'report_version' AND subject_id = $1 GROUP BY action",
    versionId,
  );
  return Object.fromEntries(rows.map(({ action, n }) => [action, n]));
}

/** How often a kill left no version, and how often a whole one. */
const left = { nothing: 0, version: 0 };

it.each(IN_THE_API)('the api killed %s leaves no version or a whole one', async (_, place) => {
  const { examId, claim } = await next();
  const { before } = await stored(examId);
  const halt = await Halt.at(installation, place);
  const lost = work.sign(examId, claim).then(
    ({ status }) => status,
    () => 'no answer',
  );
  await halt.reached();
  await api.kill();
  await halt.lift();
  expect(await lost).toBe('no answer');

  const after = await stored(examId);
  const again = await signAgain(examId, claim);
  // Who has signed and got no answer signs again, and is told of the version that he has made.
  expect(again).toMatchObject({ status: 200, body: { state: 'SIGNED', number: 1 } });
  if (after.versions.length === 0) {
    left.nothing += 1;
    expect(after.before).toEqual(before);
  } else {
    left.version += 1;
  }
  await expectWhole(examId);
});

it('both have been seen', () => {
  expect(left.nothing).toBeGreaterThan(0);
  expect(left.version).toBeGreaterThan(0);
  expect(left.nothing + left.version).toBe(IN_THE_API.length);
});

it('api and worker killed after the commit, before the relay, leave a whole version', async () => {
  const { examId, claim } = await next();
  worker.current.freeze();
  expect((await work.sign(examId, claim)).status).toBe(200);
  expect(await openMessages(examId)).toBeGreaterThan(1);
  await Promise.all([api.kill(), worker.kill()]);
  await expectWhole(examId);
});

it('the worker killed after the relay, before any handler, leaves a whole version', async () => {
  const { examId, claim } = await next();
  const onQueues = (act: 'pause' | 'resume'): Promise<unknown> =>
    Promise.all(
      (['replies', 'documents', 'readmodels', 'events'] as QueueName[]).map((name) =>
        onQueue(installation, name, (queue) => queue[act]()),
      ),
    );
  await onQueues('pause');
  expect((await work.sign(examId, claim)).status).toBe(200);
  const relayed = async (): Promise<boolean> => {
    const [row] = await installation.rows<{ relayed: boolean }>(
      "SELECT bool_and(sent_at IS NOT NULL) AS relayed FROM outbox_message WHERE event = 'ReportSigned' AND payload->>'examId' = $1",
      examId,
    );
    return row!.relayed;
  };
  await until('the relay has handed everything over', relayed);
  await worker.kill();
  expect(await openMessages(examId)).toBeGreaterThan(1);
  await onQueues('resume');
  await expectWhole(examId);
});

it.each(IN_THE_WORKER)('the worker killed %s leaves a whole version', async (_, place) => {
  const { examId, claim } = await next();
  const halt = await Halt.at(installation, place);
  expect((await work.sign(examId, claim)).status).toBe(200);
  await halt.reached();
  await worker.kill();
  await halt.lift();
  await expectWhole(examId);
});

it('the api killed between the clinic’s acknowledgement and the news of it leaves neither', async () => {
  const { examId, claim } = await next();
  expect((await work.sign(examId, claim)).status).toBe(200);
  await expectWhole(examId);
  const [entry] = (await work.inbox(0)).filter((one) => one.examId === examId);
  const halt = await Halt.at(installation, {
    at: 'after',
    act: 'UPDATE',
    table: 'delivery',
    row: "NEW.state = 'DELIVERED'",
  });
  const lost = work.acknowledge(0, entry!.deliveryId).catch(() => 'no answer');
  await halt.reached();
  await api.kill();
  await halt.lift();
  expect(await lost).toBe('no answer');
  await api.ready();
  await work.acknowledge(0, entry!.deliveryId);
  await until('the exam’s clock has stopped', async () => {
    const [row] = await installation.rows<{ t8: Date | null }>('SELECT t8 FROM exam_clock WHERE exam_id = $1', examId);
    return row?.t8;
  });
  const told = await installation.rows(
    "SELECT id FROM outbox_message WHERE event = 'DeliveryProgressed' AND subject_id = $1 AND consumer = 'turnaround.delivery'",
    entry!.deliveryId,
  );
  expect(told).toHaveLength(1);
});

it('the whole archive holds: every signature, image and sheet, and the chain of all versions', async () => {
  const { code, output } = await installation.cli(['verify', '--all', '--images']);
  expect([code, output]).toEqual([0, expect.stringContaining(' 0 tampered; chain whole')]);
  const inbox = await work.inbox(0);
  expect(inbox.map(({ seq }) => seq)).toEqual(inbox.map((_, n) => n + 1));
  expect(waiting).toEqual([]);
});
