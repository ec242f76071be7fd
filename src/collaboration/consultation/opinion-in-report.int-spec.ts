import { createHash } from 'node:crypto';
import { gateway, seedCounty, signIn, type TestCounty } from '../../../test/harness/county';
import type { JsonClient } from '../../../test/harness/json-client';
import { startSystem, type System } from '../../../test/harness/system';
import { until } from '../../../test/harness/wait';
import { Desk, report, type Seen } from '../../reporting/desk.fixture';

const OPINION = '考虑炎性病变，建议抗炎后复查。';
const CONFIRMED = { confirmedSha256: createHash('sha256').update(OPINION).digest('hex') };

let system: System;
let county: TestCounty;
let desk: Desk;
let reviewer: JsonClient;
let chief: JsonClient;
let chiefOfReader: JsonClient;

beforeAll(async () => {
  system = await startSystem();
  county = await seedCounty(system);
  reviewer = await signIn(system, county, 'reviewer11');
  chief = await signIn(system, county, 'chief2');
  chiefOfReader = await signIn(system, county, 'chief1');
  const machine = gateway(system, county.clinics[0]!);
  desk = new Desk(machine, await signIn(system, county, 'writer11'), reviewer, until);
});
afterAll(() => system.stop());

const done = async (step: ReturnType<JsonClient['post']>): Promise<void> => {
  const { status, body } = await step;
  expect([status, body]).toEqual([expect.any(Number), expect.not.objectContaining({ code: expect.any(String) })]);
};

/** Asked in the review, answered by the chief of hospital 2. */
async function answered(access = 'read_only'): Promise<{ exam: string; seen: Seen; path: string }> {
  const { exam, seen } = await desk.underReview();
  const to = { hospitalId: county.hospitals[1]!.id };
  const question = { fence: seen.fence, to, access, deidentified: false, question: '是否结核？' };
  const { body } = await reviewer.post(`/api/worklist/${exam}/consult`, question);
  const path = `/api/consultations/${body.consultationId}`;
  await done(chief.post(`${path}/accept`, {}));
  await done(chief.post(`${path}/answer`, { opinion: OPINION, ...(access === 'co_sign' ? CONFIRMED : {}) }));
  return { exam, seen, path };
}

async function signed(exam: string, seen: Seen): Promise<{ text: string; title: string; doctor: string }[]> {
  await done(reviewer.post(report(exam, '/sign'), seen));
  const { body } = await reviewer.get(report(exam));
  return body.versions.at(-1).annexes;
}

it.each([
  ['read_only', '主任医师，仅供参考'],
  ['co_sign', '主任医师，联合署名'],
])('an opinion (%s) that was taken over is part of the version that is signed', async (access, title) => {
  const { exam, seen, path } = await answered(access);
  await done(reviewer.post(`${path}/close`, { takenOver: true }));
  expect(await signed(exam, seen)).toMatchObject([{ text: OPINION, doctor: '主任2', title }]);
});

it('one that was not, or no longer, is not', async () => {
  for (const decisions of [[], [false], [true, false]]) {
    const { exam, seen, path } = await answered();
    for (const takenOver of decisions) await done(reviewer.post(`${path}/close`, { takenOver }));
    expect([decisions, await signed(exam, seen)]).toEqual([decisions, []]);
  }
});

it('one that its author withdraws before the signature stays out, and the reader is told', async () => {
  const { exam, seen, path } = await answered();
  await done(reviewer.post(`${path}/close`, { takenOver: true }));
  await done(chief.post(`${path}/withdraw`, { reason: '看错检查' }));
  const { items } = (await reviewer.get('/api/notices?limit=200')).body;
  // Of this consultation: what follows on the others' signatures may still be told.
  const told = items.filter(({ params }: { params: { consultationId?: string } }) =>
    path.endsWith(params.consultationId ?? '-'),
  );
  expect(told[0].text).toMatch(/意见已由会诊医师撤回，请核对报告$/);
  expect(await signed(exam, seen)).toEqual([]);
});

it('one that is withdrawn after the signature stays in the version that was signed', async () => {
  const { exam, seen, path } = await answered();
  await done(reviewer.post(`${path}/close`, { takenOver: true }));
  const annexes = await signed(exam, seen);
  await done(chief.post(`${path}/withdraw`, { reason: '看错检查' }));
  expect((await reviewer.get(report(exam))).body.versions.at(-1).annexes).toEqual(annexes);
  expect((await reviewer.get(path)).body).toMatchObject({ state: 'WITHDRAWN', endReason: '看错检查' });
});

it('one that somebody else takes over while the reviewer reads is not signed unread', async () => {
  const { exam, seen, path } = await answered();
  await done(chiefOfReader.post(`${path}/close`, { takenOver: true }));
  const refused = await reviewer.post(report(exam, '/sign'), seen);
  const { annexes } = (await reviewer.get(report(exam))).body;
  const ids = annexes.map(({ annexId }: { annexId: string }) => annexId);
  expect(refused).toMatchObject({
    status: 409,
    body: { code: 'stale_annexes', params: { state: 'REVIEWING', annexes: ids } },
  });
  expect((await reviewer.post(report(exam, '/sign'), { ...seen, annexes: [] })).body.code).toBe('stale_annexes');
  expect((await reviewer.post(report(exam, '/sign'), { ...seen, annexes: [...ids, exam] })).body.code).toBe(
    'stale_annexes',
  );
  await done(reviewer.post(report(exam, '/sign'), { ...seen, annexes: ids }));
  expect((await reviewer.get(report(exam))).body.versions.at(-1).annexes).toMatchObject([{ text: OPINION }]);
});
