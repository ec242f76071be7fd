import { gateway, seedCounty, signIn, type TestCounty } from '../../test/harness/county';
import type { JsonClient } from '../../test/harness/json-client';
import { type System, startSystem } from '../../test/harness/system';
import { request } from './exams.fixture';

let system: System;
let county: TestCounty;
let clinic: JsonClient;
let tech: JsonClient;

beforeAll(async () => {
  system = await startSystem({ role: 'api' });
  county = await seedCounty(system);
  clinic = gateway(system, county.clinics[0]!);
  tech = await signIn(system, county, 'tech01');
});
afterAll(() => system?.stop());

const rows = <T>(sql: string, params: readonly unknown[] = []): Promise<T[]> =>
  system.db.relay(system.ctx(county.countyId), (tx) => tx.rows<T>(sql, params));

const flagsOf = (examId: string): Promise<{ code: string; details: Record<string, unknown> }[]> =>
  rows('SELECT code, details FROM exam_flag WHERE exam_id = $1 ORDER BY code', [examId]);

describe('POST /api/exams: what is registered', () => {
  it('answers a new exam with 201, its names written as people read them', async () => {
    const sent = request({ patientName: 'Zhang^San=张^三', modality: 'DR', itemCode: '40040100000100' });
    const { status, body } = await clinic.post('/api/exams', sent);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      accessionNumber: sent['accessionNumber'],
      patientName: '张三',
      modality: 'DX',
      itemName: 'DR胸部正位',
      bodyPart: '胸部',
      state: 'REGISTERED',
      priority: 'ROUTINE',
      mode: 'diagnose',
      clinicId: county.clinics[0]!.id,
      age: 64,
      ageUnit: 'Y',
      dueAt: null,
      studies: [],
      missing: [],
    });
    const [exam] = await rows<Record<string, string>>(
      'SELECT name_given, name_pinyin, name_initials, created_by FROM exam WHERE id = $1',
      [body.examId],
    );
    expect(exam).toEqual({ name_given: '三', name_pinyin: 'zhangsan', name_initials: 'zs', created_by: 'gateway' });
  });

  it('queues an exam whose images stay at the clinic at once, and shows their studies', async () => {
    const { body } = await tech.post(
      '/api/exams',
      request({ metadataOnly: true, studies: [{ studyInstanceUid: '1.2.3.4', instanceCount: 120 }] }),
    );
    expect(body).toMatchObject({
      state: 'QUEUED',
      metadataOnly: true,
      imagesComplete: 'metadata_only',
      studies: [{ studyInstanceUid: '1.2.3.4' }],
    });
    expect(body.queuedAt).not.toBeNull();
  });

  it('writes the exam, its audit row and its news together', async () => {
    const { body } = await clinic.post('/api/exams', request());
    expect(await rows('SELECT action, actor_kind FROM audit_event WHERE subject_id = $1', [body.examId])).toEqual([
      { action: 'exam.register', actor_kind: 'gateway' },
    ]);
  });

  it('lets health checks be screening unless the clinic says otherwise', async () => {
    const priorities = [];
    for (const given of [
      { source: 'checkup' },
      { source: 'public_health' },
      { source: 'checkup', priority: 'URGENT' },
    ]) {
      priorities.push((await clinic.post('/api/exams', request(given))).body.priority);
    }
    expect(priorities).toEqual(['SCREENING', 'SCREENING', 'URGENT']);
  });

  it('follows the agreement of clinic and modality', async () => {
    await (
      await signIn(system, county, 'sysadmin')
    ).put(`/api/clinics/${county.clinics[1]!.id}/modes`, {
      modality: 'DX',
      mode: 'review',
    });
    const other = gateway(system, county.clinics[1]!);
    expect((await other.post('/api/exams', request({ modality: 'DX', itemCode: '40040100000100' }))).body.mode).toBe(
      'review',
    );
    expect((await other.post('/api/exams', request())).body.mode).toBe('diagnose');
  });
});

describe('class A', () => {
  it('names every missing field, each with its own sentence', async () => {
    const { status, body } = await clinic.post('/api/exams', {});
    expect(status).toBe(400);
    expect(body.code).toBe('class_a_missing');
    expect(body.params.problems.map((one: { field: string }) => one.field)).toEqual([
      'accessionNumber',
      'patientLocalId',
      'patientName',
      'sex',
      'modality',
      'itemName',
      'examStart',
      'orderingDoctor',
      'orderingPhone',
    ]);
    expect(body.params.problems[0]).toEqual({ field: 'accessionNumber', problem: '缺少检查号' });
    expect(body.message).toBe('申请不完整：缺少检查号');
  });

  it.each([
    'accessionNumber',
    'patientLocalId',
    'patientName',
    'sex',
    'modality',
    'examStart',
    'orderingDoctor',
    'orderingPhone',
  ])('refuses a request without %s and writes nothing', async (field) => {
    const [before] = await rows<{ n: number }>('SELECT count(*)::int AS n FROM exam');
    const { status, body } = await clinic.post('/api/exams', request({ [field]: null }));
    expect([status, body.code, body.params.field]).toEqual([400, 'class_a_missing', field]);
    expect(await rows('SELECT count(*)::int AS n FROM exam')).toEqual([before]);
  });

  it('takes a description instead of an item, and an unknown item code only with a name', async () => {
    const described = await clinic.post('/api/exams', request({ itemCode: undefined, description: '胸痛，胸部CT' }));
    expect(described.body.itemName).toBe('胸痛，胸部CT');
    const unknown = await clinic.post('/api/exams', request({ itemCode: 'LOCAL-77' }));
    expect([unknown.status, unknown.body.params.field]).toEqual([400, 'itemName']);
    const named = await clinic.post('/api/exams', request({ itemCode: 'LOCAL-77', itemName: '腰椎间盘CT' }));
    expect([named.status, named.body.itemName]).toEqual([201, '腰椎间盘CT']);
  });

  it('lets a STAT exam use the duty phone of the clinic, and says so when there is none', async () => {
    const { body } = await clinic.post('/api/exams', request({ priority: 'STAT', orderingPhone: undefined }));
    expect(await rows('SELECT ordering_phone FROM exam WHERE id = $1', [body.examId])).toEqual([
      { ordering_phone: '000-0000' },
    ]);
    await system.db.relay(system.ctx(county.countyId), (tx) =>
      tx.change("UPDATE clinic SET duty_phone = '' WHERE id = $1", [county.clinics[1]!.id]),
    );
    const sent = request({ priority: 'STAT', orderingPhone: undefined });
    const refused = await gateway(system, county.clinics[1]!).post('/api/exams', sent);
    expect([refused.status, refused.body.code, refused.body.params.field]).toEqual([
      400,
      'class_a_missing',
      'orderingPhone',
    ]);
    expect(refused.body.message).toContain('值班电话');
    expect(await rows('SELECT id FROM exam WHERE accession_number = $1', [sent['accessionNumber']])).toEqual([]);
  });

  it.each([
    ['sex', 'X'],
    ['birthDate', '1961-02-30'],
    ['birthDate', '2130-01-01'],
    ['birthDate', '1879-12-31'],
    ['modality', 'COMPUTED'],
    ['examStart', '2026-03-02 08:30'],
    ['orderingPhone', 'none'],
    ['accessionNumber', 'A1,A2'],
    ['clinicalDiagnosis', '咳'.repeat(251)],
    ['symptoms', '咳'.repeat(501)],
    ['patientName', 'a\u0000b'],
    ['studies', [{ studyInstanceUid: 'not-a-uid' }]],
    ['surprise', 1],
    ['ageUnit', 'Y'],
  ])('says which field cannot be read: %s = %j', async (field, value) => {
    const { status, body } = await clinic.post('/api/exams', request({ [field]: value }));
    expect(status).toBe(400);
    expect(body.code).toBe('invalid_input');
    expect(body.params.field).toContain(field);
    expect(body.message).toMatch(/\p{Script=Han}/u);
  });
});

describe('class B: accepted, flagged', () => {
  it.each([
    ['an identity number that fails its checksum', { idNumber: '110105194912310021' }, 'id_number_invalid'],
    ['one of another birth date', { idNumber: '11010519491231002X', sex: 'F' }, 'id_number_mismatch'],
    ['an age that is not the birth date', { age: 9, ageUnit: 'Y' }, 'age_mismatch'],
    ['an end before the start', { examEnd: '2026-03-02T08:00:00+08:00' }, 'exam_times_odd'],
    ['a DR code on a CT', { itemCode: '40040100000100' }, 'item_code_mismatch'],
  ])('%s', async (_, odd, code) => {
    const { status, body } = await clinic.post('/api/exams', request(odd));
    expect(status).toBe(201);
    expect((await flagsOf(body.examId)).map((flag) => flag.code)).toEqual([code]);
  });
});

describe('one patient number, two patients', () => {
  it('flags what contradicts the patient, and overwrites nothing', async () => {
    const first = request({ patientName: '王芳', sex: 'F' });
    await clinic.post('/api/exams', first);
    const again = request({ patientLocalId: first['patientLocalId'], patientName: '刘伟', sex: 'M' });
    const { body } = await clinic.post('/api/exams', again);
    expect(await flagsOf(body.examId)).toEqual([
      { code: 'patient_mismatch', details: { patientId: expect.any(String), fields: ['name', 'sex'] } },
    ]);
    expect(await rows('SELECT name, sex FROM patient WHERE local_id = $1', [first['patientLocalId']])).toEqual([
      { name: '王芳', sex: 'F' },
    ]);
    expect(body.patientName).toBe('刘伟');
  });

  it('takes a Chinese spelling for a name known in pinyin, and fills in what was not known', async () => {
    const first = request({ patientName: 'Wang^Fang', sex: 'F', birthDate: null, age: 60, ageUnit: 'Y' });
    await clinic.post('/api/exams', first);
    const again = request({ patientLocalId: first['patientLocalId'], patientName: '王芳', sex: 'F' });
    const { body } = await clinic.post('/api/exams', again);
    expect(await flagsOf(body.examId)).toEqual([]);
    expect(await rows('SELECT name, birth_date FROM patient WHERE local_id = $1', [first['patientLocalId']])).toEqual([
      { name: '王芳', birth_date: '1961-04-12' },
    ]);
  });

  it('knows the same number of another clinic as another patient', async () => {
    const first = request({ patientName: '王芳' });
    await clinic.post('/api/exams', first);
    const other = gateway(system, county.clinics[1]!);
    const { body } = await other.post(
      '/api/exams',
      request({ patientLocalId: first['patientLocalId'], patientName: '刘伟' }),
    );
    expect(await flagsOf(body.examId)).toEqual([]);
    expect(await rows('SELECT id FROM patient WHERE local_id = $1', [first['patientLocalId']])).toHaveLength(2);
  });
});

describe('the same accession number again', () => {
  it('changes nothing for the same request, however its fields are ordered', async () => {
    const sent = request();
    const first = await clinic.post('/api/exams', sent);
    const again = await clinic.post('/api/exams', {
      ...Object.fromEntries(Object.entries(sent).reverse()),
      phone: null,
    });
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect(await rows('SELECT rev FROM exam WHERE id = $1', [first.body.examId])).toEqual([{ rev: 1 }]);
  });

  it('makes one exam of 20 equal requests at once', async () => {
    const sent = request();
    const answers = await Promise.all(Array.from({ length: 20 }, () => clinic.post('/api/exams', sent)));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array<number>(19).fill(200), 201]);
    expect(new Set(answers.map(({ body }) => body.examId as string)).size).toBe(1);
    expect(await rows('SELECT id FROM patient WHERE local_id = $1', [sent['patientLocalId']])).toHaveLength(1);
  });

  it('changes the exam for another content, flags it, and keeps what was supplemented', async () => {
    const sent = request({ clinicalDiagnosis: null });
    const { body } = await clinic.post('/api/exams', sent);
    await tech.post(`/api/exams/${body.examId}/supplement`, { clinicalDiagnosis: '肺炎' });
    const changed = await clinic.post('/api/exams', { ...sent, orderingDoctor: '赵六' });
    expect([changed.status, changed.body.examId]).toEqual([200, body.examId]);
    expect(await rows('SELECT ordering_doctor, clinical_diagnosis FROM exam WHERE id = $1', [body.examId])).toEqual([
      { ordering_doctor: '赵六', clinical_diagnosis: '肺炎' },
    ]);
    expect(await flagsOf(body.examId)).toEqual([{ code: 'content_changed', details: { fields: ['ordering_doctor'] } }]);
    const actions = await rows('SELECT action FROM audit_event WHERE subject_id = $1 ORDER BY at, id', [body.examId]);
    expect(actions).toEqual([{ action: 'exam.register' }, { action: 'exam.supplement' }, { action: 'exam.change' }]);
  });

  it('refuses another content once a reader has claimed it', async () => {
    const sent = request({ metadataOnly: true });
    const { body } = await clinic.post('/api/exams', sent);
    await system.db.relay(system.ctx(county.countyId), (tx) =>
      tx.change("UPDATE exam SET state = 'CLAIMED' WHERE id = $1", [body.examId]),
    );
    const refused = await clinic.post('/api/exams', { ...sent, sex: 'F' });
    expect([refused.status, refused.body.code]).toEqual([409, 'exam_content_locked']);
    expect(refused.body.params).toMatchObject({ state: 'CLAIMED', examId: body.examId });
    expect((await clinic.post('/api/exams', sent)).status).toBe(200);
  });

  it('refuses another content while a preliminary report is out, though nobody has claimed it again', async () => {
    const sent = request({ metadataOnly: true });
    const { body } = await clinic.post('/api/exams', sent);
    await system.db.relay(system.ctx(county.countyId), (tx) =>
      tx.change('UPDATE exam SET preliminary_at = $2 WHERE id = $1', [body.examId, new Date('2026-03-02T15:00:00Z')]),
    );
    const refused = await clinic.post('/api/exams', { ...sent, patientName: '李四' });
    expect([refused.status, refused.body.code, refused.body.params.state]).toEqual([
      409,
      'exam_content_locked',
      'QUEUED',
    ]);
    expect(await rows('SELECT patient_name FROM exam WHERE id = $1', [body.examId])).toEqual([
      { patient_name: sent['patientName'] },
    ]);
  });

  it('is free for another clinic, and again after the exam was voided', async () => {
    const sent = request();
    const { body } = await clinic.post('/api/exams', sent);
    const elsewhere = await gateway(system, county.clinics[1]!).post('/api/exams', sent);
    expect(elsewhere.status).toBe(201);
    const admin = await signIn(system, county, 'admin');
    expect((await admin.post(`/api/exams/${body.examId}/void`, { reason: '登记错误' })).status).toBe(200);
    const anew = await clinic.post('/api/exams', sent);
    expect([anew.status, anew.body.examId === body.examId]).toEqual([201, false]);
  });
});

describe('whose exam it is', () => {
  it('asks a person of several clinics for the clinic, and knows no clinic of others', async () => {
    const secadmin = await signIn(system, county, 'secadmin');
    const username = `both${county.suffix}`;
    await secadmin.post('/api/people', {
      username,
      password: county.password,
      name: '技师乙',
      grants: county.clinics.map(({ id }) => ({ role: 'technician', clinicId: id })),
    });
    const both = await signIn(system, county, 'both');
    const unsaid = await both.post('/api/exams', request());
    expect([unsaid.status, unsaid.body.code]).toEqual([400, 'clinic_required']);
    const said = await both.post('/api/exams', request({ clinicId: county.clinics[1]!.id }));
    expect([said.status, said.body.clinicId]).toEqual([201, county.clinics[1]!.id]);
    const foreign = await tech.post('/api/exams', request({ clinicId: county.clinics[1]!.id }));
    expect([foreign.status, foreign.body.code]).toEqual([404, 'not_found']);
  });

  it('is not for a closed clinic', async () => {
    const admin = await signIn(system, county, 'sysadmin');
    const { body: made } = await admin.post('/api/clinics', { code: 'C98', name: '停用卫生院' });
    const { body: key } = await admin.post('/api/gateway-keys', { clinicId: made.clinicId, label: 'gateway' });
    const closed = gateway(system, { id: made.clinicId, code: 'C98', key: key.key });
    expect((await closed.post('/api/exams', request())).status).toBe(201);
    await admin.patch(`/api/clinics/${made.clinicId}`, { active: false });
    expect((await closed.post('/api/exams', request())).status).toBe(401);
  });

  it('is not for readers', async () => {
    const writer = await signIn(system, county, 'writer11');
    expect((await writer.post('/api/exams', request({ clinicId: county.clinics[0]!.id }))).status).toBe(403);
  });
});
