import { gateway, seedCounty, signIn, type TestCounty } from '../../../test/harness/county';
import type { JsonClient } from '../../../test/harness/json-client';
import { HOUR, ManualClock, MINUTE } from '../../../test/harness/manual-clock';
import { startSystem, type System } from '../../../test/harness/system';
import { until } from '../../../test/harness/wait';
import { Outbox, Sweeper } from '../../platform/outbox';
import { REPORT_RECALLED } from '../../reporting';
import { Desk } from '../../reporting/desk.fixture';
import { SignedReports } from '../signed-reports.fixture';
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

const PE = { findings: '右肺动脉主干见充盈缺损。', impression: '急性肺栓塞。', recommendation: '' };
const CLEAR = { findings: '两肺清晰。', impression: '胸部未见异常。', recommendation: '' };
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

describe('the duty to tell the patient', () => {
  const open = async (exam: string): Promise<{ patientNoticeId: string; cause: string }[]> =>
    (await doctor.get(`/api/patient-notices?open&exam=${exam}`)).body.items;
  const RECORD = {
    who: '患者本人',
    when: '2026-03-02T01:00:00Z',
    how: '电话',
    oldPaperWithdrawn: true,
  };

  it('is opened by a correction and by a void report, once per version, and closed by the clinic with its record', async () => {
    const { exam, versionId } = await signed(CLEAR);
    expect(await open(exam)).toEqual([]);
    const second = await sign(exam, versionId, 'corrected', CLEAR);
    await sign(exam, second, 'void', CLEAR);
    expect((await open(exam)).map(({ cause }) => cause)).toEqual(['void', 'corrected']);
    const addendum = await signed(CLEAR);
    await sign(addendum.exam, addendum.versionId, 'addendum', CLEAR);
    expect(await open(addendum.exam)).toEqual([]);
    const [{ patientNoticeId: id }] = (await open(exam)) as [{ patientNoticeId: string; cause: string }];
    expect((await writer.post(`/api/patient-notices/${id}/close`, RECORD)).status).toBe(403);
    const partial = await doctor.post(`/api/patient-notices/${id}/close`, { ...RECORD, how: undefined });
    expect(partial.status).toBe(400);
    const { status, body } = await doctor.post(`/api/patient-notices/${id}/close`, RECORD);
    expect([status, body]).toMatchObject([
      200,
      { state: 'CLOSED', nextEscalationAt: null, closed: { by: '医师1', who: '患者本人', oldPaperWithdrawn: true } },
    ]);
    expect((await doctor.post(`/api/patient-notices/${id}/close`, RECORD)).body).toEqual(body);
    const trail = await ward.rows<{ details: object }>(
      "SELECT details FROM audit_event WHERE action = 'patient-notice.close' AND subject_id = $1",
      [exam],
    );
    expect(trail.map(({ details }) => details)).toContainEqual({ patientNoticeId: id, oldPaperWithdrawn: true });
    const technician = await signIn(system, county, 'tech01');
    expect((await technician.post(`/api/patient-notices/${id}/close`, RECORD)).body.code).toBe('patient_notice_closed');
    expect(await open(exam)).toHaveLength(1);
  });

  it('is opened by a corrected name: its old sheet is replaced, says the QR code', async () => {
    const { exam, versionId } = await signed(CLEAR);
    await sign(exam, versionId, 'demographics', CLEAR);
    expect(await open(exam)).toMatchObject([{ cause: 'corrected', openedBy: '系统' }]);
  });

  it.each([
    ['says something else', { impression: '右肺上叶结节，左肺下叶肺炎。' }, ['corrected']],
    ['only advises more', { recommendation: '三个月后复查' }, []],
  ])('of a formal report that %s, unlike its preliminary: %j opens %j', async (_, formal, causes) => {
    const { exam, seen } = await desk.written({}, { priority: 'STAT', source: 'emergency' });
    const preliminary = await writer.post(`/api/exams/${exam}/report/preliminary`, seen);
    expect(preliminary.status).toBe(200);
    await handled(preliminary.body.versionId);
    expect(await open(exam)).toEqual([]);
    const edited = await desk.put(reviewer, exam, await desk.claim(reviewer, exam), formal);
    const final = await reviewer.post(`/api/exams/${exam}/report/sign`, edited);
    expect(final.body.kind).toBe('final');
    await handled(final.body.versionId);
    expect((await open(exam)).map(({ cause }) => cause)).toEqual(causes);
  });

  it('is opened by hand for a critical value, once, but not for a suspicion', async () => {
    const { exam } = await signed(PE);
    const [{ criticalId: id }] = (await values(exam)) as [Item];
    expect((await doctor.post(`/api/critical/${id}/patient-notice`)).body.code).toBe('critical_state_conflict');
    await reviewer.post(`/api/critical/${id}/confirm`, {});
    const first = await doctor.post(`/api/critical/${id}/patient-notice`);
    const again = await reviewer.post(`/api/critical/${id}/patient-notice`);
    expect([first.status, first.body.cause, again.body.patientNoticeId]).toEqual([
      200,
      'critical',
      first.body.patientNoticeId,
    ]);
  });

  it('is spoken of to the clinic’s head, then to the county, day after day, until it is closed', async () => {
    const head = await ward.hire('head01', 'clinic_head');
    const { exam, versionId } = await signed(CLEAR);
    await sign(exam, versionId, 'corrected', CLEAR);
    const [{ patientNoticeId: id }] = (await open(exam)) as [{ patientNoticeId: string; cause: string }];
    const level = async (): Promise<number> =>
      (await ward.rows<{ level: number }>('SELECT level FROM patient_notice WHERE id = $1', [id]))[0]!.level;
    clock.advance(4 * HOUR - MINUTE);
    await system.get(Sweeper).sweepOnce();
    expect(await level()).toBe(0);
    clock.advance(MINUTE);
    await until('the first escalation', async () => (await level()) === 1);
    expect(await ward.told(exam, 'patient-notice.escalated')).toEqual([head.actor.name]);
    clock.advance(20 * HOUR);
    await until('the second', async () => (await level()) === 2);
    expect(await ward.told(exam, 'patient-notice.escalated')).toContain('admin');
    // Three days of standstill are one telling, not three.
    clock.advance(72 * HOUR);
    await until('the third', async () => (await level()) === 3);
    doctor = await signIn(system, county, 'doctor01');
    await doctor.post(`/api/patient-notices/${id}/close`, RECORD);
    clock.advance(48 * HOUR);
    await system.get(Sweeper).sweepOnce();
    expect(await level()).toBe(3);
  });
});
