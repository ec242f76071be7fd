import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import { FakeClinic } from '../../src/delivery/delivery.fixture';
import type { TestCounty } from '../harness/county';
import { Installation, type ServerProcess, type Supervised } from '../harness/processes';
import { until } from '../harness/wait';
import { CountyWork, endLeases, type SignedReport } from './county-work';
import { publishedJobs } from './queues';
import { testExam } from './studies';

let installation: Installation;
let county: TestCounty;
let work: CountyWork;
let clinicSystem: FakeClinic;
/** Exams whose registration was acknowledged, by clinic. */
const registered = new Map<string, number>();
const signed: SignedReport[] = [];
let numbers = 0;

beforeAll(async () => {
  installation = await Installation.make();
  county = await installation.seed();
  const api = await installation.start('api');
  work = await CountyWork.begin(api.url, county);
  clinicSystem = await FakeClinic.start();
  await work.openWebhook(0, clinicSystem.port);
});
afterAll(async () => {
  await installation.end();
  await clinicSystem.goAway();
});

async function register(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) {
    numbers += 1;
    const clinic = numbers % 2;
    const examId = await work.register(clinic, testExam(`K${numbers}`, { metadataOnly: true }));
    registered.set(examId, clinic);
    ids.push(examId);
  }
  return ids;
}

const count = async (where: string): Promise<number> => {
  const [row] = await installation.rows<{ n: number }>(`SELECT count(*)::int AS n FROM outbox_message WHERE ${where}`);
  return row!.n;
};
const settled = (): Promise<unknown> =>
  until(
    'every message is handled',
    async () => (await count('handled_at IS NULL AND not_before IS NULL')) === 0,
    90_000,
  );

it('killed between commit and relay, loses no message: the next worker takes them', async () => {
  const worker = await installation.start('worker');
  worker.freeze();
  await register(10);
  expect(await count('sent_at IS NULL')).toBeGreaterThanOrEqual(20);
  await worker.kill();

  const next = await installation.start('worker');
  await settled();
  await next.kill();
});

it('killed between publishing and marking, publishes again and does the work once', async () => {
  const worker = await installation.start('worker');
  await settled();
  await freezeBetweenWrites(worker);
  const exams = await register(5);
  // Whoever marks messages waits for this lock: they are published, and the worker dies before it can say so.
  const lock = new Client({ connectionString: installation.config.databaseUrl });
  await lock.connect();
  await lock.query('BEGIN; LOCK TABLE outbox_message IN SHARE MODE');
  worker.thaw();
  const waiting = async (): Promise<boolean> =>
    (await publishedJobs(installation, 'events', 'worklist.project', exams)) === exams.length;
  await until('the messages are published', waiting);
  expect(await count('sent_at IS NULL')).toBeGreaterThanOrEqual(exams.length);
  await worker.kill();
  await lock.end();

  const next = await installation.start('worker');
  await settled();
  expect(await timesEnlisted(exams)).toEqual(exams.map(() => 1));
  await next.kill();
});

it('killed again and again while messages are handled, does all of its work once', async () => {
  const worker = await installation.supervise('worker');
  const killing = killOften(worker, 5);
  const exams = await register(12);
  for (const examId of exams) {
    await work.listed(examId, 90_000);
    signed.push(await work.read(registered.get(examId)!, examId));
  }
  await killing;
  expect(worker.starts).toBe(6);
  // Whoever died while sending still holds the lane; nobody alive does.
  await worker.stop();
  await endLeases(installation);
  await installation.start('worker');
  await settled();
}, 600_000);

it('has every registered exam on the list once, and nothing else', async () => {
  const items = await installation.rows<{ exam_id: string }>('SELECT exam_id FROM reading_item ORDER BY exam_id');
  expect(items.map((item) => item.exam_id)).toEqual([...registered.keys()].sort());
  expect(await count('failed_at IS NOT NULL')).toBe(0);
});

it('has delivered every signed report once per channel, numbered without a gap', async () => {
  const webhooks = signed.filter((report) => report.clinicId === work.clinic(0).id);
  await until(
    'every webhook is through',
    async () => (await deliveries('webhook', 'DELIVERED')).length === webhooks.length,
  );
  for (const clinic of [0, 1]) {
    const mine = signed.filter((report) => report.clinicId === work.clinic(clinic).id);
    const inbox = await work.inbox(clinic);
    expect(inbox.map((entry) => entry.seq)).toEqual(mine.map((_, n) => n + 1));
    expect(inbox.map((entry) => entry.reportVersion.versionId).sort()).toEqual(
      mine.map(({ versionId }) => versionId).sort(),
    );
  }
  expect(await deliveries('webhook')).toEqual(webhooks.map((report) => report.versionId).sort());
  expect(await deliveries('inbox')).toEqual(signed.map((report) => report.versionId).sort());
  expect(await madeTimes()).toEqual(signed.map(() => 1));
});

it('has sent the clinic’s system every report under one webhook-id', async () => {
  const versions = new Map<string, Set<string>>();
  for (const { id, body } of clinicSystem.received) {
    const { versionId } = body.data.reportVersion as unknown as { versionId: string };
    versions.set(versionId, (versions.get(versionId) ?? new Set()).add(id));
  }
  const ids = [...versions.values()].map((set) => set.size);
  expect([...versions.keys()].sort()).toEqual(await deliveries('webhook'));
  expect(ids).toEqual(ids.map(() => 1));
});

/** kill -9 each time a few more messages have been handled, in the midst of the next ones. */
async function killOften(worker: Supervised, times: number): Promise<void> {
  for (let n = 0; n < times; n += 1) {
    await worker.ready();
    const before = await count('handled_at IS NOT NULL');
    const victim: ServerProcess = worker.current;
    const works = async (): Promise<boolean> => {
      // A quick worker must not run out of work before it is killed.
      if ((await count('handled_at IS NULL AND not_before IS NULL')) === 0) await register(1);
      return (await count('handled_at IS NOT NULL')) >= before + 3;
    };
    await until('the worker works', works);
    await victim.kill();
  }
}

/** Frozen in the midst of a write it would hold the table, and whoever locks that would wait for it for ever. */
async function freezeBetweenWrites(worker: ServerProcess): Promise<void> {
  await until('the worker is caught between two writes', async () => {
    worker.freeze();
    const stopped = (): boolean => /^\d+ \(.*\) T /.test(readFileSync(`/proc/${worker.pid}/stat`, 'utf8'));
    await until('it stands still', stopped);
    const [open] = await installation.rows<{ n: number }>(
      `SELECT count(*)::int AS n FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'`,
    );
    if (open!.n === 0) return true;
    worker.thaw();
    return false;
  });
}

/** How often each exam was put on the list: whoever does so tells it, and the telling is no second time undone. */
async function timesEnlisted(exams: readonly string[]): Promise<number[]> {
  const rows = await installation.rows<{ n: number }>(
    `SELECT count(*)::int AS n FROM outbox_message
     WHERE event = 'ReadingProgressed' AND payload->>'state' = 'QUEUED' AND subject_id = ANY($1) GROUP BY subject_id`,
    exams,
  );
  return rows.map((row) => row.n);
}

/** Version ids of the deliveries on a kind of channel. */
async function deliveries(kind: 'inbox' | 'webhook', state?: string): Promise<string[]> {
  const rows = await installation.rows<{ report_version_id: string }>(
    `SELECT report_version_id FROM delivery WHERE channel_kind = $1 AND ($2::text IS NULL OR state = $2) ORDER BY 1`,
    kind,
    state ?? null,
  );
  return rows.map((row) => row.report_version_id);
}

/** How often deliveries were made for each signed version, as the audit trail tells. */
async function madeTimes(): Promise<number[]> {
  const rows = await installation.rows<{ n: number }>(
    "SELECT count(*)::int AS n FROM audit_event WHERE action = 'delivery.create' GROUP BY subject_id",
  );
  return rows.map((row) => row.n);
}
