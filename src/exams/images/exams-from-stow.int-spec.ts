import { gateway, seedCounty, type TestCounty } from '../../../test/harness/county';
import type { JsonClient } from '../../../test/harness/json-client';
import { type System, startSystem } from '../../../test/harness/system';
import { until } from '../../../test/harness/wait';
import type { StudyOrder } from '../../demo/synthetic';
import type { ExamView } from '../exam.view';
import { request } from '../exams.fixture';
import { chestCt, sendStudy } from './chest-ct.fixture';

/** The real way once: DICOM bytes at the door, workers on the real queue, an exam on the list. */
let system: System;
let county: TestCounty;
let clinic: JsonClient;

beforeAll(async () => {
  system = await startSystem({ env: { QUIET_SECONDS: '1' } });
  county = await seedCounty(system);
  clinic = gateway(system, county.clinics[0]!);
});
afterAll(() => system?.stop());

const send = (sent: Record<string, unknown>, changes: Partial<StudyOrder> = {}): Promise<void> =>
  sendStudy(system, county, chestCt(sent, { slices: 3, ...changes }));

const find = async (q: string): Promise<ExamView | undefined> =>
  (await clinic.get<{ items: ExamView[] }>(`/api/exams?q=${encodeURIComponent(q)}`)).body.items[0];

it('a request, then its images over STOW-RS: queued when they have stopped coming', async () => {
  const sent = request();
  expect((await clinic.post('/api/exams', sent)).body.state).toBe('REGISTERED');
  await send(sent);
  const exam = await until('the exam is queued', async () => {
    const found = await find(String(sent['accessionNumber']));
    return found?.state === 'QUEUED' && found;
  });
  expect(exam).toMatchObject({
    imagesComplete: 'assumed',
    patientName: '张三',
    studies: [{ studyInstanceUid: expect.any(String) }],
  });
  expect(exam.imageSet).toBeGreaterThanOrEqual(1);
});

it('images in GBK without a request: an exam under the Chinese name, waiting for class A', async () => {
  await send({ accessionNumber: 'FIRST-IMAGES', patientLocalId: 'PX' }, { patientName: '欧阳修', sex: 'F' });
  const exam = await until('the exam waits for its request', async () => {
    const found = await find('欧阳');
    return found?.state === 'INCOMPLETE' && found;
  });
  expect(exam).toMatchObject({
    accessionNumber: 'FIRST-IMAGES',
    patientName: '欧阳修',
    sex: 'F',
    modality: 'CT',
    bodyPart: '胸部',
    imagesComplete: 'assumed',
  });
  expect(exam.missing).toContain('orderingPhone');
  const met = await clinic.post(
    '/api/exams',
    request({ accessionNumber: 'FIRST-IMAGES', patientLocalId: 'PX', patientName: '欧阳修', sex: 'F' }),
  );
  expect([met.status, met.body.state]).toEqual([200, 'QUEUED']);
});
