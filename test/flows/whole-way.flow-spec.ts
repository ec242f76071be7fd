import { makeStudy } from '../../src/demo/synthetic';
import { gateway, seedCounty, signIn, type TestCounty } from '../harness/county';
import { stow } from '../harness/stow';
import { startSystem, type System } from '../harness/system';
import { until } from '../harness/wait';

let system: System;
let county: TestCounty;

beforeAll(async () => {
  system = await startSystem();
  county = await seedCounty(system);
});
afterAll(() => system.stop());

const REQUEST = {
  accessionNumber: 'CT20260302001',
  patientLocalId: 'P0001',
  patientName: 'Zhang^San=张^三',
  sex: 'M',
  age: 52,
  ageUnit: 'Y',
  modality: 'CT',
  itemName: 'CT胸部平扫',
  bodyPart: 'CHEST',
  examStart: '2026-03-02T09:00:00+08:00',
  examEnd: '2026-03-02T09:05:00+08:00',
  orderingDoctor: '医师1',
  orderingPhone: '0000-1234567',
  clinicalDiagnosis: '咳嗽一周',
};

const TEXT = {
  technique: '胸部CT平扫，层厚5mm。',
  findings: '双肺纹理清晰，右肺上叶见一小结节，直径约6mm。',
  impression: '右肺上叶小结节，建议随访。',
  recommendation: '6个月后复查胸部CT。',
  positive: 1,
};

it('takes a study from the clinic to a signed report seen at the clinic', async () => {
  const clinic = county.clinics[0]!;
  const machine = gateway(system, clinic);
  const writer = await signIn(system, county, 'writer11');
  const reviewer = await signIn(system, county, 'reviewer21');

  // The clinic registers and uploads.
  const made = await machine.post('/api/exams', REQUEST);
  expect(made.status).toBe(201);
  const examId = made.body.examId as string;
  const study = [
    ...makeStudy({
      seed: 'whole-way',
      modality: 'CT',
      bodyPart: 'CHEST',
      accessionNumber: REQUEST.accessionNumber,
      patientId: REQUEST.patientLocalId,
      patientName: '张三',
      sex: 'M',
      charset: 'GBK unlabelled',
      slices: 3,
      startedAt: new Date('2026-03-02T01:00:00Z'),
      institution: '第一卫生院',
      stationName: 'CT1',
      description: '胸部CT平扫',
    }),
  ];
  const stored = await stow(
    system.url,
    clinic.key,
    study.map(({ bytes }) => bytes),
  );
  expect([stored.status, stored.referenced.length, stored.failed.length]).toEqual([200, 3, 0]);

  // It is queued once its images have been quiet for a while, and it is on the list.
  const queued = await until('the exam to be queued', async () => {
    const { body } = await writer.get(`/api/worklist?q=${REQUEST.accessionNumber}`);
    return body.items.find((item: { examId: string }) => item.examId === examId);
  });
  expect(queued).toMatchObject({
    patientName: '张三',
    state: 'QUEUED',
    priority: 'ROUTINE',
    studies: [{ studyInstanceUid: study[0]!.studyInstanceUid }],
  });

  // One writes, another reviews, edits and signs.
  const claim = (await writer.post(`/api/worklist/${examId}/claim`, {})).body;
  expect(claim).toMatchObject({ fence: 1, version: 0, imageSet: expect.any(Number) });
  const saved = await writer.put(`/api/exams/${examId}/report/draft`, { fence: 1, version: 0, ...TEXT });
  expect([saved.status, saved.body.version]).toEqual([200, 1]);
  expect(
    (await writer.post(`/api/exams/${examId}/report/submit`, { fence: 1, version: 1, imageSet: claim.imageSet }))
      .status,
  ).toBe(200);
  const review = (await reviewer.post(`/api/worklist/${examId}/claim`, {})).body;
  expect(review).toMatchObject({ fence: 2, version: 1 });
  const edited = await reviewer.put(`/api/exams/${examId}/report/draft`, {
    fence: 2,
    version: 1,
    ...TEXT,
    impression: '右肺上叶小结节，LU-RADS 2类。',
  });
  expect(edited.body.version).toBe(2);
  const signed = await reviewer.post(`/api/exams/${examId}/report/sign`, {
    fence: 2,
    version: 2,
    imageSet: review.imageSet,
  });
  expect(signed.status).toBe(200);

  // It is back at the clinic, acknowledged by its system and seen by a named person.
  const entry = await until('the inbox entry', async () => (await machine.get('/api/inbox?after=0')).body.items[0]);
  expect(entry).toMatchObject({ seq: 1, examId, kind: 'final' });
  expect((await machine.post(`/api/inbox/${entry.deliveryId}/ack`)).status).toBeLessThan(300);
  expect((await machine.post(`/api/inbox/${entry.deliveryId}/seen`)).status).toBe(403);
  const doctor = await signIn(system, county, 'doctor01');
  expect((await doctor.post(`/api/inbox/${entry.deliveryId}/seen`)).status).toBeLessThan(300);

  // Every clock is set, in order, and the summary counts it.
  const page = (await machine.get(`/api/exams/${examId}`)).body;
  const clocks = Array.from({ length: 10 }, (_, i) => page.timeline[`t${i}`] as string | null);
  expect(clocks.every((time) => time !== null)).toBe(true);
  expect([...clocks.slice(3)].sort()).toEqual(clocks.slice(3));
  expect(page).toMatchObject({
    state: 'SIGNED',
    reports: [{ number: 1, kind: 'final', writer: '报告11', reviewer: '审核21' }],
  });
  const admin = await signIn(system, county, 'admin');
  // The clocks are told by many messages, in any order.
  await until('the statistics to have heard everything', async () => {
    const left = await system.db.relay(system.ctx(county.countyId), (tx) =>
      tx.rows("SELECT 1 FROM outbox_message WHERE consumer LIKE 'turnaround.%' AND handled_at IS NULL LIMIT 1"),
    );
    return left.length === 0;
  });
  const { groups } = (await admin.get('/api/turnaround/summary?by=modality')).body;
  expect(groups.find(({ key }: { key: string }) => key === 'CT')).toMatchObject({
    signed: 1,
    stages: { centre: { n: 1 }, sync: { n: 1 }, readLag: { n: 1 } },
    open: { n: 0 },
  });

  // And it is a sheet of paper with the text on it, as soon as it has been set in type (503 until then).
  const pdf = await until('the sheet', async () => {
    const answer = await fetch(`${system.url}${page.reports[0].pdfUrl}`, { headers: machine.identity });
    return answer.status !== 503 && answer;
  });
  expect([pdf.status, pdf.headers.get('content-type')]).toEqual([200, 'application/pdf']);
  expect(
    Buffer.from(await pdf.arrayBuffer())
      .subarray(0, 5)
      .toString(),
  ).toBe('%PDF-');
});
