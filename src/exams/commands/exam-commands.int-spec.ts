import { gateway, seedCounty, signIn, type TestCounty } from '../../../test/harness/county';
import type { Answer, JsonClient } from '../../../test/harness/json-client';
import { ManualClock, MINUTE, SECOND } from '../../../test/harness/manual-clock';
import { type System, startSystem } from '../../../test/harness/system';
import { Exams } from '../exams';
import type { Exam } from '../exam.entity';
import type { ExamState } from '../exam.state';
import { ExamStates } from '../exam-states';
import { ExamDemographics } from './exam-demographics';
import { request } from '../exams.fixture';

const clock = new ManualClock();
let system: System;
let county: TestCounty;
let clinic: JsonClient;
let tech: JsonClient;
let writer: JsonClient;
let chief: JsonClient;
let admin: JsonClient;

beforeAll(async () => {
  system = await startSystem({ role: 'api', clock });
  county = await seedCounty(system);
  clinic = gateway(system, county.clinics[0]!);
  [tech, writer, chief, admin] = (await Promise.all(
    ['tech01', 'writer11', 'chief1', 'admin'].map((name) => signIn(system, county, name)),
  )) as [JsonClient, JsonClient, JsonClient, JsonClient];
});
afterAll(() => system?.stop());

const change = (sql: string, params: readonly unknown[]): Promise<number> =>
  system.db.relay(system.ctx(county.countyId), (tx) => tx.change(sql, params));
const rowOf = async (examId: string): Promise<Exam> => {
  const found = await system.db.relay(system.ctx(county.countyId), (tx) =>
    tx.row<Exam>('SELECT * FROM exam WHERE id = $1', [examId]),
  );
  return found!;
};

/** An exam put into a state by hand, as the slices above would. */
async function examIn(state: ExamState, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const { body } = await clinic.post('/api/exams', request({ metadataOnly: state !== 'REGISTERED' }));
  const columns = { state, ...more };
  const set = Object.keys(columns).map((column, i) => `${column} = $${i + 2}`);
  await change(`UPDATE exam SET ${set.join()} WHERE id = $1`, [body.examId, ...Object.values(columns)]);
  return body.examId as string;
}

const codeOf = ({ status, body }: Answer): [number, string] => [status, body.code ?? body.state];

describe('withdraw and resubmit', () => {
  it.each(['REGISTERED', 'UPLOADING', 'INCOMPLETE', 'QUEUED'] as const)(
    'the clinic withdraws from %s',
    async (state) => {
      const exam = await examIn(state);
      expect(codeOf(await clinic.post(`/api/exams/${exam}/withdraw`, { reason: '开错单' }))).toEqual([
        200,
        'WITHDRAWN',
      ]);
      expect((await rowOf(exam)).state_reason).toBe('开错单');
    },
  );

  it.each(['CLAIMED', 'PENDING_REVIEW', 'REVIEWING', 'SIGNED', 'RETURNED', 'VOID'] as const)(
    'not from %s',
    async (state) => {
      const exam = await examIn(state);
      const refused = await clinic.post(`/api/exams/${exam}/withdraw`, { reason: '开错单' });
      expect(codeOf(refused)).toEqual([409, 'exam_state_conflict']);
      expect(refused.body.params).toMatchObject({ state });
    },
  );

  it('needs a reason', async () => {
    const exam = await examIn('QUEUED');
    expect((await clinic.post(`/api/exams/${exam}/withdraw`, {})).body.params.field).toBe('reason');
  });

  it('lets exactly one of 20 win that withdraw and claim at the same moment', async () => {
    const states = system.get(ExamStates);
    for (let round = 0; round < 5; round += 1) {
      const exam = await examIn('QUEUED');
      const claim = { examId: exam, from: ['QUEUED'], to: 'CLAIMED', action: 'exam.claim' } as const;
      const claims = Array.from({ length: 10 }, () =>
        system.db
          .write(system.ctx(county.countyId), (tx) => states.move(tx, claim))
          .then(
            () => 'CLAIMED',
            () => 'refused',
          ),
      );
      const withdrawals = Array.from({ length: 10 }, () =>
        clinic
          .post(`/api/exams/${exam}/withdraw`, { reason: '开错单' })
          .then(({ status }) => (status === 200 ? 'WITHDRAWN' : 'refused')),
      );
      const winners = (await Promise.all([...claims, ...withdrawals])).filter((outcome) => outcome !== 'refused');
      expect(winners).toEqual([(await rowOf(exam)).state]);
    }
  });

  it('brings a withdrawn exam back to where it belongs', async () => {
    const registered = await examIn('REGISTERED');
    await clinic.post(`/api/exams/${registered}/withdraw`, { reason: '开错单' });
    expect(codeOf(await clinic.post(`/api/exams/${registered}/resubmit`, {}))).toEqual([200, 'REGISTERED']);
    const queued = await examIn('QUEUED');
    const t3 = (await rowOf(queued)).queued_at;
    await clinic.post(`/api/exams/${queued}/withdraw`, { reason: '开错单' });
    clock.advance(MINUTE);
    expect(codeOf(await clinic.post(`/api/exams/${queued}/resubmit`, {}))).toEqual([200, 'QUEUED']);
    expect((await rowOf(queued)).queued_at!.getTime()).toBe(t3!.getTime() + MINUTE);
    expect(codeOf(await clinic.post(`/api/exams/${queued}/resubmit`, {}))).toEqual([409, 'exam_state_conflict']);
  });
});

describe('the answer to a return', () => {
  const returned = (more: Readonly<Record<string, unknown>> = {}): Promise<string> =>
    examIn('RETURNED', {
      metadata_only: false,
      images_complete: 'assumed',
      first_byte_at: clock.now(),
      last_image_at: clock.now(),
      returned_at: clock.now(),
      return_code: 'Q03',
      ...more,
    });

  it('re-take: a new attempt that waits for its images, the time at the clinic summed up', async () => {
    const exam = await returned({ returned_seconds: 30 });
    clock.advance(90 * SECOND);
    expect(codeOf(await clinic.post(`/api/exams/${exam}/resubmit`, { retake: true }))).toEqual([200, 'UPLOADING']);
    expect(await rowOf(exam)).toMatchObject({
      attempt: 2,
      returned_seconds: 120,
      returned_at: null,
      images_complete: null,
      last_image_at: null,
    });
  });

  it('text: read on what is there, place and T3 kept', async () => {
    const exam = await returned({ queued_at: new Date('2026-03-02T00:00:00Z') });
    expect(codeOf(await clinic.post(`/api/exams/${exam}/resubmit`, {}))).toEqual([400, 'answer_needed']);
    expect(codeOf(await clinic.post(`/api/exams/${exam}/resubmit`, { note: '已补病史' }))).toEqual([200, 'QUEUED']);
    expect(await rowOf(exam)).toMatchObject({
      return_answer: '已补病史',
      attempt: 1,
      queued_at: new Date('2026-03-02T00:00:00Z'),
    });
  });

  it('the history that only the ordering doctor knows: he sees in his list why it came back, writes it and sends it on', async () => {
    const at = { back_by: '报告11', back_at: clock.now() };
    const exam = await returned({ return_code: 'C01', state_reason: 'C01 缺临床病史/诊断', ...at });
    const doctor = await signIn(system, county, 'doctor01');
    const { items } = (await doctor.get('/api/exams?state=RETURNED')).body as { items: { examId: string }[] };
    expect(items.find(({ examId }) => examId === exam)).toMatchObject({
      badge: { kind: 'return', reason: 'C01 缺临床病史/诊断', by: '报告11', at: clock.now().toISOString() },
    });
    expect((await doctor.post(`/api/exams/${exam}/supplement`, { clinicalDiagnosis: '肺炎治疗后' })).status).toBe(200);
    const answer = await doctor.post(`/api/exams/${exam}/resubmit`, { note: '已补充诊断' });
    expect([...codeOf(answer), answer.body.badge]).toEqual([200, 'QUEUED', null]);
    expect(await rowOf(exam)).toMatchObject({ clinical_diagnosis: '肺炎治疗后', return_answer: '已补充诊断' });
  });

  it('patient gone: the limitation is written down for the report', async () => {
    const exam = await returned();
    const unsaid = await clinic.post(`/api/exams/${exam}/resubmit`, { patientGone: true });
    expect([unsaid.status, unsaid.body.params.field]).toEqual([400, 'reason']);
    expect(
      (await clinic.post(`/api/exams/${exam}/resubmit`, { patientGone: true, retake: true, reason: '外出务工' }))
        .status,
    ).toBe(400);
    await clinic.post(`/api/exams/${exam}/resubmit`, { patientGone: true, reason: '外出务工' });
    expect(await rowOf(exam)).toMatchObject({
      state: 'QUEUED',
      limitation: '患者已离开，未能补充检查（外出务工）；本报告仅就已有影像作出。',
    });
  });

  it('taken again after all: the limitation is no longer true', async () => {
    const exam = await returned({ limitation: '患者已离开，未能补充检查（外出务工）；本报告仅就已有影像作出。' });
    await clinic.post(`/api/exams/${exam}/resubmit`, { retake: true });
    expect(await rowOf(exam)).toMatchObject({ state: 'UPLOADING', limitation: null });
  });

  it('cannot be read on without any image', async () => {
    const exam = await returned({ first_byte_at: null, last_image_at: null });
    const refused = await clinic.post(`/api/exams/${exam}/resubmit`, { note: '没有补拍' });
    expect(codeOf(refused)).toEqual([409, 'retake_needs_images']);
  });

  it('images that stay at the clinic are queued again at once', async () => {
    const exam = await returned({ metadata_only: true });
    expect(codeOf(await clinic.post(`/api/exams/${exam}/resubmit`, { retake: true }))).toEqual([200, 'QUEUED']);
    expect((await rowOf(exam)).attempt).toBe(2);
  });
});

describe('supplement', () => {
  it('queues an exam that was waiting for class A as soon as it is whole', async () => {
    const exam = await examIn('INCOMPLETE', {
      ordering_doctor: null,
      ordering_phone: null,
      missing: ['orderingDoctor', 'orderingPhone'],
      queued_at: null,
    });
    const half = await tech.post(`/api/exams/${exam}/supplement`, { orderingDoctor: '李四' });
    expect([half.body.state, half.body.missing]).toEqual(['INCOMPLETE', ['orderingPhone']]);
    const whole = await tech.post(`/api/exams/${exam}/supplement`, { orderingPhone: '0999-1' });
    expect([whole.body.state, whole.body.missing]).toEqual(['QUEUED', []]);
    expect((await rowOf(exam)).queued_at).toEqual(clock.now());
  });

  it('lets a reader be told more, and nobody changed, while he reads', async () => {
    const exam = await examIn('CLAIMED');
    expect((await tech.post(`/api/exams/${exam}/supplement`, { symptoms: '咯血3天' })).status).toBe(200);
    const refused = await tech.post(`/api/exams/${exam}/supplement`, { symptoms: '咯血', sex: 'F' });
    expect(codeOf(refused)).toEqual([409, 'field_locked']);
    expect(await rowOf(exam)).toMatchObject({ symptoms: '咯血3天', sex: 'M' });
  });

  it('is closed after signing', async () => {
    const exam = await examIn('SIGNED');
    expect(codeOf(await tech.post(`/api/exams/${exam}/supplement`, { symptoms: '咯血' }))).toEqual([
      409,
      'exam_content_locked',
    ]);
  });

  it('gives no accession number twice, and needs something to say', async () => {
    const [one, other] = [await examIn('QUEUED'), await examIn('QUEUED')];
    const { accession_number } = await rowOf(one);
    const refused = await tech.post(`/api/exams/${other}/supplement`, { accessionNumber: accession_number });
    expect(codeOf(refused)).toEqual([409, 'accession_taken']);
    expect((await tech.post(`/api/exams/${other}/supplement`, {})).status).toBe(400);
  });
});

describe('a birth date that can be nobody’s', () => {
  it.each(['2026-03-03', '1879-12-31'])('is neither supplemented nor put right: %s', async (birthDate) => {
    const exam = await examIn('QUEUED', { birth_date: null });
    const refused = await tech.post(`/api/exams/${exam}/supplement`, { birthDate });
    expect([...codeOf(refused), refused.body.params.field]).toEqual([400, 'invalid_input', 'birthDate']);
    const corrected = (): object => system.get(ExamDemographics).changes({} as Exam, { birthDate });
    expect(corrected).toThrow(
      expect.objectContaining({ params: expect.objectContaining({ field: 'changes.birthDate' }) }),
    );
    expect((await rowOf(exam)).birth_date).toBeNull();
  });
});

describe('priority, urge', () => {
  it('a chief changes the priority with a reason; a technician does not', async () => {
    const exam = await examIn('QUEUED');
    expect((await tech.post(`/api/exams/${exam}/priority`, { priority: 'STAT', reason: '外伤' })).status).toBe(403);
    const changed = await chief.post(`/api/exams/${exam}/priority`, { priority: 'STAT', reason: '外伤' });
    expect([changed.status, changed.body.priority, changed.body.state]).toEqual([200, 'STAT', 'QUEUED']);
    const again = await chief.post(`/api/exams/${exam}/priority`, { priority: 'STAT', reason: '外伤' });
    expect(codeOf(again)).toEqual([409, 'priority_unchanged']);
  });

  it('an exam that becomes STAT is queued while its images come', async () => {
    const exam = await examIn('UPLOADING', {
      metadata_only: false,
      images_complete: null,
      first_byte_at: clock.now(),
      last_image_at: clock.now(),
      queued_at: null,
    });
    await chief.post(`/api/exams/${exam}/priority`, { priority: 'STAT', reason: '外伤' });
    expect(await rowOf(exam)).toMatchObject({ state: 'QUEUED', images_complete: null, queued_at: clock.now() });
  });

  it('urges once in ten minutes, and only what can be read', async () => {
    const exam = await examIn('QUEUED');
    expect((await tech.post(`/api/exams/${exam}/urge`, { reason: '患者等待' })).status).toBe(200);
    expect((await rowOf(exam)).urged_at).toEqual(clock.now());
    clock.advance(9 * MINUTE);
    const early = await tech.post(`/api/exams/${exam}/urge`, {});
    expect([early.status, early.body.params.retryAfterSeconds, early.headers.get('retry-after')]).toEqual([
      429,
      60,
      '60',
    ]);
    clock.advance(MINUTE);
    expect((await tech.post(`/api/exams/${exam}/urge`, {})).status).toBe(200);
    expect(codeOf(await tech.post(`/api/exams/${await examIn('REGISTERED')}/urge`, {}))).toEqual([409, 'not_urgeable']);
  });
});

describe('identity hold', () => {
  it('is set by clinic or reader from any state, once, and lifted by a person', async () => {
    for (const state of ['REGISTERED', 'UPLOADING', 'CLAIMED', 'SIGNED', 'AMENDING', 'WITHDRAWN'] as const) {
      const exam = await examIn(state);
      const held = await writer.post(`/api/exams/${exam}/hold`, { reason: '影像与性别不符' });
      expect([held.status, held.body.identityHold, held.body.state]).toEqual([200, true, state]);
      const brief = await system.db.read(system.ctx(county.countyId), (tx) => system.get(Exams).brief(tx, exam));
      expect(() => system.get(Exams).requireNoHold(brief.exam)).toThrow('身份存疑');
      expect(codeOf(await tech.post(`/api/exams/${exam}/hold`, { reason: '再次' }))).toEqual([409, 'already_on_hold']);
      expect((await tech.post(`/api/exams/${exam}/release`, { reason: '已核对' })).body.identityHold).toBe(false);
      expect(codeOf(await tech.post(`/api/exams/${exam}/release`, { reason: '已核对' }))).toEqual([409, 'not_on_hold']);
    }
  });

  it('is no business of a machine, and not of a void exam', async () => {
    const exam = await examIn('QUEUED');
    expect((await clinic.post(`/api/exams/${exam}/hold`, { reason: 'x' })).status).toBe(403);
    expect(codeOf(await tech.post(`/api/exams/${await examIn('VOID')}/hold`, { reason: 'x' }))).toEqual([
      409,
      'exam_state_conflict',
    ]);
  });
});

describe('void', () => {
  it('before signing by the administrator, with a reason, deleting nothing', async () => {
    const exam = await examIn('QUEUED');
    expect(codeOf(await chief.post(`/api/exams/${exam}/void`, { reason: '重复登记' }))).toEqual([
      403,
      'void_forbidden',
    ]);
    expect((await tech.post(`/api/exams/${exam}/void`, { reason: '重复登记' })).status).toBe(403);
    expect((await admin.post(`/api/exams/${exam}/void`, {})).status).toBe(400);
    expect(codeOf(await admin.post(`/api/exams/${exam}/void`, { reason: '重复登记' }))).toEqual([200, 'VOID']);
    expect(await rowOf(exam)).toMatchObject({ state: 'VOID', state_reason: '重复登记', patient_name: '张三' });
  });

  it.each(['WITHDRAWN', 'CONSULTING', 'VOID'] as const)('not from %s', async (state) => {
    const refused = await admin.post(`/api/exams/${await examIn(state)}/void`, { reason: '重复登记' });
    expect(codeOf(refused)).toEqual([409, 'exam_state_conflict']);
  });
});

describe('flags', () => {
  it('are seen in the detail and resolved by a person, once', async () => {
    const { body } = await clinic.post('/api/exams', request({ idNumber: '123' }));
    const detail = await system.get(Exams).detail(system.ctx(county.countyId), body.examId);
    expect(detail.flags).toMatchObject([{ code: 'id_number_invalid', text: '身份证号校验不通过', resolvedAt: null }]);
    const path = `/api/exams/${body.examId}/flags/${detail.flags[0]!.flagId}/resolve`;
    expect((await clinic.post(path, { resolution: '已核对' })).status).toBe(403);
    expect((await tech.post(path, { resolution: '已核对户口本' })).status).toBe(204);
    expect(codeOf(await tech.post(path, { resolution: '已核对' }))).toEqual([409, 'flag_resolved']);
    const after = await system.get(Exams).detail(system.ctx(county.countyId), body.examId);
    expect(after.flags).toMatchObject([{ resolvedBy: '技师1', resolution: '已核对户口本' }]);
  });

  it('of another exam or another clinic are not found', async () => {
    const { body } = await clinic.post('/api/exams', request({ idNumber: '123' }));
    const detail = await system.get(Exams).detail(system.ctx(county.countyId), body.examId);
    const other = await examIn('QUEUED');
    const flag = detail.flags[0]!.flagId;
    expect((await tech.post(`/api/exams/${other}/flags/${flag}/resolve`, { resolution: 'x' })).status).toBe(404);
    const stranger = await signIn(system, county, 'tech02');
    expect((await stranger.post(`/api/exams/${body.examId}/flags/${flag}/resolve`, { resolution: 'x' })).status).toBe(
      404,
    );
  });
});

describe('a consultation', () => {
  it('ends in the state it began in, and in no other', async () => {
    const exam = await examIn('REVIEWING');
    const states = system.get(ExamStates);
    const move = (from: ExamState, to: ExamState): Promise<Exam> =>
      system.db.write(system.ctx(county.countyId), (tx) =>
        states.move(tx, { examId: exam, from: [from], to, action: 'exam.consult' }),
      );
    expect((await move('REVIEWING', 'CONSULTING')).state_before_consulting).toBe('REVIEWING');
    await expect(move('CONSULTING', 'CLAIMED')).rejects.toThrow('会诊中');
    expect((await move('CONSULTING', 'REVIEWING')).state).toBe('REVIEWING');
  });
});
