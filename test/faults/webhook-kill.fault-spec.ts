import { FakeClinic } from '../../src/delivery/delivery.fixture';
import { Installation, personAt, type ServerProcess } from '../harness/processes';
import { until } from '../harness/wait';
import { CountyWork, endLeases } from './county-work';
import { testExam } from './studies';

let installation: Installation;
let work: CountyWork;
let clinicSystem: FakeClinic;
let worker: ServerProcess;
let exams = 0;

beforeAll(async () => {
  // Nobody here waits for an answer in vain; an attempt ends when the spec ends it, and not by its time.
  installation = await Installation.make({ settings: { WEBHOOK_TIMEOUT_MS: '120000' } });
  const county = await installation.seed();
  const api = await installation.start('api');
  worker = await installation.start('worker');
  work = await CountyWork.begin(api.url, county);
  clinicSystem = await FakeClinic.start();
  await work.openWebhook(0, clinicSystem.port);
});
afterAll(async () => {
  await installation.end();
  await clinicSystem.goAway();
});
beforeEach(() => {
  clinicSystem.received.length = 0;
});

async function signOne(): Promise<string> {
  exams += 1;
  const examId = await work.register(0, testExam(`W${exams}`, { metadataOnly: true }));
  await work.listed(examId);
  return (await work.read(0, examId)).versionId;
}

interface DeliveryRow {
  readonly id: string;
  readonly state: string;
  readonly attempts: number;
  readonly ambiguous: boolean;
}

async function delivery(versionId: string): Promise<DeliveryRow> {
  const [row] = await installation.rows<DeliveryRow>(
    "SELECT id, state, attempts, ambiguous FROM delivery WHERE report_version_id = $1 AND channel_kind = 'webhook'",
    versionId,
  );
  return row!;
}

const attempts = (deliveryId: string): Promise<{ outcome: string | null; code: string | null }[]> =>
  installation.rows('SELECT outcome, code FROM delivery_attempt WHERE delivery_id = $1 ORDER BY number', deliveryId);

/** What a clinic's system keeps: the first message of each id. */
const filed = (): number => new Set(clinicSystem.received.map(({ id }) => id)).size;

describe.each([
  // The frozen worker cannot see what the clinic answers; killed, it has recorded nothing.
  ['after the clinic has taken the report', true],
  ['before the clinic has answered', false],
])('the worker is killed between sending a webhook and recording it, %s', (_, clinicAnswers) => {
  it('sends again under the same id, and keeps the doubt on record', async () => {
    const struck = new Promise<void>((done) => {
      clinicSystem.answer = (response): void => {
        worker.freeze();
        if (clinicAnswers) response.writeHead(204).end(() => void worker.kill().then(() => done()));
        else void worker.kill().then(() => done());
      };
    });
    const versionId = await signOne();
    await struck;
    clinicSystem.answer = (response) => response.writeHead(204).end();

    const before = await delivery(versionId);
    expect(before).toMatchObject({ state: 'SENT', attempts: 1 });
    expect(await attempts(before.id)).toEqual([{ outcome: null, code: null }]);

    worker = await installation.start('worker');
    await endLeases(installation);
    await until('the report is delivered', async () => (await delivery(versionId)).state === 'DELIVERED');
    expect(await delivery(versionId)).toMatchObject({ attempts: 2, ambiguous: false });
    expect(await attempts(before.id)).toEqual([
      { outcome: 'ambiguous', code: 'interrupted' },
      { outcome: 'delivered', code: 'http_204' },
    ]);
    expect(clinicSystem.received.map(({ id }) => id)).toEqual([before.id, before.id]);
    expect(clinicSystem.received[1]!.text).toBe(clinicSystem.received[0]!.text);
    expect(filed()).toBe(1);
  });
});

it('leaves a lane alone while its holder may still be at it', async () => {
  const answered: (() => void)[] = [];
  clinicSystem.answer = (response) => void answered.push(() => response.writeHead(204).end());
  const versionId = await signOne();
  await until('the webhook is on its way', () => answered.length === 1);
  const second = await installation.start('worker');
  // The sweep for lanes comes after the one that seals what was audited: two of these hold a whole round.
  await roundOfSweeps();
  await roundOfSweeps();
  expect(answered).toHaveLength(1);
  answered[0]!();
  await until('the report is delivered', async () => (await delivery(versionId)).state === 'DELIVERED');
  expect(clinicSystem.received).toHaveLength(1);
  await second.kill();
});

/** Something is audited; resolves when a sweep has sealed it. */
async function roundOfSweeps(): Promise<void> {
  await personAt(work.url, work.county, 'auditor');
  await until('a sweep has gone by', async () => {
    const [open] = await installation.rows<{ n: number }>(
      'SELECT count(*)::int AS n FROM audit_event WHERE seal IS NULL',
    );
    return open!.n === 0;
  });
}
