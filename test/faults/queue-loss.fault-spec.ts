import type { ServerProcess } from '../harness/processes';
import { stow } from '../harness/stow';
import { until } from '../harness/wait';
import { type Claim, CountyWork } from './county-work';
import { installationWithOwnQueue, type QueueStore } from './queue-store';
import { onQueue, publishedJobs } from './queues';
import { testExam } from './studies';

let queue: QueueStore;
let api: ServerProcess;
let worker: ServerProcess;
let work: CountyWork;

beforeAll(async () => {
  queue = await installationWithOwnQueue();
  const county = await queue.installation.seed();
  api = await queue.installation.start('api');
  worker = await queue.installation.start('worker');
  work = await CountyWork.begin(api.url, county);
});
afterAll(() => queue.end());

interface MessageRow {
  readonly sent: boolean;
  readonly handled: boolean;
  readonly generation: number;
}

const messages = (consumer: string, subjects: readonly string[]): Promise<MessageRow[]> =>
  queue.installation.rows(
    `SELECT sent_at IS NOT NULL AS sent, handled_at IS NOT NULL AS handled, generation FROM outbox_message
     WHERE consumer = $1 AND subject_id = ANY($2) ORDER BY id`,
    consumer,
    subjects,
  );

/** The messages as they are when the relay has handed all of them over, in however many tries. */
const published = (consumer: string, subjects: readonly string[]): Promise<MessageRow[]> =>
  until(`${consumer} is published`, async () => {
    const rows = await messages(consumer, subjects);
    return rows.length > 0 && rows.every(({ sent }) => sent) && rows;
  });

/** All are handled, and each was published once more for that: what had been published before is lost. */
function expectRepublished(after: readonly MessageRow[], before: readonly MessageRow[]): void {
  expect(after.map(({ handled }) => handled)).toEqual(before.map(() => true));
  expect(after.map(({ generation }, n) => generation > before[n]!.generation)).toEqual(before.map(() => true));
}

const stateOf = async (examId: string): Promise<string> => {
  const [row] = await queue.installation.rows<{ state: string }>('SELECT state FROM exam WHERE id = $1', examId);
  return row!.state;
};

const listed = (examIds: readonly string[]): Promise<unknown> =>
  until(
    'all are on the list',
    async () => {
      const rows = await queue.installation.rows('SELECT 1 FROM reading_item WHERE exam_id = ANY($1)', examIds);
      return rows.length === examIds.length;
    },
    90_000,
  );

it('emptied with jobs waiting: the sweeper publishes them again, and all are done', async () => {
  await onQueue(queue.installation, 'events', (events) => events.pause());
  const exams: string[] = [];
  for (let n = 0; n < 15; n += 1) exams.push(await work.register(n % 2, testExam(`Q${n}`, { metadataOnly: true })));
  await published('worklist.project', exams);
  expect(await publishedJobs(queue.installation, 'events', 'worklist.project', exams)).toBe(exams.length);
  const before = await published('worklist.project', exams);
  expect(before.map(({ handled }) => handled)).toEqual(exams.map(() => false));

  await queue.lose();
  await listed(exams);
  expectRepublished(await messages('worklist.project', exams), before);
});

it('emptied with a timer set: it rings all the same', async () => {
  // It must not ring before it is lost.
  await onQueue(queue.installation, 'timers', (timers) => timers.pause());
  const exam = testExam('T1', { images: 2 });
  const examId = await work.register(0, exam);
  expect(
    (
      await stow(
        api.url,
        work.clinic(0).key,
        exam.images.map(({ bytes }) => bytes),
      )
    ).status,
  ).toBe(200);
  const timer = (): Promise<MessageRow[]> => messages('exams.assume-complete', [examId]);
  const set = await published('exams.assume-complete', [examId]);
  expect(set.map(({ handled }) => handled)).toEqual([false]);

  await queue.lose();
  await until('the alarm has rung', async () => (await timer()).every(({ handled }) => handled));
  expectRepublished(await timer(), set);
  expect(await stateOf(examId)).toBe('QUEUED');
});

it('out of reach: uploads and signatures go on, and when it is back everything is delivered', async () => {
  const { pid } = worker;
  const reviewed: [string, Claim][] = [];
  for (let n = 0; n < 4; n += 1) {
    const examId = await work.register(0, testExam(`S${n}`, { metadataOnly: true }));
    await work.listed(examId, 90_000);
    reviewed.push([examId, await work.underReview(examId)]);
  }
  await queue.down();

  const signed: string[] = [];
  for (const [examId, claim] of reviewed) {
    const { status, body } = await work.sign(examId, claim);
    expect([examId, status]).toEqual([examId, 200]);
    signed.push(body.versionId);
  }
  const exam = testExam('U1', { images: 3 });
  const registered = [await work.register(0, exam), await work.register(1, testExam('U2', { metadataOnly: true }))];
  const { status, failed } = await stow(
    api.url,
    work.clinic(0).key,
    exam.images.map(({ bytes }) => bytes),
  );
  expect([status, failed]).toEqual([200, []]);
  expect(await until('the api answers', () => api.faults())).toEqual([]);
  expect(await work.inbox(0)).toEqual([]);

  await queue.up();
  await until('all reports are in the inbox', async () => (await work.inbox(0)).length === signed.length, 90_000);
  const inbox = await work.inbox(0);
  expect(inbox.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  expect(inbox.map((entry) => entry.reportVersion.versionId).sort()).toEqual([...signed].sort());
  await listed(registered);
  expect([worker.pid, worker.isRunning]).toEqual([pid, true]);
});
