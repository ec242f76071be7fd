import { gateway, seedCounty, signIn, type TestCounty } from '../../../test/harness/county';
import type { JsonClient } from '../../../test/harness/json-client';
import { claim, examRequest, imagesOf, must } from '../../../test/harness/signed-exam';
import { stow } from '../../../test/harness/stow';
import { startSystem, type System } from '../../../test/harness/system';
import { until } from '../../../test/harness/wait';
import { institutionOutside } from './consultants.fixture';

let system: System;
let county: TestCounty;
let expert: JsonClient;
let writer: JsonClient;
let institution: string;

beforeAll(async () => {
  system = await startSystem();
  county = await seedCounty(system);
  institution = await institutionOutside(system, county);
  expert = await signIn(system, county, 'expert1');
  writer = await signIn(system, county, 'writer11');
});
afterAll(() => system.stop());

/** An exam with these images, about which the writer has asked the institution: the path of its images there. */
async function asked(request: object, images: readonly Uint8Array[], deidentified: boolean): Promise<string> {
  const clinic = county.clinics[0]!;
  const { examId } = (await must(gateway(system, clinic).post('/api/exams', request))).body;
  await stow(system.url, clinic.key, images);
  const { fence } = await claim(writer, examId);
  const question = { fence, to: { institution }, access: 'read_only', deidentified, question: '是否结核？' };
  const { consultationId } = (await must(writer.post(`/api/worklist/${examId}/consult`, question))).body;
  return `/api/consultations/${consultationId}/images`;
}

const fetched = async (path: string): Promise<Response> => fetch(`${system.url}${path}`, { headers: expert.identity });
const bytesOf = async (answer: Response): Promise<Buffer> => Buffer.from(await answer.arrayBuffer());

it('hands the very files of the exam to the institution that was asked, and nobody else’s', async () => {
  const [request, another] = [examRequest(), examRequest()];
  const [images, others] = [imagesOf(request), imagesOf(another)];
  await must(gateway(system, county.clinics[0]!).post('/api/exams', another));
  const path = await asked(
    request,
    [...images, ...others].map(({ bytes }) => bytes),
    false,
  );
  const { items } = (await must(expert.get(path))).body;
  expect(items.map((item: { sopInstanceUid: string }) => item.sopInstanceUid).sort()).toEqual(
    images.map(({ sopInstanceUid }) => sopInstanceUid).sort(),
  );
  for (const item of items as { image: string; sopInstanceUid: string }[]) {
    const file = await fetched(`${path}/${item.image}`);
    const sent = images.find(({ sopInstanceUid }) => sopInstanceUid === item.sopInstanceUid)!;
    expect(file.headers.get('content-type')).toBe('application/dicom');
    expect((await bytesOf(file)).equals(Buffer.from(sent.bytes))).toBe(true);
  }
  const foreign = await instanceId(others[0]!.sopInstanceUid);
  expect((await expert.get(`${path}/${foreign}`)).status).toBe(404);
  // One row an hour per person: a CT has hundreds of slices.
  expect(await looks(path)).toHaveLength(1);
  await must(writer.post(path.replace('/images', '/cancel'), { reason: '已有结论' }));
  expect((await expert.get(`${path}/${items[0].image}`)).body.code).toBe('consultation_over');
});

it('of a de-identified one hands them out without the patient, and says which stay behind and why', async () => {
  const request = examRequest();
  const [plain, marked] = imagesOf(request);
  const path = await asked(request, [plain!.bytes, burnedIn(Buffer.from(marked!.bytes))], true);
  const answer = await must(expert.get(path));
  const items = answer.body.items as { image: string; bytes: number | null; withheld: object | null }[];
  expect(items.map(({ withheld }) => withheld)).toEqual([
    null,
    { code: 'burned_in', reason: expect.stringContaining('烧录') as unknown },
  ]);
  // Neither the list nor a file says whose images they are, or when they were taken or sent.
  const ids = await Promise.all([plain!, marked!].map(({ sopInstanceUid }) => instanceId(sopInstanceUid)));
  const telling = [plain!.studyInstanceUid, plain!.seriesInstanceUid, plain!.sopInstanceUid, ...ids];
  const file = await fetched(`${path}/${items[0]!.image}`);
  const bytes = await bytesOf(file);
  expect([file.status, file.headers.get('content-length')]).toEqual([200, String(items[0]!.bytes)]);
  expect(bytes.length).toBe(items[0]!.bytes);
  for (const word of [...telling, request.accessionNumber, request.patientLocalId, '20260302', 'CT1'])
    expect([word, bytes.subarray(0, 4_000).includes(word), JSON.stringify(answer.body).includes(word)]).toEqual([
      word,
      false,
      false,
    ]);
  // The asker sees what goes out, but fetches his images where he always does.
  expect((await writer.get(path)).body).toEqual(answer.body);
  expect((await writer.get(`${path}/${items[0]!.image}`)).status).toBe(403);
  const withheld = await expert.get(`${path}/${items[1]!.image}`);
  expect([withheld.status, withheld.body]).toMatchObject([
    403,
    { code: 'image_withheld', params: { refusal: 'burned_in' } },
  ]);
  // Under the ids that we have for them they are not to be had.
  for (const id of ids) expect((await expert.get(`${path}/${id}`)).status).toBe(404);
  expect(await looks(path)).toMatchObject([{ details: { deidentified: true } }]);
});

it('shows nothing while it is in doubt whose images these are, be they nameless or not, and says so', async () => {
  for (const deidentified of [false, true]) {
    const request = examRequest();
    const path = await asked(request, [imagesOf(request)[0]!.bytes], deidentified);
    const view = path.replace('/images', '');
    const { items } = (await must(expert.get(path))).body;
    const examId = (await must(writer.get(view))).body.exam.examId as string;
    await must(expert.post(`${view}/accept`, {}));
    const named = deidentified ? '一项检查' : `检查 ${request.accessionNumber} `;
    await must(writer.post(`/api/exams/${examId}/hold`, { reason: '姓名不符' }));
    for (const stopped of [path, `${path}/${items[0].image}`])
      expect(await expert.get(stopped)).toMatchObject({
        status: 409,
        body: { code: 'consult_images_held', message: '该检查身份存疑，核实并解除之前暂停提供影像' },
      });
    expect((await expert.get(view)).body).toMatchObject({ images: false, identityHold: true });
    const held = `${named}身份存疑，核实并解除之前暂停提供影像`;
    await until('the expert hears that there are no images', async () => (await heard(view)).includes(held));
    await must(writer.post(`/api/exams/${examId}/release`, { reason: '已核对' }));
    expect((await fetched(`${path}/${items[0].image}`)).status).toBe(200);
    expect((await expert.get(view)).body).toMatchObject({ images: true, identityHold: false });
    const released = `${named}的身份存疑已解除，影像恢复提供`;
    await until('the expert hears that there are images again', async () => (await heard(view)).includes(released));
  }
});

it('keeps to the asker why a de-identified one was taken back or closed', async () => {
  const reason = '患者张三 13800000000 已转院';
  const ends = [
    { verb: 'cancel', body: { reason } },
    { verb: 'close', body: { takenOver: false, reason } },
  ];
  const lineOf = async (client: JsonClient, which: string, view: string): Promise<{ endReason: string | null }> => {
    const { items } = (await must(client.get(`/api/consultations?box=${which}&limit=200`))).body;
    return items.find((one: { consultationId: string }) => view.endsWith(one.consultationId));
  };
  for (const deidentified of [true, false])
    for (const { verb, body } of ends) {
      const request = examRequest();
      const path = await asked(request, [imagesOf(request)[0]!.bytes], deidentified);
      const view = path.replace('/images', '');
      await must(expert.post(`${view}/accept`, {}));
      if (verb === 'close') await must(expert.post(`${view}/answer`, { opinion: '未见异常。' }));
      expect((await must(writer.post(`${view}/${verb}`, body))).body.endReason).toBe(reason);
      expect((await lineOf(writer, 'out', view)).endReason).toBe(reason);
      for (const seen of [await lineOf(expert, 'in', view), (await must(expert.get(view))).body])
        expect(seen.endReason).toBe(deidentified ? null : reason);
    }
});

it('is not asked without the patient in words that lead to him', async () => {
  const clinic = county.clinics[0]!;
  const request = examRequest({ patientName: '欧阳小明', orderingDoctor: '钱一' });
  const { examId } = (await must(gateway(system, clinic).post('/api/exams', request))).body;
  await stow(system.url, clinic.key, [imagesOf(request)[0]!.bytes]);
  const { fence } = await claim(writer, examId);
  const [clinicRow] = await rows<{ name: string }>('SELECT name FROM clinic WHERE id = $1', clinic.id);
  for (const words of ['欧阳 小明', 'Ouyang Xiaoming', '139 1111 2222', clinicRow!.name, '钱一']) {
    const question = `${words}，右肺结节？`;
    const body = { fence, to: { institution }, access: 'read_only', deidentified: true, question };
    const refused = await writer.post(`/api/worklist/${examId}/consult`, body);
    expect([words, refused.status, refused.body.code]).toEqual([words, 400, 'question_names_patient']);
  }
});

it('is not begun while it is in doubt whose images these are', async () => {
  const request = examRequest();
  const { examId } = (await must(gateway(system, county.clinics[0]!).post('/api/exams', request))).body;
  await stow(system.url, county.clinics[0]!.key, [imagesOf(request)[0]!.bytes]);
  const { fence } = await claim(writer, examId);
  await must(writer.post(`/api/exams/${examId}/hold`, { reason: '姓名不符' }));
  const question = { fence, to: { institution }, access: 'read_only', deidentified: true, question: '是否结核？' };
  const refused = await writer.post(`/api/worklist/${examId}/consult`, question);
  expect(refused).toMatchObject({ status: 409, body: { code: 'identity_on_hold', params: { state: 'CLAIMED' } } });
});

it.each([false, true])('lists them page by page, and finds each again: de-identified %s', async (deidentified) => {
  const request = examRequest();
  const images = imagesOf(request);
  const path = await asked(
    request,
    images.map(({ bytes }) => bytes),
    deidentified,
  );
  const whole = (await must(expert.get(path))).body;
  expect(whole.nextCursor).toBeNull();
  const found: { image: string }[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: { items: { image: string }[]; nextCursor: string | null } = (
      await must(expert.get(`${path}?limit=1${cursor && `&cursor=${cursor}`}`))
    ).body;
    expect(page.items).toHaveLength(1);
    found.push(...page.items);
    cursor = page.nextCursor;
    // A position names no image of ours either.
    if (cursor && deidentified)
      expect(Buffer.from(cursor, 'base64url').toString()).not.toContain(
        await instanceId(images[found.length - 1]!.sopInstanceUid),
      );
  }
  expect(found).toEqual(whole.items);
  expect(found).toHaveLength(images.length);
  for (const { image } of found) expect((await fetched(`${path}/${image}`)).status).toBe(200);
  const foreign = Buffer.from(JSON.stringify([county.countyId])).toString('base64url');
  expect((await expert.get(`${path}?cursor=${foreign}`)).body.code).toBe('invalid_input');
});

/** What the expert was told of a consultation, newest first. */
async function heard(view: string): Promise<string[]> {
  const { items } = (await must(expert.get('/api/notices?limit=200'))).body;
  return (items as { text: string; params: { consultationId?: string } }[])
    .filter(({ params }) => params.consultationId === view.split('/')[3])
    .map(({ text }) => text);
}

const instanceId = async (sopUid: string): Promise<string> =>
  (await rows<{ id: string }>('SELECT id FROM instance WHERE sop_uid = $1', sopUid))[0]!.id;
const looks = (path: string): Promise<{ details: object }[]> =>
  rows(
    'SELECT details FROM audit_event WHERE action = $1 AND subject_id = $2',
    'consultation.images',
    path.split('/')[3],
  );
const rows = <T>(sql: string, ...params: unknown[]): Promise<T[]> =>
  system.db.read(system.ctx(county.countyId), (tx) => tx.rows<T>(sql, params));

/** The same image, whose device says that there is text in the picture: (0028,0301). */
function burnedIn(bytes: Buffer): Buffer {
  const no = Buffer.from([0x28, 0x00, 0x01, 0x03, 0x43, 0x53, 0x02, 0x00, 0x4e, 0x4f]);
  const yes = Buffer.from([0x28, 0x00, 0x01, 0x03, 0x43, 0x53, 0x04, 0x00, 0x59, 0x45, 0x53, 0x20]);
  const at = bytes.indexOf(no);
  return Buffer.concat([bytes.subarray(0, at), yes, bytes.subarray(at + no.length)]);
}
