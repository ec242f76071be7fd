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
  // One name of the API, and what it means there.
  ['reviewer21', 'POST', `/api/worklist/${EXAM}/consult`, { fence: 1, to: {} }, 'to', /^输入有误：会诊对象 /],
  ['chief1', 'POST', '/api/worklist/handover', { from: EXAM }, 'to', /^输入有误：接班医师 必填$/],
  [
    'secadmin',
    'POST',
    '/api/people',
    { username: 'zhang.san', password: '0123456789abcdef' },
    'name',
    /^输入有误：姓名 必填$/,
  ],
  ['sysadmin', 'POST', '/api/hospitals', { code: 'h9' }, 'name', /^输入有误：医院名称 必填$/],
  // What is missing is required, whatever it would have to look like.
  ['chief1', 'POST', '/api/auth/login', { username: 'chief1' }, 'password', /^输入有误：密码 必填$/],
  [
    'sysadmin',
    'POST',
    '/api/channels',
    { kind: 'webhook', clinicId: EXAM, name: '回传' },
    'url',
    /^输入有误：网址 必填$/,
  ],
  [
    'clinic',
    'POST',
    '/api/uploads',
    { instances: [{}] },
    'instances.0.sopInstanceUid',
    /^输入有误：影像 UID（第 1 项） 必填$/,
  ],
  [
    'clinic',
    'POST',
    '/api/uploads',
    { instances: [{ sopInstanceUid: '1.2.3', bytes: 1 }] },
    'instances.0.sha256',
    /^输入有误：SHA-256 校验值（第 1 项） 必填$/,
  ],
  [
    'writer11',
    'PUT',
    `/api/exams/${EXAM}/image-quality`,
    { imageSet: 1, studies: [{ grade: 'A' }] },
    'studies.0.studyInstanceUid',
    /^输入有误：影像检查 UID（第 1 项） 必填$/,
  ],
  ['writer11', 'PUT', `/api/exams/${EXAM}/image-quality`, { grade: 'A' }, 'imageSet', /^输入有误：影像批次 必填$/],
  ['writer11', 'PUT', `/api/exams/${EXAM}/report/key-images`, { fence: 1 }, 'keyImages', /^输入有误：关键图像 必填$/],
  [
    'writer11',
    'PUT',
    `/api/exams/${EXAM}/report/key-images`,
    { fence: 1, keyImages: [{}] },
    'keyImages.0.sopInstanceUid',
    /^输入有误：影像 UID（第 1 项） 必填$/,
  ],
])('%s, %s %s %j: %s', async (who, verb, path, body, field, message) => {
  const client = who === 'clinic' ? gateway(system, county.clinics[0]!) : await signIn(system, county, who);
  const { status, body: said } = await (verb === 'POST' ? client.post(path, body) : client.put(path, body));
  expect([status, said.code, said.params.field]).toEqual([400, 'invalid_input', field]);
  expect(said.message).toMatch(message);
});
