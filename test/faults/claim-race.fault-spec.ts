import { PeopleService } from '../../src/identity';
import type { TestCounty } from '../harness/county';
import type { Answer, JsonClient } from '../harness/json-client';
import { Installation, personAt, type ServerProcess } from '../harness/processes';
import { until } from '../harness/wait';
import { CountyWork, must } from './county-work';
import { testExam } from './studies';

const CLAIMERS = 200;
const ITEMS = 50;

let installation: Installation;
let work: CountyWork;
let apis: ServerProcess[];
/** As many different people, half of them at either server. */
let claimers: JsonClient[];

beforeAll(async () => {
  installation = await Installation.make();
  const county = await installation.seed();
  await hire(county);
  apis = await Promise.all([installation.start('api'), installation.start('api')]);
  await installation.start('worker');
  work = await CountyWork.begin(apis[0]!.url, county);
  claimers = await each(CLAIMERS, (n) => personAt(apis[n % 2]!.url, county, `reader${n}`));
}, 300_000);
afterAll(() => installation.end());

/** More writers than a test county has. */
function hire(county: TestCounty): Promise<void> {
  return installation.prepare(async (system) => {
    const people = system.get(PeopleService);
    const hireOne = (n: number): Promise<unknown> =>
      people.create(system.ctx(county.countyId), {
        username: `reader${n}`,
        password: county.password,
        name: `报告${n}`,
        title: '住院医师',
        licenceNumber: `1103300${n}`,
        licenceValidUntil: '2035-12-31',
        grants: [{ role: 'writer', hospitalId: county.hospitals[n % 2]!.id }],
      });
    await each(CLAIMERS, hireOne);
  });
}

/** Does the work for 0 … count - 1, eight at a time. */
async function each<T>(count: number, work: (n: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let from = 0; from < count; from += 8) {
    const some = Array.from({ length: Math.min(8, count - from) }, (_, n) => work(from + n));
    results.push(...(await Promise.all(some)));
  }
  return results;
}

async function queued(count: number, prefix: string): Promise<string[]> {
  const register = (n: number): Promise<string> =>
    work.register(n % 2, testExam(`${prefix}${n}`, { metadataOnly: true }));
  const ids = await each(count, register);
  await until('all are on the list', async () => (await held(ids)).length === count);
  // Nothing holds an item any more: whoever asks for the next one passes over what another has in his hands.
  const open = 'SELECT 1 FROM outbox_message WHERE handled_at IS NULL AND not_before IS NULL';
  await until('every message is handled', async () => (await installation.rows(open)).length === 0);
  return ids;
}

const held = (ids: readonly string[]): Promise<{ exam_id: string; holder_id: string | null; fence: number }[]> =>
  installation.rows('SELECT exam_id, holder_id, fence FROM reading_item WHERE exam_id = ANY($1) ORDER BY exam_id', ids);

const claims = (examIds: readonly string[]): Promise<{ subject_id: string; n: number }[]> =>
  installation.rows(
    `SELECT subject_id, count(*)::int AS n FROM audit_event WHERE action = 'exam.claim' AND subject_id = ANY($1)
     GROUP BY subject_id ORDER BY subject_id`,
    examIds,
  );

it('gives an exam that twenty want at once to exactly one, in ten rounds', async () => {
  const exams = await queued(10, 'R');
  for (const [round, examId] of exams.entries()) {
    const twenty = claimers.slice(20 * round, 20 * round + 20);
    const answers = await Promise.all(twenty.map((one) => one.post(`/api/worklist/${examId}/claim`, {})));
    const won = answers.filter(({ status }) => status === 200);
    const lost = answers.filter(({ status, body }) => status === 409 && body.code === 'claimed_by_other');
    expect([won.length, lost.length]).toEqual([1, 19]);
    expect(won[0]!.body.fence).toBe(1);
    const [item] = await held([examId]);
    expect(item).toEqual({ exam_id: examId, holder_id: won[0]!.body.holder.personId, fence: 1 });
    expect(await claims([examId])).toEqual([{ subject_id: examId, n: 1 }]);
  }
});

it('hands fifty exams to fifty of two hundred who ask for the next one at once', async () => {
  const exams = await queued(ITEMS, 'N');
  const answers: Answer[] = await Promise.all(
    claimers.map((one) => one.post('/api/worklist/next', { stage: 'write' })),
  );
  const won = answers.filter(({ status }) => status === 200).map(({ body }) => body);
  const none = answers.filter(({ status }) => status === 204);
  expect([won.length, none.length]).toEqual([ITEMS, CLAIMERS - ITEMS]);
  expect(won.map((claim) => claim.examId).sort()).toEqual([...exams].sort());
  expect(new Set(won.map((claim) => claim.holder.personId)).size).toBe(ITEMS);
  expect((await held(exams)).every(({ holder_id: holder, fence }) => holder !== null && fence === 1)).toBe(true);
  expect(await claims(exams)).toEqual([...exams].sort().map((subject_id) => ({ subject_id, n: 1 })));
});

it('makes one version when the same claim signs twice at once, and tells both', async () => {
  const [examId] = (await queued(1, 'S')) as [string];
  const claim = await work.underReview(examId);
  const answers = await Promise.all([work.sign(examId, claim), work.sign(examId, claim)]);
  const [one, other] = answers.map((answer) => must<{ versionId: string }>(answer).versionId);
  expect(one).toBe(other);
  const versions = await installation.rows('SELECT id FROM report_version WHERE exam_id = $1', examId);
  expect(versions).toEqual([{ id: one }]);
});
