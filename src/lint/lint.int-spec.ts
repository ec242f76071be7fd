import { gateway, seedCounty, signIn, type TestCounty } from '../../test/harness/county';
import { JsonClient } from '../../test/harness/json-client';
import { startSystem, type System } from '../../test/harness/system';

let system: System;
let county: TestCounty;
let writer: JsonClient;

beforeAll(async () => {
  system = await startSystem({ role: 'api' });
  county = await seedCounty(system);
  writer = await signIn(system, county, 'writer11');
});
afterAll(() => system?.stop());

const REPORT = {
  exam: { modality: 'CT', bodyPart: 'HEAD', laterality: null, sex: 'F', age: 61 },
  technique: '颅脑CT平扫。',
  findings: '左侧基底节区见团块状高密度影，大小约3.2cm×2.5cm，CT值约66HU。前列腺未见增大。',
  impression: '左侧基底节区脑出血。',
  recommendation: '',
  positive: 1,
  history: '突发右侧肢体无力1小时',
};

it('answers what is wrong and what is critical, in exactly the agreed shape', async () => {
  const { status, body } = await writer.post('/api/lint', REPORT);
  expect([status, body]).toEqual([
    200,
    {
      results: [{ code: 'SEX_ORGAN', severity: 'error', text: expect.stringContaining('前列腺') }],
      critical: [{ finding: '急性脑出血', text: expect.any(String) }],
    },
  ]);
});

it('is open to the clinic that writes its own reports, and to nobody unknown', async () => {
  const doctor = await signIn(system, county, 'doctor01');
  const machine = gateway(system, county.clinics[0]!);
  expect((await doctor.post('/api/lint', REPORT)).status).toBe(200);
  expect((await machine.post('/api/lint', REPORT)).status).toBe(200);
  expect((await new JsonClient(system.url).post('/api/lint', REPORT)).status).toBe(401);
});

it.each([
  ['a text that is longer than any report', { findings: '肺'.repeat(20_001) }, 'findings'],
  ['an unknown side', { exam: { ...REPORT.exam, laterality: 'X' } }, 'exam.laterality'],
  ['a flag that is none', { positive: 2 }, 'positive'],
])('refuses %s', async (_, change, field) => {
  const { status, body } = await writer.post('/api/lint', { ...REPORT, ...change });
  expect([status, body.code, body.params.field]).toEqual([400, 'invalid_input', field]);
});
