import { gateway, seedCounty, signIn, type TestCounty } from '../../../test/harness/county';
import { ManualClock, MINUTE } from '../../../test/harness/manual-clock';
import { startSystem, type System } from '../../../test/harness/system';
import { until } from '../../../test/harness/wait';
import { Sweeper } from '../../platform/outbox';
import { type Answered, type Client, Desk, report, type Seen, TEXT } from '../desk.fixture';

const NAMES = [
  'writer11',
  'writer12',
  'reviewer11',
  'reviewer21',
  'reviewer22',
  'chief1',
  'doctor01',
  'admin',
] as const;
type Who = (typeof NAMES)[number];

let clock: ManualClock;
let system: System;
let county: TestCounty;
let desk: Desk;
let people: Readonly<Record<Who, Client>>;

beforeAll(async () => {
  clock = new ManualClock();
  // The sweeps run when the specs say so: not between a step of the clock and the save that follows it.
  system = await startSystem({ clock, env: { SWEEP_SECONDS: '3600' } });
  county = await seedCounty(system);
  const signed = await Promise.all(NAMES.map(async (name) => [name, await signIn(system, county, name)] as const));
  people = Object.fromEntries(signed) as unknown as Record<Who, Client>;
  desk = new Desk(gateway(system, county.clinics[0]!), people.writer11, people.reviewer21, until);
});
afterAll(() => system.stop());

const work = (who: Who, exam: string, verb: string, body: object = {}): Promise<Answered> =>
  people[who].post(`/api/worklist/${exam}/${verb}`, body);
const post = (who: Who, exam: string, step: string, body: object): Promise<Answered> =>
  people[who].post(report(exam, step), body);
const ok = async (answer: Promise<Answered>): Promise<Answered['body']> => {
  const { status, body } = await answer;
  expect([status, body?.code]).toEqual([200, undefined]);
  return body;
};
const codeOf = ({ status, body }: Answered): [number, string] => [status, body.code];
const change = (sql: string, ...params: unknown[]): Promise<number> =>
  system.db.relay(system.ctx(county.countyId), (tx) => tx.change(sql, params));
const itemOf = async (exam: string): Promise<{ heartbeat_at: Date; active_at: Date; lease_until: Date }> => {
  const rows = await system.db.relay(system.ctx(county.countyId), (tx) =>
    tx.rows<{ heartbeat_at: Date; active_at: Date; lease_until: Date }>(
      'SELECT heartbeat_at, active_at, lease_until FROM reading_item WHERE exam_id = $1',
      [exam],
    ),
  );
  return rows[0]!;
};

/** Written by `who`, who then gives it up; claimed by the next. */
async function passedOn(who: Who, next: Who, text: object = {}): Promise<{ exam: string; seen: Seen }> {
  const exam = await desk.queued();
  const written = await desk.put(people[who], exam, await desk.claim(people[who], exam), text);
  await ok(work(who, exam, 'release', { fence: written.fence, reason: '下班' }));
  return { exam, seen: await desk.claim(people[next], exam) };
}

describe('nobody reviews his own words', () => {
  it('whoever hands them in: given up by one, submitted untouched by another', async () => {
    const { exam, seen } = await passedOn('reviewer11', 'writer12');
    await ok(post('writer12', exam, '/submit', seen));
    expect(codeOf(await work('reviewer11', exam, 'claim'))).toEqual([409, 'own_report']);
    const assigned = await work('chief1', exam, 'assign', {
      personId: county.people.get('reviewer11')!.id,
      reason: '请审',
    });
    expect(codeOf(assigned)).toEqual([409, 'own_report']);
    const next = await people.reviewer11.post('/api/worklist/next', { stage: 'review' });
    expect(next.body?.examId).not.toBe(exam);
    const review = await desk.claim(people.reviewer21, exam);
    expect((await work('chief1', exam, 'takeover', { reason: '急' })).status).toBe(200);
    await ok(post('chief1', exam, '/sign', { ...review, fence: review.fence + 1 }));
  });

  it('nor when the other has hardly touched them, or cleared and put them back', async () => {
    for (const edits of [[{ recommendation: '请复查' }], [EMPTY, TEXT]]) {
      const { exam, seen } = await passedOn('reviewer11', 'writer12');
      let now = seen;
      for (const text of edits) now = await desk.put(people.writer12, exam, now, text);
      await ok(post('writer12', exam, '/submit', now));
      expect(codeOf(await work('reviewer11', exam, 'claim'))).toEqual([409, 'own_report']);
    }
  });

  it('nor when the claim was taken over from him', async () => {
    const exam = await desk.queued();
    const written = await desk.put(people.reviewer11, exam, await desk.claim(people.reviewer11, exam));
    const { fence } = await ok(work('chief1', exam, 'takeover', { reason: '离岗' }));
    await ok(post('chief1', exam, '/submit', { ...written, fence }));
    expect(codeOf(await work('reviewer11', exam, 'claim'))).toEqual([409, 'own_report']);
  });

  it('nor after a preliminary report that another sent out', async () => {
    const { exam, seen } = await passedOn('reviewer11', 'writer12');
    await ok(people.admin.put('/api/preliminary-policy', { modality: 'CT', allowed: 'always', reason: '试运行' }));
    await ok(post('writer12', exam, '/preliminary', seen));
    expect(codeOf(await work('reviewer11', exam, 'claim'))).toEqual([409, 'own_report']);
    await desk.claim(people.reviewer21, exam);
  });

  it('and the database says so too', async () => {
    const { exam, seen } = await passedOn('reviewer11', 'writer12');
    await ok(post('writer12', exam, '/submit', seen));
    await desk.claim(people.reviewer21, exam);
    const forced = change(
      'UPDATE reading_item SET holder_id = $2 WHERE exam_id = $1',
      exam,
      county.people.get('reviewer11')!.id,
    );
    await expect(forced).rejects.toThrow('reading_item_two_people');
  });

  it('but may review what another has written anew after him, from an empty text', async () => {
    const { exam, seen } = await passedOn('reviewer11', 'writer12', EMPTY);
    await ok(post('writer12', exam, '/submit', await desk.put(people.writer12, exam, seen)));
    await desk.claim(people.reviewer11, exam);
  });

  it('and what he changed as its reviewer is not his own: after 驳回, and after a recall', async () => {
    const { exam, seen } = await desk.underReview();
    const edited = await desk.put(people.reviewer21, exam, seen, { impression: '左肺上叶结节。' });
    await ok(post('reviewer21', exam, '/reject', { ...edited, reason: '请核对侧别' }));
    const again = await desk.claim(people.writer11, exam);
    await ok(post('writer11', exam, '/submit', again));
    const review = await desk.claim(people.reviewer21, exam);
    await ok(post('reviewer21', exam, '/sign', await desk.put(people.reviewer21, exam, review)));
    await ok(post('reviewer21', exam, '/recall', { reason: '还需核对' }));
    await ok(post('writer11', exam, '/submit', await desk.claim(people.writer11, exam)));
    await ok(post('reviewer21', exam, '/sign', await desk.claim(people.reviewer21, exam)));
  });
});

const EMPTY = { technique: '', findings: '', impression: '', recommendation: '', positive: null };

describe('a text whose save is refused is kept', () => {
  it('when the exam was voided while its writer typed', async () => {
    const { exam, seen } = await desk.written();
    await ok(people.admin.post(`/api/exams/${exam}/void`, { reason: '重复登记' }));
    const late = { fence: seen.fence, version: seen.version, ...TEXT, impression: '左肺下叶肺炎。' };
    expect((await people.writer11.put(report(exam, '/draft'), late)).status).toBe(409);
    const { kept } = (await people.writer11.get(report(exam, '/trace'))).body;
    expect(kept).toMatchObject([{ why: 'refused', impression: '左肺下叶肺炎。' }]);
  });

  it('when the clinic’s doctor saves after the exam went to the centre', async () => {
    const exam = await desk.queued();
    await ok(people.doctor01.post(`/api/exams/${exam}/mode`, { mode: 'review', reason: '本院医师书写' }));
    await ok(people.doctor01.put(report(exam, '/clinic-draft'), { version: 0, ...TEXT }));
    await ok(people.doctor01.post(`/api/exams/${exam}/mode`, { mode: 'diagnose', reason: '本院医师外出' }));
    const text = { version: 1, ...TEXT, impression: '两肺未见异常。' };
    expect((await people.doctor01.put(report(exam, '/clinic-draft'), text)).status).toBe(409);
    await until('the centre to have it', async () => (await work('writer11', exam, 'claim')).status === 200);
    const { kept } = (await people.writer11.get(report(exam, '/trace'))).body;
    expect(kept).toMatchObject([{ why: 'refused', impression: '两肺未见异常。' }]);
  });
});

it('a save is a sign of life and of work', async () => {
  const { exam, seen } = await desk.written();
  const before = await itemOf(exam);
  clock.advance(4 * MINUTE);
  const saved = await desk.put(people.writer11, exam, seen, { recommendation: '三个月后复查' });
  const { heartbeat_at: heartbeat, active_at: active, lease_until: lease } = await itemOf(exam);
  expect([heartbeat, active]).toEqual([clock.now(), clock.now()]);
  expect(lease.getTime() - before.lease_until.getTime()).toBe(4 * MINUTE);
  // A save that is refused says nothing.
  clock.advance(MINUTE);
  const stale = { fence: saved.fence, version: 0, ...TEXT };
  expect((await people.writer11.put(report(exam, '/draft'), stale)).status).toBe(409);
  expect((await itemOf(exam)).heartbeat_at).toEqual(heartbeat);
});

it('who saves without a heartbeat is neither silent nor idle', async () => {
  const { exam, seen } = await desk.written();
  let now = seen;
  // Forty minutes, always a little longer than a hospital may be silent.
  for (let time = 0; time < 4; time += 1) {
    clock.advance(10 * MINUTE);
    now = await desk.put(people.writer11, exam, now, { recommendation: `第${time}次保存` });
    await system.get(Sweeper).sweepOnce();
  }
  expect(codeOf(await work('writer12', exam, 'takeover', { reason: '长时间无操作' }))).toEqual([409, 'not_idle']);
  await ok(post('writer11', exam, '/submit', now));
});
