import { freePort, Installation, type ServerProcess } from '../harness/processes';
import { until } from '../harness/wait';
import { CountyWork } from './county-work';
import { OwnRedis, type RedisSettings } from './own-redis';
import { testExam } from './studies';

/** EX_CONFIG of sysexits.h: a supervisor may see that starting again will not help. */
const MISCONFIGURED = 78;

let redis: OwnRedis;
let installation: Installation;
let work: CountyWork;

beforeAll(async () => {
  redis = await OwnRedis.prepare();
  installation = await Installation.make({ redisUrl: redis.url, settings: { CANARY_SECONDS: '1' } });
  const county = await installation.seed();
  work = await CountyWork.begin((await installation.start('api')).url, county);
});
afterAll(async () => {
  await installation.end();
  await redis.end();
});
afterEach(() => redis.down());

const UNSAFE: readonly (readonly [string, RedisSettings, string])[] = [
  ['keeps no append-only file', { appendonly: 'no' }, 'appendonly is off'],
  ['evicts keys', { policy: 'allkeys-lru' }, 'maxmemory-policy is allkeys-lru'],
  ['evicts keys that expire', { policy: 'volatile-ttl' }, 'maxmemory-policy is volatile-ttl'],
];

describe.each(UNSAFE)('a Redis that %s', (_, settings, reason) => {
  it('is refused at boot, and the reason is said', async () => {
    await redis.up(settings);
    const worker = installation.spawn('worker', await freePort());
    expect(await worker.exited).toEqual({ code: MISCONFIGURED, signal: null });
    expect(worker.output).toContain(reason);
  });

  it('is refused when it comes up later than the worker', async () => {
    const worker = installation.spawn('worker', await freePort());
    await until('the worker waits for it', () => answers(worker));
    await redis.up(settings);
    expect(await worker.exited).toEqual({ code: MISCONFIGURED, signal: null });
    expect(worker.output).toContain(reason);
  });
});

it('waits for a Redis that is not up yet, and does the work when it comes', async () => {
  const examId = await work.register(0, testExam('L1', { metadataOnly: true }));
  const worker = installation.spawn('worker', await freePort());
  await until('the worker waits for it', () => answers(worker));
  await redis.up();
  await work.listed(examId, 90_000);
  expect(worker.isRunning).toBe(true);
  await until('all is well', async () => (await worker.faults())?.length === 0);
  await worker.kill();
});

it('turns red while Redis hangs, and green again when it goes on; the work is not lost', async () => {
  await redis.up();
  const worker = await installation.start('worker');
  const { pid } = worker;
  redis.freeze();
  const examId = await work.register(0, testExam('F1', { metadataOnly: true }));
  await until('the worker is red', async () => (await worker.faults())?.some((name) => name.includes('queue')));
  redis.thaw();
  await until('the worker is green', async () => (await worker.faults())?.length === 0, 90_000);
  await work.listed(examId, 90_000);
  expect([worker.pid, worker.isRunning]).toEqual([pid, true]);
});

const answers = async (worker: ServerProcess): Promise<boolean> => (await worker.faults()) !== undefined;
