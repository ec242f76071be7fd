import { gateway, seedCounty, signIn, type TestCounty } from '../../../test/harness/county';
import type { JsonClient } from '../../../test/harness/json-client';
import { ManualClock, MINUTE } from '../../../test/harness/manual-clock';
import { startSystem, type System } from '../../../test/harness/system';
import { until } from '../../../test/harness/wait';
import { Outbox, Sweeper } from '../../platform/outbox';
import { REPORT_RECALLED } from '../../reporting';
import { Desk } from '../../reporting/desk.fixture';
import { CLEAR, PE, SignedReports } from '../signed-reports.fixture';
import { Ward } from '../ward.fixture';
import { Withdrawals } from '../withdrawing/withdrawals';

const clock = new ManualClock();
let system: System;
let county: TestCounty;
let ward: Ward;
let desk: Desk;
let reports: SignedReports;
let writer: JsonClient;
let reviewer: JsonClient;
let doctor: JsonClient;

beforeAll(async () => {
  system = await startSystem({ clock });
  county = await seedCounty(system);
  ward = new Ward(system, county);
  writer = await signIn(system, county, 'writer11');
  reviewer = await signIn(system, county, 'reviewer21');
  doctor = await signIn(system, county, 'doctor01');
  desk = new Desk(gateway(system, county.clinics[0]!), writer, reviewer, until);
  reports = new SignedReports(ward, desk);
});
afterAll(() => system.stop());

const FINDING = '急性肺栓塞';

interface Item {
  criticalId: string;
  kind: string;
  state: string;
  finding: string;
  source: string;
}

/** The exam's critical values, the oldest first. */
const values = async (examId: string): Promise<Item[]> =>
  (await reviewer.get(`/api/critical?exam=${examId}`)).body.items.reverse();

const sign: SignedReports['sign'] = (...version) => reports.sign(...version);
const handled = (versionId: string): Promise<unknown> => reports.handled(versionId);
const signed = (text: object): Promise<{ exam: string; versionId: string }> => reports.signed(text);

it('asks the signer about a critical phrase that nobody has marked, and marks nothing by itself', async () => {
  const { exam } = await signed(PE);
  expect(await values(exam)).toMatchObject([{ state: 'SUSPECTED', source: 'text', raisedBy: '系统校对' }]);
  expect(await ward.told(exam, 'critical.suspected')).toEqual(['reviewer21']);
  expect(await ward.told(exam, 'critical.marked')).toEqual([]);
});

it('tells the chief of the signer’s hospital when the signer does not answer', async () => {
  const { exam } = await signed(PE);
  clock.advance(5 * MINUTE);
  await system.get(Sweeper).sweepOnce();
  await until('the chief to be told', async () => (await ward.told(exam, 'critical.unanswered')).length > 0);
  expect(await ward.told(exam, 'critical.unanswered')).toEqual(['chief2']);
});

it('asks nothing about a negated phrase, nor about what was marked while reading', async () => {
  expect(await values((await signed(CLEAR)).exam)).toEqual([]);
  const { exam, seen } = await desk.underReview(PE);
  await reviewer.post(`/api/exams/${exam}/critical`, { finding: FINDING });
  const { body } = await reviewer.post(`/api/exams/${exam}/report/sign`, seen);
  await handled(body.versionId);
  expect(await values(exam)).toMatchObject([{ state: 'CONFIRMED', source: 'reader' }]);
});

it('opens a new cycle when a correction takes a critical finding away, and ends the old one’s ladder', async () => {
  const { exam, versionId } = await signed(PE);
  const [asked] = await values(exam);
  await reviewer.post(`/api/critical/${asked!.criticalId}/confirm`, {});
  const correction = await sign(exam, versionId, 'corrected', CLEAR);
  const [old, withdrawn] = await values(exam);
  expect(old).toMatchObject({ kind: 'new', state: 'FALSE_ALARM', nextDueAt: null });
  expect(withdrawn).toMatchObject({
    kind: 'withdrawn',
    state: 'CONFIRMED',
    finding: FINDING,
    withdraws: old!.criticalId,
    reportVersionId: correction,
    sixFields: { radiologist: '审核21' },
  });
  const told = await ward.rows<{ text: string }>(
    "SELECT text FROM notice WHERE exam_id = $1 AND kind = 'critical.marked' ORDER BY told_at DESC, id DESC LIMIT 1",
    [exam],
  );
  expect(told[0]!.text).toContain('已被更正撤回');
  expect((await doctor.post(`/api/critical/${withdrawn!.criticalId}/acknowledge`)).body.state).toBe('ACKNOWLEDGED');
});

it('withdraws what was closed too, once, and leaves the closed record as it is', async () => {
  const { exam, versionId } = await signed(PE);
  const [{ criticalId: id }] = (await values(exam)) as [Item];
  await reviewer.post(`/api/critical/${id}/confirm`, {});
  await doctor.post(`/api/critical/${id}/acknowledge`);
  await doctor.post(`/api/critical/${id}/handle`, { measures: '已转诊' });
  await doctor.post(`/api/critical/${id}/close`);
  const second = await sign(exam, versionId, 'corrected', CLEAR);
  await sign(exam, second, 'addendum', CLEAR);
  expect((await values(exam)).map(({ kind, state }) => [kind, state])).toEqual([
    ['new', 'CLOSED'],
    ['withdrawn', 'CONFIRMED'],
  ]);
});

describe('a critical value that is said again after it was withdrawn', () => {
  /** Said, confirmed, taken back: the withdrawal, and the version that made it. */
  async function takenBack(): Promise<{ exam: string; versionId: string; withdrawal: Item }> {
    const { exam, versionId } = await signed(PE);
    const [asked] = await values(exam);
    await reviewer.post(`/api/critical/${asked!.criticalId}/confirm`, {});
    const correction = await sign(exam, versionId, 'corrected', CLEAR);
    return { exam, versionId: correction, withdrawal: (await values(exam))[1]! };
  }

  it.each<[string, string[], string]>([
    ['is not acknowledged', [], 'FALSE_ALARM'],
    ['is acknowledged', ['acknowledge'], 'FALSE_ALARM'],
    ['is handled', ['acknowledge', 'handle'], 'CLOSED'],
    ['is closed', ['acknowledge', 'handle', 'close'], 'CLOSED'],
  ])('is withdrawn a second time, and the clinic told, when the first withdrawal %s', async (_, steps, ended) => {
    const { exam, versionId, withdrawal } = await takenBack();
    for (const step of steps)
      await doctor.post(
        `/api/critical/${withdrawal.criticalId}/${step}`,
        step === 'handle' ? { measures: '已停用抗凝' } : undefined,
      );
    const again = await sign(exam, versionId, 'corrected', PE);
    await reviewer.post(`/api/critical/${(await values(exam)).at(-1)!.criticalId}/confirm`, {});
    const last = await sign(exam, again, 'corrected', CLEAR);
    const [, first, anew, second, ...others] = await values(exam);
    expect([first, anew, second]).toMatchObject([
      { criticalId: withdrawal.criticalId, kind: 'withdrawn', state: ended, nextDueAt: null },
      { kind: 'new', state: 'FALSE_ALARM', nextDueAt: null },
      { kind: 'withdrawn', state: 'CONFIRMED', withdraws: anew?.criticalId, reportVersionId: last },
    ]);
    expect(others).toEqual([]);
    const told = await ward.rows<{ of: string }>(
      `SELECT params ->> 'criticalId' AS of FROM notice WHERE exam_id = $1 AND kind = 'critical.marked' AND text LIKE '%已被更正撤回%'
       ORDER BY told_at, id`,
      [exam],
    );
    expect(told.map(({ of }) => of)).toEqual([withdrawal.criticalId, second!.criticalId]);
    const end = steps.includes('handle') ? 'close' : 'dismiss';
    expect(await ward.trail(withdrawal.criticalId)).toEqual(['withdraw', ...steps.filter((step) => step !== end), end]);
    expect((await doctor.post(`/api/critical/${second!.criticalId}/acknowledge`)).body.state).toBe('ACKNOWLEDGED');
  });

  it('stays with its reader, who marked it although the correction had left it out, whatever is added then', async () => {
    const { exam, versionId } = await signed(PE);
    const correction = await sign(exam, versionId, 'corrected', CLEAR);
    clock.advance(MINUTE);
    const { body } = await reviewer.post(`/api/exams/${exam}/critical`, { finding: FINDING });
    await sign(exam, correction, 'addendum', { ...CLEAR, signed_at: clock.now() });
    expect((await values(exam)).at(-1)).toMatchObject({ criticalId: body.criticalId, kind: 'new', state: 'CONFIRMED' });
  });

  it('is not ended by a version whose withdrawal of it cannot be told again', async () => {
    const { exam, versionId } = await takenBack();
    const { body } = await reviewer.post(`/api/exams/${exam}/critical`, { finding: FINDING });
    const marked = await ward.cycle(body.criticalId);
    const by = { versionId, personId: marked.radiologist_id, name: marked.radiologist_name };
    await expect(
      system.db.write(ward.ctx, (tx) => system.get(Withdrawals).withdraw(tx, marked, by, 'corrected')),
    ).rejects.toMatchObject({ code: 'state_conflict' });
    expect((await values(exam)).map(({ kind, state }) => [kind, state])).toEqual([
      ['new', 'FALSE_ALARM'],
      ['withdrawn', 'CONFIRMED'],
      ['new', 'CONFIRMED'],
    ]);
  });
});

it('withdraws what the report said below an addendum that did not repeat it', async () => {
  const { exam, versionId } = await signed(PE);
  const [{ criticalId: id }] = (await values(exam)) as [Item];
  await reviewer.post(`/api/critical/${id}/confirm`, {});
  const addendum = await sign(exam, versionId, 'addendum', CLEAR);
  expect((await values(exam)).map(({ kind }) => kind)).toEqual(['new']);
  await sign(exam, addendum, 'corrected', CLEAR);
  expect((await values(exam)).map(({ kind, state }) => [kind, state])).toEqual([
    ['new', 'FALSE_ALARM'],
    ['withdrawn', 'CONFIRMED'],
  ]);
});

it('keeps what an addendum says when only the name is corrected, and takes it back when a correction leaves it out', async () => {
  const { exam, versionId } = await signed(CLEAR);
  const addendum = await sign(exam, versionId, 'addendum', { ...CLEAR, impression: '左侧大量气胸。' });
  const [{ criticalId: id }] = (await values(exam)) as [Item];
  await reviewer.post(`/api/critical/${id}/confirm`, {});
  await doctor.post(`/api/critical/${id}/acknowledge`);
  const renamed = await sign(exam, addendum, 'demographics', CLEAR);
  expect(await values(exam)).toMatchObject([{ kind: 'new', state: 'ACKNOWLEDGED' }]);
  const kept = await sign(exam, renamed, 'corrected', { ...CLEAR, impression: '左侧大量气胸。' });
  expect(await values(exam)).toMatchObject([{ kind: 'new', state: 'ACKNOWLEDGED' }]);
  await sign(exam, kept, 'corrected', CLEAR);
  expect((await values(exam)).map(({ kind, state }) => [kind, state])).toEqual([
    ['new', 'FALSE_ALARM'],
    ['withdrawn', 'CONFIRMED'],
  ]);
});

it.each([
  ['open', []],
  ['handled', ['acknowledge', 'handle']],
])('tells the clinic anew when a correction changes the side of a critical finding: %s', async (_, steps) => {
  const { exam, versionId } = await signed({ ...CLEAR, impression: '左侧大量气胸。' });
  const [{ criticalId: id }] = (await values(exam)) as [Item];
  await reviewer.post(`/api/critical/${id}/confirm`, {});
  for (const step of steps)
    await doctor.post(`/api/critical/${id}/${step}`, step === 'handle' ? { measures: '闭式引流' } : undefined);
  const second = await sign(exam, versionId, 'corrected', { ...CLEAR, impression: '右侧大量气胸。' });
  await sign(exam, second, 'demographics', { ...CLEAR, impression: '右侧大量气胸。' });
  const [old, anew, ...others] = await values(exam);
  expect(old).toMatchObject({ criticalId: id, state: steps.length > 0 ? 'CLOSED' : 'FALSE_ALARM' });
  expect(anew).toMatchObject({
    kind: 'new',
    state: 'CONFIRMED',
    source: 'correction',
    withdraws: id,
    reportVersionId: second,
    sixFields: { radiologist: '审核21' },
  });
  expect(others).toEqual([]);
  const told = await ward.rows("SELECT 1 FROM notice WHERE exam_id = $1 AND text LIKE '%侧别或程度有变%'", [exam]);
  expect(told).toHaveLength(1);
  expect((await doctor.post(`/api/critical/${anew!.criticalId}/acknowledge`)).body.state).toBe('ACKNOWLEDGED');
});

describe('重要异常 that was flagged', () => {
  const TUMOUR = { findings: '右肺上叶见占位。', impression: '右肺上叶占位，考虑肺癌。', recommendation: '' };
  const flag = async (exam: string): Promise<string> =>
    (await reviewer.post(`/api/exams/${exam}/important`, { tier: 'important', finding: '右肺占位' })).body.importantId;
  const flagged = async (exam: string): Promise<object[]> =>
    (await doctor.get(`/api/important?exam=${exam}`)).body.items;

  it('is taken back, and the clinic told, when a correction no longer speaks of it', async () => {
    const { exam, versionId } = await signed(TUMOUR);
    const importantId = await flag(exam);
    const same = await sign(exam, versionId, 'demographics', TUMOUR);
    expect(await flagged(exam)).toMatchObject([{ importantId, state: 'OPEN' }]);
    await sign(exam, same, 'corrected', CLEAR);
    expect(await flagged(exam)).toMatchObject([
      { importantId, state: 'CLOSED', closed: { by: null, reason: '更正后的报告已无此表述' } },
    ]);
    expect(await ward.told(exam, 'important.withdrawn')).toEqual(['doctor01', 'tech01']);
  });

  it('in words of his own is its reader’s to look at again after a correction', async () => {
    const { exam, versionId } = await signed(CLEAR);
    const importantId = await flag(exam);
    clock.advance(MINUTE);
    const later = { ...CLEAR, recommendation: '三个月后复查', signed_at: clock.now() };
    const correction = await sign(exam, versionId, 'corrected', later);
    await sign(exam, correction, 'addendum', later);
    expect(await flagged(exam)).toMatchObject([{ importantId, state: 'OPEN' }]);
    expect(await ward.told(exam, 'important.review')).toEqual(['reviewer21']);
    expect(
      await ward.rows("SELECT 1 FROM notice WHERE exam_id = $1 AND kind = 'important.review'", [exam]),
    ).toHaveLength(1);
    expect(await ward.told(exam, 'important.withdrawn')).toEqual([]);
  });
});

describe('the second tier that a text speaks of', () => {
  const BOTH = { findings: '双肺结核可能。', impression: '右肺上叶占位，考虑肺癌；双肺结核可能。', recommendation: '' };
  const suggested = async (exam: string): Promise<string[]> =>
    (
      await ward.rows<{ text: string }>(
        "SELECT text FROM notice WHERE exam_id = $1 AND kind = 'important.suggested' ORDER BY told_at, id",
        [exam],
      )
    ).map(({ text }) => text.replace(/^.*提示|，.*$/g, ''));

  it.each<[string, string[], string[]]>([
    ['neither', [], ['重要异常、疑似传染病']],
    ['重要异常', ['important'], ['疑似传染病']],
    ['疑似传染病', ['infectious'], ['重要异常']],
    ['both', ['important', 'infectious'], []],
  ])('is asked about, each tier by itself, where %s was flagged while reading', async (_, tiers, asked) => {
    const { exam, seen } = await desk.underReview(BOTH);
    for (const tier of tiers)
      expect((await reviewer.post(`/api/exams/${exam}/important`, { tier, finding: '见报告' })).status).toBe(200);
    const { body } = await reviewer.post(`/api/exams/${exam}/report/sign`, seen);
    await handled(body.versionId);
    expect(await suggested(exam)).toEqual(asked);
  });
});

it('asks about what a correction adds; a name corrected asks nothing', async () => {
  const { exam, versionId } = await signed(CLEAR);
  const second = await sign(exam, versionId, 'demographics', CLEAR);
  expect(await values(exam)).toEqual([]);
  await sign(exam, second, 'corrected', PE);
  expect(await values(exam)).toMatchObject([{ state: 'SUSPECTED', finding: FINDING }]);
});

it('compares a version once, however often the news of it comes', async () => {
  const { exam, versionId } = await signed(PE);
  const [{ criticalId: id }] = (await values(exam)) as [Item];
  await reviewer.post(`/api/critical/${id}/dismiss`, { reason: '陈旧性' });
  await ward.change(
    "UPDATE outbox_message SET handled_at = NULL, sent_at = NULL, generation = generation + 1 WHERE subject_id = $1 AND consumer = 'critical.compare'",
    [versionId],
  );
  await handled(versionId);
  expect(await values(exam)).toMatchObject([{ criticalId: id, state: 'FALSE_ALARM' }]);
});

it('leaves a marked value standing when the report is called back, and asks its radiologist to look again', async () => {
  const { exam, versionId } = await signed(PE);
  const [{ criticalId: id }] = (await values(exam)) as [Item];
  await reviewer.post(`/api/critical/${id}/confirm`, {});
  await system.db.relay(ward.ctx, (tx) =>
    system.get(Outbox).emit(tx, { kind: REPORT_RECALLED, subjectId: versionId, payload: { examId: exam, versionId } }),
  );
  await until('the radiologist to be told', async () => (await ward.told(exam, 'critical.recalled')).length === 1);
  expect(await ward.told(exam, 'critical.recalled')).toEqual(['reviewer21']);
  expect(await ward.trail(id)).toEqual(['suspect', 'confirm', 'recalled']);
  expect(await values(exam)).toMatchObject([{ state: 'CONFIRMED' }]);
});
