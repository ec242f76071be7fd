import { EventStream } from '../src/demo/http-client';
import { examBody } from './harness/exam-body';
import { type Bench, type Figures, figure, note, quantile, table } from './harness/figures';
import { Caller, openLoop, personHeaders } from './harness/http';
import { onInstallation } from './harness/installation';
import { startRedis } from './harness/redis';

const CLINICS = 26;
const PER_SECOND = 20;
const COUNT = 400;
const TEXT = {
  technique: 'CT平扫',
  findings: '双肺纹理清晰，未见实质性病变。',
  impression: '胸部CT平扫未见明显异常。',
  recommendation: '',
  positive: 0,
};

/** From sending *sign* to the event at the clinic, 26 clinics listening, 20 signatures a second; the worse queue backend. */
async function run(): Promise<Figures> {
  const redis = await startRedis();
  const results = new Map<string, number[]>([['Postgres', await measure({})]]);
  if (redis) results.set('Redis', await measure({ REDIS_URL: redis.url }));
  else note('Redis is not installed: only the Postgres backend was measured');
  redis?.stop();
  const rows = [...results].map(([backend, took]) => [backend, quantile(took, 0.5), quantile(took, 0.95)] as const);
  table('sync: from sign to the event at the clinic (ms)', [
    ['queues on', 'p50', 'p95'],
    ...rows.map(([backend, p50, p95]) => [backend, p50.toFixed(0), p95.toFixed(0)]),
  ]);
  return { p50: figure(Math.max(...rows.map((row) => row[1]))), p95: figure(Math.max(...rows.map((row) => row[2]))) };
}

function measure(env: Record<string, string>): Promise<number[]> {
  return onInstallation(async (installation) => {
    const county = await installation.seed(CLINICS);
    const api = await installation.start('api', env);
    const worker = await installation.start('worker', env);
    const caller = new Caller(api.url);
    const writer = await personHeaders(caller, 'writer11', county.password);
    const reviewer = await personHeaders(caller, 'reviewer11', county.password);
    const sentAt = new Map<string, number>();
    const took: number[] = [];
    const streams = county.clinics.map(
      ({ key }) =>
        new EventStream({
          url: `${api.url}/api/inbox/stream`,
          headers: { authorization: `Bearer ${key}` },
          onEvent: ({ data }) => {
            const id = (JSON.parse(data) as { examId?: string }).examId;
            const sent = id === undefined ? undefined : sentAt.get(id);
            if (sent !== undefined) took.push(performance.now() - sent);
          },
        }),
    );
    await Promise.all(streams.map(({ opened }) => opened));
    note(`bringing ${COUNT} exams to the reviewer …`);
    const ready: { examId: string; body: object }[] = [];
    for (let i = 0; i < COUNT; i += 1)
      ready.push(await toReview(caller, county.clinics[i % CLINICS]!.key, writer, reviewer));
    await openLoop(PER_SECOND, COUNT, async (i) => {
      const { examId, body } = ready[i]!;
      sentAt.set(examId, performance.now());
      await caller.expect(200, 'POST', `/api/exams/${examId}/report/sign`, reviewer, body);
    });
    const end = performance.now() + 10_000;
    while (took.length < COUNT && performance.now() < end) await new Promise((next) => setTimeout(next, 50));
    for (const stream of streams) stream.close();
    caller.close();
    await Promise.all([api.stop(), worker.stop()]);
    if (took.length < COUNT) throw new Error(`${COUNT - took.length} signed reports never arrived`);
    return took;
  });
}

interface Claim {
  fence: number;
  version: number;
  imageSet: number;
}

/** An exam up to the reviewer's claim; answers what *sign* needs. */
async function toReview(
  caller: Caller,
  key: string,
  writer: Record<string, string>,
  reviewer: Record<string, string>,
): Promise<{ examId: string; body: object }> {
  const made = await caller.expect(201, 'POST', '/api/exams', { authorization: `Bearer ${key}` }, examBody());
  const { examId } = JSON.parse(made.body) as { examId: string };
  const claim = await claimed(caller, examId, writer);
  const saved = await caller.expect(200, 'PUT', `/api/exams/${examId}/report/draft`, writer, {
    fence: claim.fence,
    version: claim.version,
    ...TEXT,
  });
  const { version } = JSON.parse(saved.body) as { version: number };
  await caller.expect(200, 'POST', `/api/exams/${examId}/report/submit`, writer, {
    fence: claim.fence,
    version,
    imageSet: claim.imageSet,
  });
  const review = await claimed(caller, examId, reviewer);
  return { examId, body: { fence: review.fence, version: review.version, imageSet: review.imageSet } };
}

/** The worklist hears of a new exam by an event: the claim is tried until the item is there. */
async function claimed(caller: Caller, examId: string, reader: Record<string, string>): Promise<Claim> {
  const end = performance.now() + 10_000;
  for (;;) {
    const reply = await caller.call('POST', `/api/worklist/${examId}/claim`, reader, '{}');
    if (reply.status === 200 || reply.status === 201) return JSON.parse(reply.body) as Claim;
    if (performance.now() > end) throw new Error(`claim: ${reply.status} ${reply.body}`);
    await new Promise((next) => setTimeout(next, 10));
  }
}

export const sync: Bench = { name: 'sync', run };
