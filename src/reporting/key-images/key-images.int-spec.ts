import { gateway, seedCounty, signIn, type TestCounty } from '../../../test/harness/county';
import type { JsonClient } from '../../../test/harness/json-client';
import { startSystem, type System } from '../../../test/harness/system';
import { until } from '../../../test/harness/wait';
import { seenOf } from '../revisions/revisions.fixture';
import { ArchiveCheck } from '../verification/archive-check';
import { Desk, report, type Seen } from '../desk.fixture';
import { ImagedExams } from './imaged-exams.fixture';

/** 关键图像: marked by whoever writes or reviews, signed with the version, and only while they are the exam's. */
let system: System;
let county: TestCounty;
let desk: Desk;
let clinic: JsonClient;
let exams: ImagedExams;
const clients = new Map<string, JsonClient>();

beforeAll(async () => {
  system = await startSystem({ env: { QUIET_SECONDS: '1' } });
  county = await seedCounty(system);
  for (const name of ['writer11', 'writer12', 'reviewer21', 'reviewer11', 'doctor01', 'doctor02', 'chief1'])
    clients.set(name, await signIn(system, county, name));
  clinic = gateway(system, county.clinics[0]!);
  desk = new Desk(clinic, as('writer11'), as('reviewer21'), until);
  exams = new ImagedExams(system, county, clinic, as('writer11'));
});
afterAll(() => system.stop());

const as = (name: string): JsonClient => clients.get(name)!;
const mark = (who: string, exam: string, fence: number, keyImages: object[]) =>
  as(who).put(report(exam, '/key-images'), { fence, keyImages });
const markedOf = async (who: string, exam: string): Promise<object[]> =>
  (await as(who).get(report(exam))).body.keyImages;
const newest = async (who: string, exam: string) => (await as(who).get(report(exam))).body.versions.at(-1);

/** Written by writer11, with two of its images marked. */
async function marked(): Promise<{ exam: string; seen: Seen; sopUids: readonly string[]; images: object[] }> {
  const { exam, sopUids } = await exams.queued(3);
  const seen = await desk.put(as('writer11'), exam, await desk.claim(as('writer11'), exam));
  const wanted = [
    { sopInstanceUid: sopUids[1], window: { center: -600, width: 1500 }, caption: ' 右肺上叶结节 ' },
    { sopInstanceUid: sopUids[2] },
  ];
  const { status, body } = await mark('writer11', exam, seen.fence, wanted);
  expect(status).toBe(200);
  return { exam, seen, sopUids, images: body.keyImages };
}

const hashed = { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown };

async function signed(exam: string, seen: Seen): Promise<{ versionId: string; verificationCode: string }> {
  expect((await as('writer11').post(report(exam, '/submit'), seen)).status).toBe(200);
  const { status, body } = await as('reviewer21').post(report(exam, '/sign'), await desk.claim(as('reviewer21'), exam));
  expect(status).toBe(200);
  return body;
}

it('are shown to whoever reads and writes, in the order in which they were marked, and not to the clinic', async () => {
  const { exam, sopUids, images } = await marked();
  expect(images).toEqual([
    {
      sopInstanceUid: sopUids[1],
      frame: 1,
      window: { center: -600, width: 1500 },
      caption: '右肺上叶结节',
      ...hashed,
    },
    { sopInstanceUid: sopUids[2], frame: 1, window: null, caption: null, ...hashed },
  ]);
  expect(await markedOf('writer12', exam)).toEqual(images);
  expect(await markedOf('doctor01', exam)).toEqual([]);
});

it('are signed with the version, and reach the clinic with it', async () => {
  const { exam, seen, images } = await marked();
  const { verificationCode } = await signed(exam, seen);
  expect((await newest('doctor01', exam)).keyImages).toEqual(images);
  const entry = await until('the report at the clinic', async () => {
    const { items } = (await clinic.get('/api/inbox?limit=200')).body;
    return items.find(({ examId }: { examId: string }) => examId === exam);
  });
  const told = images.map((image) => ({ ...image, sha256: undefined }));
  expect(JSON.parse(JSON.stringify(entry.report.keyImages))).toEqual(JSON.parse(JSON.stringify(told)));
  const { faults } = await system.get(ArchiveCheck).version(verificationCode, { images: true });
  expect(faults).toEqual([]);
});

it('may be changed by the reviewer, and taken back', async () => {
  const { exam, seen, sopUids } = await marked();
  expect((await as('writer11').post(report(exam, '/submit'), seen)).status).toBe(200);
  const reviewing = await desk.claim(as('reviewer21'), exam);
  expect((await mark('reviewer21', exam, reviewing.fence, [{ sopInstanceUid: sopUids[0] }])).status).toBe(200);
  expect(await markedOf('writer11', exam)).toMatchObject([{ sopInstanceUid: sopUids[0] }]);
  expect((await mark('reviewer21', exam, reviewing.fence, [])).body).toMatchObject({ keyImages: [] });
  expect((await as('reviewer21').post(report(exam, '/sign'), reviewing)).status).toBe(200);
  expect((await newest('doctor01', exam)).keyImages).toEqual([]);
});

it('are marked by nobody who does not hold the exam, nor with a claim that is over', async () => {
  const { exam, seen, sopUids, images } = await marked();
  const other = [{ sopInstanceUid: sopUids[0] }];
  for (const [who, fence] of [
    ['writer12', seen.fence],
    ['writer11', seen.fence + 1],
  ] as const)
    expect(await mark(who, exam, fence, other)).toMatchObject({ status: 409, body: { code: 'stale_fence' } });
  expect((await mark('doctor01', exam, seen.fence, other)).status).toBe(403);
  await signed(exam, seen);
  expect((await mark('writer11', exam, seen.fence, other)).status).toBe(409);
  expect((await newest('doctor01', exam)).keyImages).toEqual(images);
});

describe('in review mode', () => {
  const markAtClinic = (who: string, exam: string, keyImages: object[]) =>
    as(who).put(report(exam, '/clinic-key-images'), { keyImages });

  it('are marked by the clinic’s own doctor, as long as the text is his', async () => {
    const doctor = county.people.get('doctor01')!.id;
    const entitled = { licenceNumber: '110330000099', licenceValidUntil: '2035-12-31' };
    const admin = await signIn(system, county, 'secadmin');
    expect((await admin.patch(`/api/people/${doctor}`, entitled)).status).toBe(204);
    const { exam, sopUids } = await exams.queued(2);
    const wanted = [{ sopInstanceUid: sopUids[1], caption: '右肺' }];
    expect((await markAtClinic('doctor01', exam, wanted)).body.code).toBe('not_clinic_written');
    await as('doctor01').post(`/api/exams/${exam}/mode`, { mode: 'review', reason: '本院医师书写' });
    expect((await markAtClinic('writer11', exam, wanted)).status).toBe(403);
    expect((await markAtClinic('doctor02', exam, wanted)).status).toBe(404);
    const text = {
      technique: '平扫',
      findings: '右肺结节。',
      impression: '右肺结节。',
      recommendation: '',
      positive: 1,
    };
    const { body: saved } = await as('doctor01').put(report(exam, '/clinic-draft'), { version: 0, ...text });
    const { body: marks } = await markAtClinic('doctor01', exam, wanted);
    expect(marks).toMatchObject({ keyImages: wanted, version: saved.version });
    expect(await markedOf('doctor01', exam)).toEqual(marks.keyImages);
    const { imageSet } = (await as('doctor01').get(`/api/exams/${exam}`)).body;
    const handedIn = await as('doctor01').post(report(exam, '/clinic-submit'), { version: saved.version, imageSet });
    expect(handedIn.status).toBe(200);
    expect((await markAtClinic('doctor01', exam, [])).body.code).toBe('exam_state_conflict');
    const seen = await desk.claim(as('reviewer21'), exam);
    expect((await as('reviewer21').post(report(exam, '/sign'), seen)).status).toBe(200);
    expect((await newest('doctor01', exam)).keyImages).toEqual(marks.keyImages);
  });
});

describe('are refused by field', () => {
  let kept: Awaited<ReturnType<typeof marked>>;
  beforeAll(async () => {
    kept = await marked();
  });

  it.each([
    [
      'no image of the exam',
      (uid: string) => [{ sopInstanceUid: uid }, { sopInstanceUid: '1.2.3' }],
      1,
      'sopInstanceUid',
    ],
    ['no frame of the image', (uid: string) => [{ sopInstanceUid: uid, frame: 2 }], 0, 'frame'],
    ['named twice', (uid: string) => [{ sopInstanceUid: uid }, { sopInstanceUid: uid }], 1, 'sopInstanceUid'],
    ['no UID', () => [{ sopInstanceUid: '../1' }], 0, 'sopInstanceUid'],
    [
      'a window of no width',
      (uid: string) => [{ sopInstanceUid: uid, window: { center: 1, width: 0 } }],
      0,
      'window.width',
    ],
    [
      'a caption that turns its direction',
      (uid: string) => [{ sopInstanceUid: uid, caption: '右\u202e肺' }],
      0,
      'caption',
    ],
    ['a caption of half a character', (uid: string) => [{ sopInstanceUid: uid, caption: '\ud800' }], 0, 'caption'],
    ['a caption over lines', (uid: string) => [{ sopInstanceUid: uid, caption: '右\n肺' }], 0, 'caption'],
  ])('%s', async (_, wanted, at, field) => {
    const { exam, seen, sopUids, images } = kept;
    const { status, body } = await mark('writer11', exam, seen.fence, wanted(sopUids[0]!));
    expect([status, body.code, body.params.field]).toEqual([400, 'invalid_input', `keyImages.${at}.${field}`]);
    expect(await markedOf('writer11', exam)).toEqual(images);
  });
});

it('are no more than a row of the sheet takes', async () => {
  const { exam, sopUids } = await exams.queued(5);
  const { fence } = await desk.claim(as('writer11'), exam);
  const five = sopUids.map((sopInstanceUid) => ({ sopInstanceUid }));
  expect((await mark('writer11', exam, fence, five)).status).toBe(400);
  expect((await mark('writer11', exam, fence, five.slice(1))).status).toBe(200);
});

it('are those of the exam: what is taken from it is printed no more', async () => {
  const { exam, seen, images } = await marked();
  const { exam: right } = await exams.queued(1);
  const { studies } = (await as('chief1').get(`/api/exams/${exam}`)).body;
  const body = { studyInstanceUid: studies[0].studyInstanceUid, toExamId: right, reason: '影像弄反了' };
  expect(images).toHaveLength(2);
  expect((await as('chief1').post(`/api/exams/${exam}/rebind`, body)).status).toBe(200);
  expect(await markedOf('writer11', exam)).toEqual([]);
  expect(await mark('writer11', exam, seen.fence, images)).toMatchObject({ status: 400 });
});

it('may show one slice in two windows', async () => {
  const { exam, seen, sopUids } = await marked();
  const [sopInstanceUid] = sopUids;
  const both = [
    { center: -600, width: 1500 },
    { center: 40, width: 400 },
  ].map((window) => ({ sopInstanceUid, window }));
  expect((await mark('writer11', exam, seen.fence, both)).body.keyImages).toMatchObject(both);
});

it('have captions that are proofread as the findings are', async () => {
  const { exam, sopUids } = await exams.queued(1, {
    laterality: 'R',
    itemCode: undefined,
    itemName: '右手CT平扫',
    bodyPart: '右手',
  });
  const text = { technique: '', findings: '右手第二掌骨骨折。', impression: '右手第二掌骨骨折。', recommendation: '' };
  const seen = await desk.put(as('writer11'), exam, await desk.claim(as('writer11'), exam), text);
  const caption = '左手第二掌骨骨折';
  expect((await mark('writer11', exam, seen.fence, [{ sopInstanceUid: sopUids[0], caption }])).status).toBe(200);
  const submitted = await as('writer11').post(report(exam, '/submit'), seen);
  expect(submitted.body.lint.results).toMatchObject([{ code: 'LATERALITY' }]);
  const signing = await as('reviewer21').post(report(exam, '/sign'), await desk.claim(as('reviewer21'), exam));
  expect(signing).toMatchObject({ status: 409, body: { code: 'lint_errors' } });
});

describe('of a correction', () => {
  let exam: string;
  let sopUids: readonly string[];
  let images: object[];
  beforeEach(async () => {
    const first = await marked();
    ({ exam, sopUids, images } = first);
    await signed(exam, first.seen);
  });

  const amend = async (): Promise<Seen> =>
    seenOf((await as('reviewer21').post(report(exam, '/amend'), { reason: '侧别有误' })).body);
  /** Of the correction, at this version. */
  const submit = async (seen: Seen, version: number): Promise<Seen> =>
    seenOf((await as('reviewer21').post(report(exam, '/submit'), { ...seen, version })).body);
  const sign = (seen: Seen) => as('reviewer11').post(report(exam, '/sign'), seen);
  const shown = async (): Promise<object[]> =>
    (await as('doctor01').get(report(exam))).body.versions.map(({ kind, keyImages }: Record<string, object>) => [
      kind,
      keyImages,
    ]);

  it('are those that stand, and its writer alone may change them', async () => {
    const opened = await amend();
    expect(await markedOf('reviewer21', exam)).toEqual(images);
    const notHis = { status: 409, body: { code: 'not_the_writer' } };
    expect(await mark('writer12', exam, opened.fence, [])).toMatchObject(notHis);
    expect(await mark('reviewer21', exam, opened.fence - 1, [])).toMatchObject({ body: { code: 'stale_fence' } });
    const { body } = await mark('reviewer21', exam, opened.fence, [{ sopInstanceUid: sopUids[2], caption: '左肺' }]);
    const text = { impression: '左肺上叶结节。', findings: '左肺结节。' };
    const written = await desk.put(as('reviewer21'), exam, { ...opened, version: body.version }, text);
    expect((await sign(await submit(opened, written.version))).status).toBe(200);
    expect(await shown()).toMatchObject([
      ['final', images],
      ['corrected', [{ sopInstanceUid: sopUids[2], caption: '左肺' }]],
    ]);
  });

  it('may be all that it corrects, which the clinic is told', async () => {
    const opened = await amend();
    const unchanged = await as('reviewer21').post(report(exam, '/submit'), opened);
    expect(unchanged.body.code).toBe('amendment_unchanged');
    const { body } = await mark('reviewer21', exam, opened.fence, [{ sopInstanceUid: sopUids[1] }]);
    expect((await sign(await submit(opened, body.version))).status).toBe(200);
    const entry = await until('the correction at the clinic', async () => {
      const { items } = (await clinic.get('/api/inbox?limit=200')).body;
      return items.find((item: { examId: string; kind: string }) => item.examId === exam && item.kind === 'corrected');
    });
    expect(entry).toMatchObject({ changes: null, keyImagesChanged: true });
  });

  it('are signed only by who has seen them: another’s marks are a save of their own', async () => {
    const opened = await amend();
    const first = await mark('reviewer21', exam, opened.fence, []);
    const submitted = await submit(opened, first.body.version);
    const other = [{ sopInstanceUid: sopUids[0] }];
    expect((await mark('chief1', exam, submitted.fence, other)).status).toBe(200);
    expect(await sign(submitted)).toMatchObject({ status: 409, body: { code: 'stale_version' } });
    expect(await shown()).toMatchObject([['final', images]]);
  });

  it('are again what stands when it is given up', async () => {
    const opened = await amend();
    await mark('reviewer21', exam, opened.fence, []);
    const cancelled = await as('reviewer21').post(report(exam, '/amend/cancel'), { reason: '无需更正' });
    expect(cancelled.status).toBe(200);
    await amend();
    expect(await markedOf('reviewer21', exam)).toEqual(images);
  });

  it('are not brought back by a corrected name once they were taken from the exam', async () => {
    const { exam: right } = await exams.queued(1);
    const { studies } = (await as('chief1').get(`/api/exams/${exam}`)).body;
    expect((await as('chief1').post(`/api/exams/${exam}/hold`, { reason: '影像弄反了' })).status).toBe(200);
    const move = { studyInstanceUid: studies[0].studyInstanceUid, toExamId: right, reason: '影像弄反了' };
    expect((await as('chief1').post(`/api/exams/${exam}/rebind`, move)).status).toBe(200);
    const ask = { changes: { patientName: '张叁' }, evidence: '户口本' };
    const asked = await as('doctor01').post(report(exam, '/demographics'), ask);
    const confirmed = await as('reviewer21').post(report(exam, `/demographics/${asked.body.requestId}/confirm`), {});
    expect(confirmed).toMatchObject({ status: 200, body: { kind: 'demographics' } });
    expect((await newest('chief1', exam)).keyImages).toEqual([]);
  });
});
