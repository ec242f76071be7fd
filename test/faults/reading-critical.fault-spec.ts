import type { JsonClient } from '../harness/json-client';
import { personAt, type ServerProcess } from '../harness/processes';
import { until } from '../harness/wait';
import { CountyWork, must } from './county-work';
import { Halt } from './halt';
import { installationWithOwnQueue, type QueueStore } from './queue-store';
import { testExam } from './studies';

/** The ladder of the county: seconds from the mark to its three rungs and to the breach. */
type Ladder = readonly [first: number, second: number, third: number, breach: number];
const QUICK: Ladder = [2, 6, 8, 10];
/** Long enough to kill and to take away between the first two rungs, even where the machine stands still for a while. */
const WITH_A_GAP: Ladder = [2, 40, 42, 44];

let queue: QueueStore;
let worker: ServerProcess;
let work: CountyWork;
let admin: JsonClient;
let ladder: Ladder;
let exams = 0;

beforeAll(async () => {
  queue = await installationWithOwnQueue();
  const county = await queue.installation.seed();
  const api = await queue.installation.start('api');
  worker = await queue.installation.start('worker');
  work = await CountyWork.begin(api.url, county);
  admin = await personAt(api.url, county, 'admin');
});
afterAll(() => queue.end());

/** Sets the ladder of what is marked from now on. */
async function climbBy(wanted: Ladder): Promise<void> {
  ladder = wanted;
  const settings = must<object>(await admin.get('/api/critical/settings'));
  const rungs = [['ordering_doctor'], ['clinic_duty'], ['clinic_head', 'chief']];
  const changed = {
    ladder: rungs.map((to, n) => ({ afterSeconds: wanted[n], to })),
    breachSeconds: wanted[3],
  };
  must(await admin.put('/api/critical/settings', { ...settings, ...changed }));
}

/** A critical value that the writer has marked in an exam which he is reading. */
async function marked(clinic: number): Promise<{ examId: string; criticalId: string }> {
  exams += 1;
  const wish = { metadataOnly: true, orderingDoctor: `医师${clinic + 1}` };
  const examId = await work.register(clinic, testExam(`C${exams}`, wish));
  await work.listed(examId);
  await work.claim(work.writer, examId);
  const answer = await work.writer.post(`/api/exams/${examId}/critical`, { finding: '急性肺栓塞' });
  return { examId, criticalId: must<{ criticalId: string }>(answer).criticalId };
}

interface Told {
  readonly what: string;
  /** User names, in order; a name that stands twice was told twice. */
  readonly to: readonly string[];
  /** Seconds after the marking. */
  readonly after: number;
}

/** Every notice about a value in the order of telling. */
const told = (criticalId: string): Promise<Told[]> =>
  queue.installation.rows(
    `SELECT n.kind AS what, array_agg(p.username ORDER BY p.username) AS "to",
       extract(epoch FROM n.told_at - c.found_at)::float8 AS after
     FROM critical_cycle c JOIN notice n ON n.params->>'criticalId' = c.id::text
     JOIN notice_receipt r ON r.notice_id = n.id JOIN person p ON p.id = r.person_id
     WHERE c.id = $1 GROUP BY n.id, c.found_at ORDER BY n.told_at, n.kind, n.id`,
    criticalId,
  );

const rungs = async (criticalId: string): Promise<Told[]> =>
  (await told(criticalId)).filter(({ what }) => what === 'critical.rung');
const rungsTold = (criticalId: string, count: number): Promise<unknown> =>
  until(`rung ${count} is told`, async () => (await rungs(criticalId)).length >= count);
const breached = (criticalId: string): Promise<unknown> =>
  until('the breach is told', async () => (await told(criticalId)).some(({ what }) => what === 'critical.breach'));

/** Who is told at which rung: a clinic without a head is told as a whole. */
const climbed = (clinic: number): string[][] => {
  const everybody = [`doctor0${clinic + 1}`, `tech0${clinic + 1}`];
  return [[`doctor0${clinic + 1}`], everybody, ['chief1', ...everybody]];
};

/** Each rung was told once and not before its time, the radiologist was reminded at each, the breach was told once. */
async function expectWholeLadder(criticalId: string, clinic: number): Promise<void> {
  const all = await told(criticalId);
  const count = (kind: string): number => all.filter(({ what }) => what === kind).length;
  expect(['marked', 'rung', 'call', 'breach'].map((what) => count(`critical.${what}`))).toEqual([1, 3, 3, 1]);
  const steps = await rungs(criticalId);
  expect(steps.map(({ to }) => to)).toEqual(climbed(clinic));
  steps.forEach(({ after }, n) => expect(after).toBeGreaterThanOrEqual(ladder[n]!));
  const rows = await queue.installation.rows<{ action: string; n: number }>(
    `SELECT action, count(*)::int AS n FROM critical_event
     WHERE cycle_id = $1 AND action IN ('rung', 'breach', 'escalate') GROUP BY action ORDER BY action`,
    criticalId,
  );
  expect(rows).toEqual([
    { action: 'breach', n: 1 },
    { action: 'escalate', n: 1 },
    { action: 'rung', n: 3 },
  ]);
}

it('a worker killed between two rungs, with the queue emptied: every rung is told once', async () => {
  await climbBy(WITH_A_GAP);
  const [first, second] = [await marked(0), await marked(1)];
  await rungsTold(first.criticalId, 1);
  await rungsTold(second.criticalId, 1);
  await worker.kill();
  await queue.lose();
  expect((await rungs(first.criticalId)).length).toBe(1);

  worker = await queue.installation.start('worker');
  await breached(first.criticalId);
  await breached(second.criticalId);
  await expectWholeLadder(first.criticalId, 0);
  await expectWholeLadder(second.criticalId, 1);
  await climbBy(QUICK);
});

it('a worker killed in the midst of telling, with the queue emptied: the rung is told once', async () => {
  const halt = await Halt.at(queue.installation, {
    at: 'after',
    act: 'INSERT',
    table: 'notice',
    row: "NEW.kind = 'critical.rung'",
  });
  const { criticalId } = await marked(0);
  await halt.reached();
  await worker.kill();
  await queue.lose();
  await halt.lift();
  expect(await rungs(criticalId)).toEqual([]);

  worker = await queue.installation.start('worker');
  await breached(criticalId);
  await expectWholeLadder(criticalId, 0);
});

it('emptied under a worker that goes on: every rung is told once', async () => {
  const { pid } = worker;
  const { criticalId } = await marked(1);
  await rungsTold(criticalId, 1);
  await queue.lose();
  await breached(criticalId);
  await expectWholeLadder(criticalId, 1);
  expect([worker.pid, worker.isRunning]).toEqual([pid, true]);
});

it('a worker that was away for the whole ladder tells every rung once when it is back', async () => {
  const { criticalId } = await marked(0);
  await worker.kill();
  await queue.lose();
  await until('the limit has passed', async () => {
    const [row] = await queue.installation.rows<{ passed: boolean }>(
      'SELECT breach_at < now() AS passed FROM critical_cycle WHERE id = $1',
      criticalId,
    );
    return row!.passed;
  });
  worker = await queue.installation.start('worker');
  await breached(criticalId);
  await expectWholeLadder(criticalId, 0);
});
