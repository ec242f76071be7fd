import { freePort, Installation, type ServerProcess } from '../harness/processes';
import { until } from '../harness/wait';
import { CountyWork } from './county-work';
import { onQueue } from './queues';
import { testExam } from './studies';

/** A deaf worker is red for about one period before it ends: long enough to be seen on a slow machine. */
const CANARY_SECONDS = 4;
/** Three canaries unheard, one more period until somebody looks, and a machine that stands still for a while. */
const PATIENCE_MS = 90_000;

let installation: Installation;
let work: CountyWork;

beforeAll(async () => {
  installation = await Installation.make({ settings: { CANARY_SECONDS: String(CANARY_SECONDS) } });
  const county = await installation.seed();
  work = await CountyWork.begin((await installation.start('api')).url, county);
});
afterEach(() => resume());
afterAll(() => installation.end());

/** A paused queue takes jobs and hands none out: what a worker sees whose queue has gone deaf. */
const pause = (): Promise<void> => onQueue(installation, 'events', (queue) => queue.pause());
const resume = (): Promise<void> => onQueue(installation, 'events', (queue) => queue.resume());

it('turns a worker with a deaf queue red, and ends it', async () => {
  const worker = await installation.start('worker');
  await pause();
  // What waits behind the deaf queue is not lost, and the doors stay open.
  const examId = await work.register(0, testExam('D1', { metadataOnly: true }));
  await until('not ready', () => isRed(worker), PATIENCE_MS);
  const { code } = await within(PATIENCE_MS, worker.exited);
  expect(code).toBe(70);
  expect(worker.output).toContain('queue events has not handed out work');

  await resume();
  await installation.start('worker');
  await work.listed(examId);
});

it('keeps a worker whose queues hand out work, however quiet they are', async () => {
  const worker = await installation.start('worker');
  const began = Date.now();
  await until(
    'twice the limit has gone by',
    async () => {
      // No answer in time is a slow machine's; a wrong one is the worker's.
      const faults = await worker.faults();
      expect([faults ?? [], worker.isRunning]).toEqual([[], true]);
      return faults !== undefined && Date.now() - began > 6_000 * CANARY_SECONDS;
    },
    PATIENCE_MS,
  );
});

it('ends a worker that is deaf from its first breath', async () => {
  await pause();
  const worker = installation.spawn('worker', await freePort());
  const { code } = await within(PATIENCE_MS, worker.exited);
  expect(code).toBe(70);
});

const isRed = async (worker: ServerProcess): Promise<boolean> => {
  const faults = await worker.faults();
  return faults !== undefined && faults.some((name) => name.includes('queue'));
};

/** What comes of it, or a failure when it takes longer. */
async function within<T>(limitMs: number, result: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${limitMs} ms`)), limitMs);
  });
  return Promise.race([result, late]).finally(() => clearTimeout(timer));
}
