import { Client } from 'pg';
import { gateway, seedCounty, signIn, type TestCounty } from '../../../test/harness/county';
import type { JsonClient } from '../../../test/harness/json-client';
import { startSystem, type System } from '../../../test/harness/system';
import { until } from '../../../test/harness/wait';
import { Desk, report, TEXT } from '../desk.fixture';
import { ImagedExams } from '../key-images/imaged-exams.fixture';

/** What a signature speaks of: the images that were before the eyes of whoever wrote and signed. */
let system: System;
let county: TestCounty;
let desk: Desk;
let chief: JsonClient;
let doctor: JsonClient;
let exams: ImagedExams;

beforeAll(async () => {
  system = await startSystem({ env: { QUIET_SECONDS: '1' } });
  county = await seedCounty(system);
  const clinic = gateway(system, county.clinics[0]!);
  const as = (name: string): Promise<JsonClient> => signIn(system, county, name);
  desk = new Desk(clinic, await as('writer11'), await as('reviewer21'), until);
  [chief, doctor] = [await as('chief1'), await as('doctor01')];
  exams = new ImagedExams(system, county, clinic, desk.writer);
});
afterAll(() => system.stop());

/** 换绑: the exam's images turn out to be another's. */
async function rebound(exam: string): Promise<void> {
  const { exam: right } = await exams.queued(1);
  const { studies } = (await chief.get(`/api/exams/${exam}`)).body;
  const move = { studyInstanceUid: studies[0].studyInstanceUid, toExamId: right, reason: '影像弄反了' };
  expect((await chief.post(`/api/exams/${exam}/rebind`, move)).status).toBe(200);
}

/** 归入: images that are really the exam's. */
async function broughtIn(exam: string): Promise<void> {
  const { exam: from } = await exams.queued(1);
  const { studies } = (await chief.get(`/api/exams/${from}`)).body;
  const move = { studyInstanceUid: studies[0].studyInstanceUid, toExamId: exam, reason: '影像弄反了' };
  expect((await chief.post(`/api/exams/${from}/rebind`, move)).status).toBe(200);
}

const imageSetOf = async (exam: string): Promise<number> => (await chief.get(`/api/exams/${exam}`)).body.imageSet;

const signedListOf = (versionId: string): Promise<readonly string[]> =>
  system.db.relay(system.ctx(county.countyId), async (tx) => {
    const row = await tx.row<{ sha256s: string[] }>('SELECT sha256s FROM report_image_list WHERE version_id = $1', [
      versionId,
    ]);
    return row!.sha256s;
  });

describe('a text that was written on images that were another’s', () => {
  const taken = { status: 409, body: { code: 'text_outdated' } };

  it('is not handed in before it was gone through again', async () => {
    const { exam } = await exams.queued(2);
    const seen = await desk.put(desk.writer, exam, await desk.claim(desk.writer, exam));
    await rebound(exam);
    await broughtIn(exam);
    const now = { ...seen, imageSet: await imageSetOf(exam) };
    expect(await desk.writer.post(report(exam, '/submit'), now)).toMatchObject(taken);
    const again = await desk.put(desk.writer, exam, now);
    expect((await desk.writer.post(report(exam, '/submit'), again)).status).toBe(200);
  });

  it('is not signed by a reviewer to whom nobody has told it', async () => {
    const { exam } = await exams.queued(2);
    const seen = await desk.put(desk.writer, exam, await desk.claim(desk.writer, exam));
    expect((await desk.writer.post(report(exam, '/submit'), seen)).status).toBe(200);
    await rebound(exam);
    await broughtIn(exam);
    const review = await desk.claim(desk.reviewer, exam);
    expect(await desk.reviewer.post(report(exam, '/sign'), review)).toMatchObject(taken);
    expect((await chief.get(report(exam))).body.versions).toEqual([]);
    const edited = await desk.put(desk.reviewer, exam, review);
    expect((await desk.reviewer.post(report(exam, '/sign'), edited)).status).toBe(200);
  });

  it('is another matter than images that only came since, which the image set tells', async () => {
    const { exam } = await exams.queued(1);
    const seen = await desk.put(desk.writer, exam, await desk.claim(desk.writer, exam));
    expect((await desk.writer.post(report(exam, '/submit'), seen)).status).toBe(200);
    await broughtIn(exam);
    const { submissions, imageSet } = (await chief.get(report(exam))).body;
    expect(imageSet).toBe(submissions[0].imageSet + 1);
    const review = await desk.claim(desk.reviewer, exam);
    expect(review.imageSet).toBe(imageSet);
    expect((await desk.reviewer.post(report(exam, '/sign'), review)).status).toBe(200);
  });
});

it('a text that was written for another patient is not handed in for this one', async () => {
  const { exam: other } = await desk.written({}, { patientLocalId: 'P-OTHER' });
  const { exam, seen } = await desk.written();
  await system.db.relay(system.ctx(county.countyId), (tx) =>
    tx.change('UPDATE exam SET patient_id = (SELECT patient_id FROM exam WHERE id = $2) WHERE id = $1', [exam, other]),
  );
  const outdated = { status: 409, body: { code: 'text_outdated' } };
  expect(await desk.writer.post(report(exam, '/submit'), seen)).toMatchObject(outdated);
  const again = await desk.put(desk.writer, exam, seen);
  expect((await desk.writer.post(report(exam, '/submit'), again)).status).toBe(200);
});

it.each([
  ['that were signed', true],
  ['that were there, where the signature named none', false],
])('a corrected name speaks of the images %s, not of what came since', async (_, named) => {
  const { exam } = await exams.queued(2);
  const seen = await desk.put(desk.writer, exam, await desk.claim(desk.writer, exam), TEXT);
  expect((await desk.writer.post(report(exam, '/submit'), seen)).status).toBe(200);
  const signed = await desk.reviewer.post(report(exam, '/sign'), await desk.claim(desk.reviewer, exam));
  const first = await signedListOf(signed.body.versionId);
  expect(first).toHaveLength(2);
  if (!named) {
    // Only whoever owns the database can take it away.
    const owner = new Client({ connectionString: system.databaseUrl });
    await owner.connect();
    await owner.query("SET session_replication_role = 'replica'");
    await owner.query('DELETE FROM report_image_list WHERE version_id = $1', [signed.body.versionId]);
    await owner.end();
  }
  expect((await chief.post(`/api/exams/${exam}/hold`, { reason: '影像不全' })).status).toBe(200);
  const { exam: from } = await exams.queued(1);
  const { studies } = (await chief.get(`/api/exams/${from}`)).body;
  const move = { studyInstanceUid: studies[0].studyInstanceUid, toExamId: exam, reason: '影像弄反了' };
  expect((await chief.post(`/api/exams/${from}/rebind`, move)).status).toBe(200);
  expect((await chief.post(`/api/exams/${exam}/release`, { reason: '已核对' })).status).toBe(200);
  const ask = { changes: { patientName: '张叁' }, evidence: '户口本' };
  const asked = await doctor.post(report(exam, '/demographics'), ask);
  const confirmed = await desk.reviewer.post(report(exam, `/demographics/${asked.body.requestId}/confirm`), {});
  expect(confirmed).toMatchObject({ status: 200, body: { kind: 'demographics' } });
  expect(await signedListOf(confirmed.body.versionId)).toEqual(first);
});
