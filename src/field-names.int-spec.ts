import { gateway, seedCounty, signIn, type TestCounty } from '../test/harness/county';
import { startSystem, type System } from '../test/harness/system';

let system: System;
let county: TestCounty;

beforeAll(async () => {
  system = await startSystem({ role: 'api' });
  county = await seedCounty(system);
});
afterAll(() => system.stop());

const EXAM = '018f0000-0000-7000-8000-000000000000';
const TEXT = { technique: '', findings: '', impression: '', recommendation: '', positive: null };

/** What people of every role get wrong, and how the refusal calls it. */
it.each<[who: string, verb: 'POST' | 'PUT', path: string, body: object, field: string, message: RegExp]>([
  ['clinic', 'POST', '/api/exams', { accessionNumber: 'A,1' }, 'accessionNumber', /^输入有误：检查号 /],
  ['clinic', 'POST', '/api/exams', { patientName: '张\u0000' }, 'patientName', /^输入有误：患者姓名 /],
  [
    'clinic',
    'POST',
    '/api/exams',
    { studies: [{}] },
    'studies.0.studyInstanceUid',
    /^输入有误：影像检查 UID（第 1 项） 必填$/,
  ],
  ['tech01', 'POST', `/api/exams/${EXAM}/supplement`, { age: -1 }, 'age', /^输入有误：年龄 /],
  [
    'writer11',
    'PUT',
    `/api/exams/${EXAM}/report/draft`,
    { ...TEXT, fence: 1, version: 0, findings: 7 },
    'findings',
    /^输入有误：影像所见 须为文字$/,
  ],
  ['writer11', 'POST', `/api/worklist/${EXAM}/claim`, { hospitalId: '县医院' }, 'hospitalId', /^输入有误：医院 /],
  [
    'reviewer21',
    'POST',
    `/api/exams/${EXAM}/report/sign`,
    { fence: 1, version: 1 },
    'imageSet',
    /^输入有误：影像批次 /,
  ],
  [
    'reviewer21',
    'POST',
    `/api/exams/${EXAM}/report/reject`,
    { fence: 1, version: 1, imageSet: 0 },
    'reason',
    /^输入有误：原因 必填$/,
  ],
  ['chief1', 'POST', '/api/rosters', { kind: 'weekly', start: '8' }, 'hospitalId', /^输入有误：医院 必填$/],
  ['chief1', 'POST', '/api/templates', {}, 'level', /^输入有误：级别 /],
  [
    'admin',
    'PUT',
    '/api/single-sign',
    { modality: 'ct', allowed: true, reason: '夜班' },
    'modality',
    /^输入有误：设备类型 /,
  ],
  ['secadmin', 'POST', '/api/people', { username: '' }, 'username', /^输入有误：用户名 /],
])('%s, %s %s %j: %s', async (who, verb, path, body, field, message) => {
  const client = who === 'clinic' ? gateway(system, county.clinics[0]!) : await signIn(system, county, who);
  const { status, body: said } = await (verb === 'POST' ? client.post(path, body) : client.put(path, body));
  expect([status, said.code, said.params.field]).toEqual([400, 'invalid_input', field]);
  expect(said.message).toMatch(message);
});
