import { gateway, seedCounty, signIn, type TestCounty } from '../../../test/harness/county';
import type { Answer, JsonClient } from '../../../test/harness/json-client';
import { ManualClock, MINUTE } from '../../../test/harness/manual-clock';
import { startSystem, type System } from '../../../test/harness/system';
import { until } from '../../../test/harness/wait';
import { newId } from '../../platform/ids';
import type { Message } from '../../platform/outbox';
import { Desk, report } from '../../reporting/desk.fixture';
import { FollowRecall, FollowReport } from '../follow-report';

let clock: ManualClock;
let system: System;
let county: TestCounty;
let desk: Desk;
const clients = new Map<string, JsonClient>();
const as = (username: string): JsonClient => clients.get(username)!;

beforeAll(async () => {
  clock = new ManualClock();
  system = await startSystem({ clock });
  county = await seedCounty(system);
  for (const name of ['tech01', 'doctor01', 'doctor02', 'tech02', 'writer11', 'writer21', 'reviewer11', 'reviewer12'])
    clients.set(name, await signIn(system, county, name));
  for (const name of ['reviewer21', 'chief1', 'chief2', 'admin', 'auditor'])
    clients.set(name, await signIn(system, county, name));
  clients.set('gateway', gateway(system, county.clinics[0]!));
  desk = new Desk(as('gateway'), as('writer11'), as('reviewer11'), until);
});
afterAll(() => system.stop());

const second = (): string => county.hospitals[1]!.id;
const refer = (who: string, examId: string, over: object = {}): Promise<Answer> =>
  as(who).post(`/api/exams/${examId}/referrals`, {
    toHospitalId: second(),
    reason: '疑似肺癌，需进一步检查',
    urgency: 'urgent',
    ...over,
  });
const step = (who: string, id: string, verb: string, body: object = {}): Promise<Answer> =>
  as(who).post(`/api/referrals/${id}/${verb}`, body);
const box = async (who: string, which: 'in' | 'out', query = '&open'): Promise<any[]> =>
  (await as(who).get(`/api/referrals?box=${which}${query}&limit=200`)).body.items;
const ids = (items: any[]): string[] => items.map((one) => one.referralId as string);
const noticed = async (who: string, id: string): Promise<string[]> =>
  (await as(who).get('/api/notices?limit=200')).body.items
    .filter((notice: { params: { referralId?: string } }) => notice.params.referralId === id)
    .map((notice: { text: string }) => notice.text);
const audited = async (id: string): Promise<string[]> =>
  (
    await system.db.read(system.ctx(county.countyId), (tx) =>
      tx.rows<{ action: string }>('SELECT action FROM audit_event WHERE subject_id = $1 ORDER BY at, id', [id]),
    )
  ).map((row) => row.action);

async function referred(): Promise<{ id: string; exam: string; versionId: string }> {
  const { exam, versionId } = await desk.signed();
  const { status, body } = await refer('doctor01', exam);
  expect(status).toBe(201);
  return { id: body.referralId, exam, versionId };
}

it('goes up with report and images, and the answer comes down', async () => {
  const { exam, versionId } = await desk.signed();
  const asked = await refer('doctor01', exam);
  const id = asked.body.referralId as string;
  expect(asked.body).toMatchObject({
    state: 'REQUESTED',
    stateName: '待接收',
    report: { versionId, number: 1, voided: false, recalled: false, newest: null },
    patient: { name: '张三', age: 67 },
    clinicName: '第1卫生院',
    requestedSide: 'clinic',
  });
  expect(ids(await box('chief2', 'in'))).toContain(id);
  expect(await noticed('reviewer21', id)).toEqual([expect.stringMatching(/^检查 CT\d+ 的转诊待接收$/)]);
  const accepted = await step('reviewer21', id, 'accept', { arrangement: '明日上午8点，胸外科门诊' });
  expect(accepted.body).toMatchObject({
    state: 'ACCEPTED',
    acceptedBy: '审核21',
    arrangement: '明日上午8点，胸外科门诊',
  });
  clock.advance(MINUTE);
  expect((await step('chief2', id, 'arrive')).body).toMatchObject({
    state: 'ARRIVED',
    arrivedAt: clock.now().toISOString(),
  });
  expect((await step('chief2', id, 'answer', { answer: '已收住胸外科，拟行穿刺活检。' })).body.state).toBe('ANSWERED');
  expect(ids(await box('chief2', 'in'))).not.toContain(id);
  expect((await box('doctor01', 'out')).find((one) => one.referralId === id)).toMatchObject({
    answer: { text: '已收住胸外科，拟行穿刺活检。', by: '主任2' },
  });
  expect(await noticed('tech01', id)).toHaveLength(3);
  expect((await step('tech01', id, 'close')).body).toMatchObject({ state: 'CLOSED', endedBy: '技师1' });
  expect(ids(await box('doctor01', 'out'))).not.toContain(id);
  expect(ids(await box('doctor01', 'out', ''))).toContain(id);
  expect(await audited(id)).toEqual(['referral.accept', 'referral.arrive', 'referral.answer', 'referral.close']);
  expect(await audited(exam)).toContain('referral.request');
});

it('may be opened by the signer, and tells the clinic', async () => {
  const { exam } = await desk.signed();
  const { status, body } = await refer('reviewer11', exam);
  expect([status, body.requestedSide]).toEqual([201, 'reader']);
  expect(await noticed('doctor01', body.referralId)).toHaveLength(1);
  expect(ids(await box('reviewer11', 'out'))).toEqual([body.referralId]);
  expect(ids(await box('doctor01', 'out'))).toContain(body.referralId);
  expect((await refer('reviewer12', (await desk.signed()).exam)).body.code).toBe('referral_not_signer');
});

it('is declined or cancelled with a reason, and then may be opened again', async () => {
  const { id, exam } = await referred();
  expect((await refer('doctor01', exam)).body.code).toBe('referral_open');
  expect((await step('chief2', id, 'decline', { reason: '无床位' })).body).toMatchObject({
    state: 'DECLINED',
    endReason: '无床位',
  });
  const again = await refer('doctor01', exam);
  expect(again.status).toBe(201);
  const { referralId } = again.body;
  expect((await step('doctor01', referralId, 'cancel', { reason: '患者自行前往省城' })).body.state).toBe('CANCELLED');
  expect((await step('chief2', referralId, 'accept', { arrangement: '随时' })).body).toMatchObject({
    code: 'referral_state_conflict',
    params: { state: 'CANCELLED', stateName: '已取消' },
  });
  expect((await noticed('chief2', referralId)).at(0)).toMatch(/取消$/);
});

it('of two people at once one wins', async () => {
  const { id } = await referred();
  const answers = await Promise.all([
    step('chief2', id, 'accept', { arrangement: '今天' }),
    step('doctor01', id, 'cancel', { reason: '不去了' }),
    step('reviewer21', id, 'decline', { reason: '无床位' }),
  ]);
  // Cancelling follows on accepting as well; nothing follows on the other two.
  const won = answers.filter(({ status }) => status === 200).map(({ body }) => body.state as string);
  expect([['ACCEPTED', 'CANCELLED'], ['CANCELLED'], ['DECLINED']]).toContainEqual(won);
  const twice = await referred();
  const both = await Promise.all([step('chief2', twice.id, 'arrive'), step('reviewer21', twice.id, 'arrive')]);
  expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  const { exam } = await desk.signed();
  const opened = await Promise.all([refer('doctor01', exam), refer('doctor01', exam)]);
  expect(opened.map(({ status }) => status).sort()).toEqual([201, 409]);
});

it('tells the hospital of a report that was corrected since', async () => {
  const { id, exam } = await referred();
  const corrected = { id: newId(), payload: { examId: exam, number: 2 } } as unknown as Message;
  for (let i = 0; i < 2; i += 1)
    await system.db.write(system.ctx(county.countyId), (tx) => system.get(FollowReport).handle(tx, corrected));
  expect((await noticed('chief2', id)).filter((text) => text.endsWith('所附报告已有新版本，请查看'))).toHaveLength(1);
});

describe('the text of the report', () => {
  const impressions = async (who: string, id: string, which: 'in' | 'out'): Promise<unknown[]> => {
    const listed = (await box(who, which, '')).find((one) => one.referralId === id);
    return [(await as(who).get(`/api/referrals/${id}`)).body, listed].map((view) => view.report.impression);
  };
  const recall = (exam: string): Promise<Answer> =>
    as('reviewer11').post(report(exam, '/recall'), { reason: '漏看左肺' });

  it('is not before the clinic until one of its people has opened the report; the hospital and the signer have it', async () => {
    const { exam } = await desk.signed();
    const { body } = await refer('doctor01', exam);
    const id = body.referralId as string;
    expect(body.report.impression).toBeNull();
    const text = '右肺上叶结节。';
    expect(await impressions('chief2', id, 'in')).toEqual([text, text]);
    for (const who of ['doctor01', 'tech01']) expect(await impressions(who, id, 'out')).toEqual([null, null]);
    expect((await as('doctor01').get(report(exam))).status).toBe(200);
    for (const who of ['doctor01', 'tech01']) expect(await impressions(who, id, 'out')).toEqual([text, text]);
    expect((await recall(exam)).body.code).toBe('recall_too_late');
    const own = (await refer('reviewer11', (await desk.signed()).exam)).body;
    expect(own.report.impression).toBe(text);
  });

  it('may still be recalled after the clinic has referred, is hidden from everybody then, and the hospital is told', async () => {
    const { id, exam } = await referred();
    await step('chief2', id, 'accept', { arrangement: '明日上午' });
    for (const who of ['doctor01', 'tech01']) await as(who).get(`/api/referrals/${id}`);
    expect((await recall(exam)).status).toBe(200);
    for (const [who, which] of [['doctor01', 'out'] as const, ['chief2', 'in'] as const])
      expect(await impressions(who, id, which)).toEqual([null, null]);
    expect((await as('chief2').get(`/api/referrals/${id}`)).body).toMatchObject({
      state: 'ACCEPTED',
      report: { number: 1, recalled: true, voided: false, newest: null },
    });
    const told = await until('the hospital hears of it', async () => {
      const { items } = (await as('chief2').get('/api/notices?limit=200')).body;
      return items.find((one: any) => one.params.referralId === id && one.text.includes('召回'));
    });
    expect(told).toMatchObject({
      urgent: true,
      text: expect.stringMatching(/^检查 CT\d+ 的转诊：所附报告已被召回，请停止据此处理，等待重新审签的报告$/),
    });
  });

  it('is called back once for the hospital, also where the patient has come and gone, and of no other version', async () => {
    const { id, exam, versionId } = await referred();
    for (const [who, verb] of [
      ['chief2', 'arrive'] as const,
      ['chief2', 'answer'] as const,
      ['doctor01', 'close'] as const,
    ])
      await step(who, id, verb, verb === 'answer' ? { answer: '已收住' } : {});
    for (const version of [versionId, versionId, newId()]) {
      const recalled = { id: newId(), payload: { examId: exam, versionId: version } } as unknown as Message;
      await system.db.write(system.ctx(county.countyId), (tx) => system.get(FollowRecall).handle(tx, recalled));
    }
    expect((await noticed('chief2', id)).filter((text) => text.includes('召回'))).toHaveLength(1);
  });
});

describe('a report that is voided', () => {
  const voided = async (exam: string, id: string): Promise<any> => {
    expect((await as('chief1').post(`/api/exams/${exam}/report/void`, { reason: '患者有误' })).status).toBe(200);
    await until('the hospital hears of it', async () =>
      (await noticed('chief2', id)).some((text) => text.includes('作废')),
    );
    return (await as('chief2').get(`/api/referrals/${id}`)).body;
  };
  const urgent = async (who: string, id: string): Promise<string[]> =>
    (await as(who).get('/api/notices?limit=200')).body.items
      .filter((one: any) => one.params.referralId === id && one.urgent)
      .map(({ text }: { text: string }) => text);

  it('takes the patient back who is not there yet, and its words with him', async () => {
    const { id, exam } = await referred();
    await step('chief2', id, 'accept', { arrangement: '明日上午' });
    expect(await voided(exam, id)).toMatchObject({
      state: 'CANCELLED',
      endedBy: null,
      endReason: '所附报告已作废',
      report: { impression: null, voided: true, newest: { number: 2 } },
    });
    expect(await urgent('chief2', id)).toEqual([
      expect.stringMatching(/^检查 CT\d+ 的转诊：所附报告已作废，请停止据此处理$/),
    ]);
    expect(await urgent('doctor01', id)).toEqual([expect.stringContaining('转诊已取消，请告知患者')]);
    expect((await noticed('chief2', id)).filter((text) => text.includes('新版本'))).toEqual([]);
    expect((await box('chief2', 'in')).map((one) => one.referralId)).not.toContain(id);
    expect(await audited(id)).toContain('referral.cancel');
  });

  it.each([
    ['ARRIVED', ['arrive']],
    ['ANSWERED', ['arrive', 'answer']],
    ['CLOSED', ['arrive', 'answer', 'close']],
  ])('stops who goes by it where the patient has come, and leaves the referral as it is: %s', async (state, steps) => {
    const { id, exam } = await referred();
    for (const verb of steps)
      await step(verb === 'close' ? 'doctor01' : 'chief2', id, verb, verb === 'answer' ? { answer: '已收住' } : {});
    expect(await voided(exam, id)).toMatchObject({ state, report: { impression: null, voided: true } });
    expect(await urgent('chief2', id)).toHaveLength(1);
    expect(await urgent('doctor01', id)).toEqual([expect.stringContaining('请与接收医院核对')]);
  });
});

it('closes an opinion that nobody closed when the report is signed', async () => {
  const { exam, seen } = await desk.underReview();
  const ask = { to: { hospitalId: second() }, access: 'read_only', deidentified: false, question: '是否结核？' };
  const { body } = await as('reviewer11').post(`/api/worklist/${exam}/consult`, { ...ask, fence: seen.fence });
  const id = body.consultationId as string;
  await as('chief2').post(`/api/consultations/${id}/accept`, {});
  await as('chief2').post(`/api/consultations/${id}/answer`, { opinion: '考虑陈旧性病变。' });
  expect((await as('reviewer11').post(`/api/exams/${exam}/report/sign`, seen)).status).toBeLessThan(300);
  const closed = await until('it is closed', async () => {
    const view = (await as('reviewer11').get(`/api/consultations/${id}`)).body;
    return view.state === 'CLOSED' && view;
  });
  expect(closed).toMatchObject({ endReason: '报告已审签', opinion: { takenOver: null } });
});

describe('rights', () => {
  it('another clinic, another hospital, another county find nothing', async () => {
    const { id, exam } = await referred();
    const other = await seedCounty(system, { code: 'r2' });
    clients.set('stranger', await signIn(system, other, 'chief2'));
    expect((await refer('doctor02', exam)).status).toBe(404);
    for (const who of ['tech02', 'doctor02', 'chief1', 'reviewer12', 'stranger'])
      expect([who, (await as(who).get(`/api/referrals/${id}`)).status]).toEqual([who, 404]);
    for (const who of ['chief1', 'stranger']) expect((await step(who, id, 'arrive')).status).toBe(404);
    for (const who of ['tech02', 'doctor02']) expect(ids(await box(who, 'out', ''))).toEqual([]);
    for (const who of ['chief1', 'stranger']) expect(ids(await box(who, 'in', ''))).not.toContain(id);
    expect((await step('doctor02', id, 'cancel', { reason: '试' })).status).toBe(404);
    // The hospital does not speak for the sender, nor the sender for the hospital.
    expect((await step('chief2', id, 'cancel', { reason: '试' })).status).toBe(404);
    expect((await step('doctor01', id, 'arrive')).status).toBe(403);
    expect((await step('tech01', id, 'cancel', { reason: '试' })).status).toBe(403);
  });

  it('who has no post for it has no way in', async () => {
    const { exam } = await desk.signed();
    for (const who of ['tech01', 'writer11', 'admin', 'auditor', 'gateway'])
      expect([who, (await refer(who, exam)).status]).toEqual([who, 403]);
    for (const who of ['writer11', 'admin', 'auditor', 'gateway'])
      expect([who, (await as(who).get('/api/referrals?box=in')).status]).toEqual([who, 403]);
  });

  it('an exam without a signed report, a hospital that is none, a doubt whose images they are: none', async () => {
    const { exam } = await desk.underReview();
    expect((await refer('doctor01', exam)).body).toMatchObject({
      code: 'referral_needs_report',
      params: { state: 'REVIEWING' },
    });
    const signed = (await desk.signed()).exam;
    expect((await refer('doctor01', signed, { toHospitalId: county.clinics[0]!.id })).body.code).toBe(
      'referral_target_unknown',
    );
    expect((await refer('doctor01', signed, { urgency: 'soon' })).body.code).toBe('invalid_input');
    expect((await as('tech01').post(`/api/exams/${signed}/hold`, { reason: '姓名不符' })).status).toBeLessThan(300);
    expect((await refer('doctor01', signed)).body.code).toBe('identity_on_hold');
  });
});

describe('a teaching mark', () => {
  const mark = (who: string, exam: string, body: object = { topic: '孤立性肺结节' }): Promise<Answer> =>
    as(who).put(`/api/exams/${exam}/teaching-mark`, body);
  const cases = async (who: string, query = ''): Promise<any[]> =>
    (await as(who).get(`/api/teaching-cases?limit=200${query}`)).body.items;

  it('puts a case on the list of those who learn, without the patient', async () => {
    const { exam } = await desk.signed();
    expect((await mark('writer11', exam, { topic: '孤立性肺结节', note: '注意毛刺征' })).status).toBe(200);
    clients.set('trainee11', await signIn(system, county, 'trainee11'));
    const found = (await cases('trainee11', '&modality=CT')).find((one) => one.examId === exam);
    expect(found).toMatchObject({
      topic: '孤立性肺结节',
      note: '注意毛刺征',
      age: 67,
      impression: '右肺上叶结节。',
      markedBy: '报告11',
    });
    expect(JSON.stringify(found)).not.toMatch(/张三|P001|CT2026/);
    expect((await cases('trainee11', '&modality=MR')).map((one) => one.examId)).not.toContain(exam);
    expect((await mark('trainee11', exam)).status).toBe(403);
  });

  it('is one per exam, changed and taken off by who set it or by a chief, and audited', async () => {
    const { exam } = await desk.signed();
    await mark('writer11', exam);
    await mark('writer11', exam, { topic: '肺结节随访' });
    expect((await cases('writer11')).filter((one) => one.examId === exam)).toMatchObject([{ topic: '肺结节随访' }]);
    expect((await mark('writer21', exam)).body.code).toBe('teaching_not_yours');
    const path = `/api/exams/${exam}/teaching-mark`;
    expect((await as('writer21').request('DELETE', path)).status).toBe(403);
    expect((await as('chief1').request('DELETE', path)).status).toBe(204);
    expect((await as('chief1').request('DELETE', path)).status).toBe(404);
    expect((await cases('writer11')).map((one) => one.examId)).not.toContain(exam);
    const marks = (await audited(exam)).filter((action) => action.startsWith('teaching.'));
    expect(marks).toEqual([
      'teaching.mark',
      'teaching.mark',
      'teaching.mark.refused',
      'teaching.unmark.refused',
      'teaching.unmark',
    ]);
    for (const who of ['doctor01', 'auditor']) expect((await mark(who, exam)).status).toBe(403);
  });
});
