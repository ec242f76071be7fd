import { seedCounty, signIn } from '../../../test/harness/county';
import type { Answer, JsonClient } from '../../../test/harness/json-client';
import { HOUR, ManualClock, MINUTE } from '../../../test/harness/manual-clock';
import { startSystem, type System } from '../../../test/harness/system';
import { PeopleService } from '../../identity';
import type { Exam } from '../../exams';
import type { ReadingRoom } from '../../worklist/reading-room.fixture';
import { Shift } from '../../worklist/shift.fixture';
import { Consultants, institutionOutside } from './consultants.fixture';
import { opinionSha256 } from './opinion.rules';

let clock: ManualClock;
let system: System;
let shift: Shift;
let room: ReadingRoom;
let consultants: Consultants;
let institution: string;
const as = (username: string): JsonClient => shift.as(username);

const PEOPLE = ['tech01', 'doctor01', 'trainee11', 'writer11', 'writer12', 'writer21', 'reviewer11', 'reviewer12'];
const MORE = ['reviewer21', 'reviewer22', 'chief1', 'chief2', 'admin', 'sysadmin', 'secadmin', 'auditor'];
const PATIENT: Partial<Exam> = {
  patient_name: '欧阳小明',
  id_number: '110105194912310021',
  phone: '13800000000',
  birth_date: '1949-12-31',
  patient_local_id: 'P0001',
  age_value: 76,
  age_unit: 'Y',
  sex: 'M',
  clinical_diagnosis: '欧阳小明咳嗽一周',
  symptoms: 'Xiaoming Ouyang 腹痛；XIAOMING OUYANG，老欧阳',
};

beforeAll(async () => {
  clock = new ManualClock();
  system = await startSystem({ clock, role: 'api' });
  shift = await Shift.begin(system, [...PEOPLE, ...MORE]);
  room = shift.room;
  consultants = new Consultants(shift);
  institution = await institutionOutside(system, shift.county, { expert1: '专家一', expert2: '专家二' });
  for (const name of ['expert1', 'expert2']) shift.admit(name, await signIn(system, shift.county, name));
});
afterAll(() => system.stop());

const claimed = () => shift.held('writer11', PATIENT);
const asked = (over: object = {}) => consultants.asked(over, PATIENT);
const ask = (who: string, held: { examId: string; fence: number }, over: object = {}): Promise<Answer> =>
  consultants.ask(who, held, over);
const step = (who: string, id: string, verb: string, body: object = {}): Promise<Answer> =>
  consultants.step(who, id, verb, body);
const box = async (who: string, which: 'in' | 'out', query = '&open'): Promise<any[]> =>
  (await as(who).get(`/api/consultations?box=${which}${query}&limit=200`)).body.items;
const noticed = (who: string, id: string) => consultants.noticed(who, id);

describe('a consultation', () => {
  it('keeps claim and fence, brings the opinion, and gives the exam back where it was', async () => {
    const held = await claimed();
    const before = await room.item(held.examId);
    const { body: view } = await ask('writer11', held);
    expect(view).toMatchObject({
      state: 'REQUESTED',
      stateName: '待接受',
      expiresAt: new Date(clock.now().getTime() + 24 * HOUR).toISOString(),
    });
    expect(await room.examState(held.examId)).toBe('CONSULTING');
    expect(await room.item(held.examId)).toMatchObject({
      state: 'CONSULTING',
      fence: held.fence,
      holder_id: before.holder_id,
    });
    const id = view.consultationId as string;
    expect((await box('reviewer21', 'in')).find((one) => one.consultationId === id)).toMatchObject({
      exam: { examId: held.examId, patientName: '欧阳小明' },
      asker: { name: '报告11', hospital: '云溪县第1医院' },
    });
    expect(await noticed('chief2', id)).toHaveLength(1);
    clock.advance(20 * MINUTE);
    // No lease runs out meanwhile, and nobody else gets the exam.
    expect((await as('writer12').post(`/api/worklist/${held.examId}/claim`, {})).body.code).toBe('claimed_by_other');
    expect((await step('reviewer21', id, 'accept')).body).toMatchObject({ state: 'ACCEPTED', acceptedBy: '审核21' });
    const opinion = '考虑炎性病变，建议抗炎后复查。';
    const answered = await step('reviewer21', id, 'answer', { opinion });
    expect([answered.status, answered.body.state, answered.body.subject]).toEqual([200, 'ANSWERED', null]);
    expect(await room.examState(held.examId)).toBe('CLAIMED');
    expect(await room.item(held.examId)).toMatchObject({
      state: 'CLAIMED',
      fence: held.fence,
      holder_id: before.holder_id,
      lease_until: new Date(clock.now().getTime() + 15 * MINUTE),
    });
    const seen = (await as('writer11').get(`/api/consultations/${id}`)).body;
    expect(seen.opinion).toMatchObject({
      text: opinion,
      sha256: opinionSha256(opinion),
      by: '审核21',
      title: '主治医师',
      coSignature: 'NONE',
      coSignedAt: null,
    });
    expect(await noticed('writer11', id)).toHaveLength(2);
    expect((await box('writer11', 'out')).map((one) => one.consultationId)).toContain(id);
    expect((await step('writer11', id, 'close', { takenOver: true })).body).toMatchObject({
      state: 'CLOSED',
      opinion: { takenOver: true },
    });
    expect((await box('writer11', 'out')).map((one) => one.consultationId)).not.toContain(id);
    const actions = (await room.audit(held.examId)).map((row) => row.action);
    expect(actions).toEqual(expect.arrayContaining(['exam.consult', 'exam.consult-ended']));
    const own = await room.audit(id);
    expect(own.map((row) => row.action)).toEqual(['consultation.accept', 'consultation.answer', 'consultation.close']);
    // The claim lives: its holder goes on under the old fence.
    expect((await as('writer11').post(`/api/worklist/${held.examId}/heartbeat`, { fence: held.fence })).status).toBe(
      200,
    );
  });

  it('of a review goes back to the review', async () => {
    const examId = await room.waitingForReview();
    const { body } = await as('reviewer12').post(`/api/worklist/${examId}/claim`, {});
    const { body: view } = await ask('reviewer12', { examId, fence: body.fence });
    expect((await step('chief2', view.consultationId, 'decline', { reason: '非本专业' })).body).toMatchObject({
      state: 'DECLINED',
      endReason: '非本专业',
      endedBy: '主任2',
    });
    expect(await room.examState(examId)).toBe('REVIEWING');
    expect(await room.item(examId)).toMatchObject({ stage: 'review', fence: body.fence });
  });

  it('that is taken back frees the exam and tells who was asked', async () => {
    const { id, examId, fence } = await asked();
    await step('reviewer21', id, 'accept');
    expect((await step('writer11', id, 'cancel', { reason: '已查到旧片' })).body.state).toBe('CANCELLED');
    expect([await room.examState(examId), (await room.item(examId)).fence]).toEqual(['CLAIMED', fence]);
    expect((await noticed('reviewer21', id)).map(({ text }) => text).at(0)).toMatch(/取消$/);
    expect((await step('reviewer21', id, 'answer', { opinion: '晚了' })).body).toMatchObject({
      code: 'consultation_state_conflict',
      params: { state: 'CANCELLED' },
    });
  });

  it('whose asker lost his claim meanwhile gives the exam to the list', async () => {
    const { id, examId } = await asked();
    await room.setItem(examId, { holder_id: null, holder_hospital_id: null, lease_until: null, heartbeat_at: null });
    await step('reviewer21', id, 'decline', { reason: '忙' });
    expect(await room.examState(examId)).toBe('QUEUED');
    expect(await room.item(examId)).toMatchObject({ state: 'QUEUED', holder_id: null });
  });

  it('follows the exam to whoever has taken it over', async () => {
    const { id, examId } = await asked();
    expect((await as('chief2').post(`/api/worklist/${examId}/takeover`, { reason: '离岗' })).status).toBe(200);
    await step('reviewer21', id, 'accept');
    expect((await noticed('chief2', id)).map(({ text }) => text).some((text) => /接受$/.test(text))).toBe(true);
    expect((await step('writer12', id, 'cancel', { reason: '试' })).status).toBe(403);
    expect((await step('chief2', id, 'cancel', { reason: '不需要了' })).body.state).toBe('CANCELLED');
  });
});

describe('two at once', () => {
  it('accept: one wins, the other is told who', async () => {
    const { id } = await asked();
    const answers = await Promise.all(['reviewer21', 'reviewer22'].map((who) => step(who, id, 'accept')));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const lost = answers.find(({ status }) => status === 409)!;
    const won = answers.find(({ status }) => status === 200)!;
    expect(lost.body).toMatchObject({
      code: 'consultation_state_conflict',
      params: { state: 'ACCEPTED', acceptedBy: won.body.acceptedBy },
    });
    const loser = lost === answers[0] ? 'reviewer21' : 'reviewer22';
    expect((await step(loser, id, 'answer', { opinion: '我也说' })).body.code).toBe('consultation_of_other');
    expect((await step(loser, id, 'decline', { reason: '我来谢绝' })).body.code).toBe('consultation_of_other');
    expect((await room.audit(id)).map((row) => row.action)).toEqual(['consultation.accept']);
  });

  it('answer and cancel: one of them', async () => {
    const { id, examId } = await asked();
    await step('reviewer21', id, 'accept');
    const both = await Promise.all([
      step('reviewer21', id, 'answer', { opinion: '正常。' }),
      step('writer11', id, 'cancel', { reason: '算了' }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(await room.examState(examId)).toBe('CLAIMED');
  });

  it('ask: the exam has one question at a time', async () => {
    const held = await claimed();
    const both = await Promise.all([ask('writer11', held), ask('writer11', held, { to: { institution } })]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(both.find(({ status }) => status === 409)!.body).toMatchObject({
      code: 'exam_state_conflict',
      params: { state: 'CONSULTING' },
    });
  });
});

describe('an expert outside', () => {
  it('answers what he is asked, and sees that exam alone, as long as it is open', async () => {
    const { id, examId } = await asked({ to: { institution } });
    const closed = await asked();
    expect((await box('expert1', 'in')).map((one) => one.consultationId)).toContain(id);
    expect((await as('expert1').get(`/api/consultations/${id}`)).body.subject).toMatchObject({
      examId,
      patientName: '欧阳小明',
      idNumber: PATIENT.id_number,
    });
    expect((await as('expert1').get(`/api/consultations/${id}/images`)).status).toBe(200);
    expect((await as('expert1').get(`/api/consultations/${closed.id}`)).status).toBe(404);
    for (const path of [
      `/api/exams/${examId}`,
      '/api/exams',
      '/api/worklist',
      `/api/exams/${examId}/report`,
      `/api/exams/${examId}/messages`,
      `/api/exams/${examId}/attachments`,
      '/dicomweb/studies',
      '/api/referrals?box=in',
      '/api/teaching-cases',
    ])
      expect([path, (await as('expert1').get(path)).status]).toEqual([path, 403]);
    await step('expert2', id, 'accept');
    await step('expert2', id, 'answer', { opinion: '未见明显异常。' });
    const after = (await as('expert2').get(`/api/consultations/${id}`)).body;
    expect(after).toMatchObject({
      subject: null,
      images: false,
      exam: { patientName: null, accessionNumber: null, examId: null },
    });
    expect((await as('expert2').get(`/api/consultations/${id}/images`)).body.code).toBe('consultation_over');
  });

  it('cannot be made a reader of the county by a wrong form', async () => {
    const grants = [{ role: 'reviewer' as const, hospitalId: institution }];
    const wrong = { username: 'wrong', password: shift.county.password, name: '误', title: '主任医师', grants };
    await expect(system.get(PeopleService).create(system.ctx(shift.county.countyId), wrong)).rejects.toMatchObject({
      code: 'grant_invalid',
    });
    const inside = { ...wrong, grants: [{ role: 'expert' as const, hospitalId: shift.hospital(2) }] };
    await expect(system.get(PeopleService).create(system.ctx(shift.county.countyId), inside)).rejects.toMatchObject({
      code: 'grant_invalid',
    });
  });
});

describe('de-identified', () => {
  it('tells the asked nothing by which the patient could be found', async () => {
    const { id, examId } = await asked({ to: { institution }, deidentified: true });
    const { accession_number: accession } = await room.item(examId);
    const told = [
      await as('expert1').get(`/api/consultations/${id}`),
      await as('expert1').get('/api/consultations?box=in'),
      await step('expert1', id, 'accept'),
      await as('expert1').get('/api/notices?limit=200'),
    ].map(({ body }) =>
      JSON.stringify(
        body.items?.filter((one: any) => (one.consultationId ?? one.params?.consultationId) === id) ?? body,
      ),
    );
    for (const text of told) {
      expect(text).not.toBe('[]');
      for (const secret of ['欧阳', accession, examId, 'P0001', '1101051949', '13800000000', '1949-12-31'])
        expect([secret, text.includes(secret)]).toEqual([secret, false]);
    }
    expect(JSON.parse(told[0]!).subject).toMatchObject({
      ageValue: 76,
      sex: 'M',
      clinicalDiagnosis: '＊＊咳嗽一周',
      symptoms: '＊＊ 腹痛；＊＊，＊＊',
    });
    expect((await as('expert1').get(`/api/consultations/${id}/images`)).body).toEqual({ items: [], nextCursor: null });
    expect((await as('writer11').get(`/api/consultations/${id}`)).body.subject.patientName).toBe('欧阳小明');
  });

  it.each(['欧阳小明', 'Xiaoming Ouyang ', 'O. Xiaoming ', '欧阳女士'])(
    'does not leave with %j in the question',
    async (name) => {
      const held = await claimed();
      const refused = await ask('writer11', held, { deidentified: true, question: `${name}右肺结节？` });
      expect([refused.status, refused.body.code, refused.body.params.field]).toEqual([
        400,
        'question_names_patient',
        'question',
      ]);
      expect(await room.examState(held.examId)).toBe('CLAIMED');
    },
  );
});

describe('is refused', () => {
  it.each<[string, { fence?: number; to?: unknown; question?: string; hours?: number }, number, string]>([
    ['under a stale fence', { fence: 99 }, 409, 'stale_fence'],
    ['to one’s own hospital', { to: 'own' }, 400, 'consult_own_hospital'],
    [
      'to a hospital that is not there',
      { to: { hospitalId: '018f0000-0000-7000-8000-000000000000' } },
      400,
      'consult_target_unknown',
    ],
    ['to an institution as if it were a hospital of the county', { to: 'mixed' }, 400, 'consult_target_unknown'],
    ['to nobody', { to: {} }, 400, 'invalid_input'],
    ['without a question', { question: ' ' }, 400, 'invalid_input'],
    ['for a month', { hours: 720 }, 400, 'invalid_input'],
  ])('%s', async (_, over, status, code) => {
    const held = await claimed();
    const named = over.to === 'own' ? { hospitalId: shift.hospital(1) } : { hospitalId: institution };
    const to = typeof over.to === 'string' ? { to: named } : {};
    const refused = await ask('writer11', held, { ...over, ...to });
    expect([refused.status, refused.body.code]).toEqual([status, code]);
    expect(await room.examState(held.examId)).toBe('CLAIMED');
  });

  it('where nobody could answer', async () => {
    const empty = (
      await as('sysadmin').post('/api/consult-institutions', { code: 'P2', name: '省二院', agreement: '待定' })
    ).body;
    const refused = await ask('writer11', await claimed(), { to: { institution: empty.institution } });
    expect([refused.status, refused.body.code]).toEqual([409, 'consult_nobody_there']);
    const again = await as('sysadmin').post('/api/consult-institutions', {
      code: 'P2',
      name: '省三院',
      agreement: '待定',
    });
    expect([again.status, again.body.code]).toEqual([409, 'institution_code_taken']);
  });

  it('to who does not hold the exam, and to who may not ask or answer', async () => {
    const held = await claimed();
    expect((await ask('writer12', held)).body.code).toBe('stale_fence');
    expect((await room.audit(held.examId)).at(-1)).toMatchObject({ action: 'exam.consult.refused' });
    for (const who of ['trainee11', 'tech01', 'doctor01', 'admin', 'auditor', 'expert1'])
      expect([who, (await ask(who, held)).status]).toEqual([who, 403]);
    const { id } = await asked();
    for (const who of ['writer21', 'tech01', 'admin']) expect((await step(who, id, 'accept')).status).toBe(403);
    // Of the asker's own hospital nobody answers, of another hospital nobody cancels.
    expect((await step('reviewer11', id, 'accept')).status).toBe(404);
    expect((await step('writer21', id, 'cancel', { reason: '试' })).status).toBe(404);
    expect((await step('writer12', id, 'cancel', { reason: '试' })).status).toBe(403);
    expect((await step('chief1', id, 'cancel', { reason: '科内讨论' })).status).toBe(200);
    expect((await as('tech01').get(`/api/consultations/${id}`)).status).toBe(403);
  });

  it('to another county', async () => {
    const { id } = await asked();
    const other = await seedCounty(system, { code: 'c2' });
    shift.admit('stranger', await signIn(system, other, 'reviewer21'));
    expect((await as('stranger').get(`/api/consultations/${id}`)).status).toBe(404);
    expect((await step('stranger', id, 'accept')).status).toBe(404);
    expect(await box('stranger', 'in', '')).toEqual([]);
    expect((await as('stranger').get('/api/consult-institutions')).body.items).toEqual([]);
  });
});

it('pages through a box, and tells open from over', async () => {
  const ids: string[] = [];
  for (let i = 0; i < 3; i += 1) ids.unshift((await asked()).id);
  await step('reviewer21', ids[1]!, 'decline', { reason: '忙' });
  const pages: string[] = [];
  let cursor = '';
  for (let i = 0; i < 3; i += 1) {
    const { body } = await as('reviewer21').get(`/api/consultations?box=in&limit=1${cursor && `&cursor=${cursor}`}`);
    pages.push(...body.items.map((one: { consultationId: string }) => one.consultationId));
    cursor = body.nextCursor;
  }
  expect(pages).toEqual(ids);
  const open = (await box('reviewer21', 'in')).map((one) => one.consultationId);
  expect(ids.map((id) => open.includes(id))).toEqual([true, false, true]);
});
