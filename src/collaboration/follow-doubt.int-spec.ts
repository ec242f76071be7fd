import { gateway, seedCounty, signIn, type TestCounty } from '../../test/harness/county';
import type { JsonClient } from '../../test/harness/json-client';
import { startSystem, type System } from '../../test/harness/system';
import { until } from '../../test/harness/wait';
import { receiveStudy, request } from '../exams/exams.fixture';
import { ReadingRoom } from '../worklist/reading-room.fixture';

let system: System;
let county: TestCounty;
let room: ReadingRoom;
let clinic: JsonClient;
let writer: JsonClient;
let chief: JsonClient;

beforeAll(async () => {
  system = await startSystem();
  county = await seedCounty(system);
  room = new ReadingRoom(system, county);
  clinic = gateway(system, county.clinics[0]!);
  writer = await signIn(system, county, 'writer11');
  chief = await signIn(system, county, 'chief1');
});
afterAll(() => system.stop());

const REASON = { reason: '姓名与申请单不符' };

async function must(client: JsonClient, path: string, body: object = REASON): Promise<void> {
  const { status, body: said } = await client.post(path, body);
  if (status >= 300) throw new Error(`${path}: ${status} ${JSON.stringify(said)}`);
}

/** An exam without images, as far as anybody knows, that the writer reads. */
async function claimed(): Promise<string> {
  const exam = await room.queued();
  await must(writer, `/api/worklist/${exam}/claim`, {});
  return exam;
}

/** Gives the exam a study of the clinic that belongs to none. */
async function linked(exam: string): Promise<string> {
  const ctx = system.ctx(county.countyId);
  const { uid } = await receiveStudy(system.db, ctx, county.clinics[0]!.id, room.now);
  await must(chief, `/api/exams/${exam}/link`, { studyInstanceUid: uid, ...REASON });
  return uid;
}

/** The one text by which the writer heard that the doubt has ended. */
async function heard(exam: string): Promise<string> {
  let texts: string[] = [];
  await until('the writer hears of the end', async () => {
    const { items } = (await writer.get('/api/notices?limit=200')).body;
    texts = items
      .filter((one: { examId: string; kind: string }) => one.examId === exam && one.kind === 'exam.hold-released')
      .map(({ text }: { text: string }) => text);
    return texts.length > 0;
  });
  expect(texts).toHaveLength(1);
  return texts[0]!;
}

it('a doubt that a person has released is told as released, also of an exam without images', async () => {
  const exam = await claimed();
  await must(chief, `/api/exams/${exam}/hold`);
  await must(chief, `/api/exams/${exam}/release`);
  expect(await heard(exam)).toMatch(/ 的身份存疑已解除，请确认患者与影像相符后再继续$/);
});

it('one that ended with the images that were taken away is told so', async () => {
  const exam = await claimed();
  const studyInstanceUid = await linked(exam);
  const { examId: toExamId } = (await clinic.post('/api/exams', request())).body;
  await must(chief, `/api/exams/${exam}/hold`);
  await must(chief, `/api/exams/${exam}/rebind`, { studyInstanceUid, toExamId, ...REASON });
  expect(await heard(exam)).toMatch(/ 的影像已移到其他检查，身份存疑随之结束；本检查已无影像，不能审签$/);
});

it('one that ended with other images is told as a reason to look again, even when they are gone by then', async () => {
  const [exam, other] = [await claimed(), await room.queued()];
  await linked(exam);
  await linked(other);
  await must(chief, `/api/exams/${exam}/hold`);
  await must(chief, `/api/exams/${exam}/exchange`, { withExamId: other, ...REASON });
  await room.changeExam(exam, { last_image_at: null });
  expect(await heard(exam)).toMatch(/ 的影像已更正，身份存疑随之结束，请重新核对影像后再继续$/);
});
