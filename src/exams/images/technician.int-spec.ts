import { gateway, seedCounty, signIn, type TestCounty } from '../../../test/harness/county';
import type { JsonClient } from '../../../test/harness/json-client';
import { startSystem, type System } from '../../../test/harness/system';
import { until } from '../../../test/harness/wait';
import type { StudyOrder } from '../../demo/synthetic';
import { request } from '../exams.fixture';
import { chestCt, sendStudy } from './chest-ct.fixture';

/** 技师: who took the pictures, from the clinic's own words or from what the console wrote. */
let system: System;
let county: TestCounty;
let clinic: JsonClient;

beforeAll(async () => {
  system = await startSystem({ env: { QUIET_SECONDS: '1' } });
  county = await seedCounty(system);
  clinic = gateway(system, county.clinics[0]!);
});
afterAll(() => system.stop());

async function registered(over: Record<string, unknown> = {}): Promise<{ examId: string; order: StudyOrder }> {
  const sent = request(over);
  const { examId } = (await clinic.post('/api/exams', sent)).body;
  return { examId, order: chestCt(sent) };
}

async function sendImages(order: StudyOrder, examId: string): Promise<void> {
  await sendStudy(system, county, order);
  await until('the images are with their exam', async () => (await detail(examId)).imageSet > 0);
}

const detail = async (examId: string) =>
  (await clinic.get<{ technician: string | null; imageSet: number; state: string }>(`/api/exams/${examId}`)).body;

it('is what the images say, in Chinese whatever the console calls its bytes', async () => {
  const { examId, order } = await registered();
  expect((await detail(examId)).technician).toBeNull();
  await sendImages({ ...order, operator: '赵晓䶮' }, examId);
  expect((await detail(examId)).technician).toBe('赵晓䶮');
});

it('is what the clinic says, whatever the images say', async () => {
  const { examId, order } = await registered({ technician: ' 钱七 ' });
  await sendImages({ ...order, operator: '赵六' }, examId);
  expect((await detail(examId)).technician).toBe('钱七');
});

it('may be told later, also while the exam is being read', async () => {
  const { examId } = await registered({ metadataOnly: true });
  const writer = await signIn(system, county, 'writer11');
  await until('the exam is claimed', async () => {
    return (await writer.post(`/api/worklist/${examId}/claim`, {})).status === 200;
  });
  expect((await clinic.post(`/api/exams/${examId}/supplement`, { technician: '孙八' })).status).toBe(200);
  expect(await detail(examId)).toMatchObject({ technician: '孙八', state: 'CLAIMED' });
});

it('stays with the images when they go to another exam', async () => {
  const [one, other] = [await registered(), await registered()];
  await sendImages({ ...one.order, operator: '赵六' }, one.examId);
  const { studies } = (await clinic.get(`/api/exams/${one.examId}`)).body;
  const tech = await signIn(system, county, 'tech01');
  const moved = await tech.post(`/api/exams/${one.examId}/rebind`, {
    studyInstanceUid: studies[0].studyInstanceUid,
    toExamId: other.examId,
    reason: '影像传错检查',
  });
  expect(moved.status).toBe(200);
  expect((await detail(one.examId)).technician).toBeNull();
  expect((await detail(other.examId)).technician).toBe('赵六');
});

it('is no text without end', async () => {
  expect((await clinic.post('/api/exams', request({ technician: '赵'.repeat(51) }))).status).toBe(400);
});
