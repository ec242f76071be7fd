import { makeStudy, type StudyOrder } from '../demo/synthetic';
import { seedCounty, type TestCounty } from '../../test/harness/county';
import { stow } from '../../test/harness/stow';
import { startSystem, type System } from '../../test/harness/system';

let system: System;
let county: TestCounty;

beforeAll(async () => {
  system = await startSystem({ role: 'api' });
  county = await seedCounty(system);
});
afterAll(() => system.stop());

const order = (changes: Partial<StudyOrder> = {}): StudyOrder => ({
  seed: 'stow',
  modality: 'CT',
  bodyPart: 'CHEST',
  accessionNumber: 'A1',
  patientId: 'P1',
  patientName: '张三',
  sex: 'M',
  charset: 'GB18030',
  slices: 3,
  samePixels: true,
  startedAt: new Date('2026-03-02T01:00:00Z'),
  institution: '第1卫生院',
  stationName: 'CT01',
  description: 'CT胸部平扫',
  ...changes,
});

it('stores', async () => {
  const files = [...makeStudy(order())].map((one) => one.bytes);
  const answer = await stow(system.url, county.clinics[0]!.key, files);
  console.log(answer.status, JSON.stringify(answer.dataSet ?? answer.text, null, 1).slice(0, 2000));
  const rows = await system.db.read(system.ctx(county.countyId), (tx) => tx.rows('SELECT * FROM dicom_study'));
  console.log(rows);
});
