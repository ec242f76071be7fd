import { gateway, seedCounty, signIn, type TestCounty } from '../../test/harness/county';
import type { JsonClient } from '../../test/harness/json-client';
import { ManualClock, MINUTE, SECOND } from '../../test/harness/manual-clock';
import { type System, startSystem } from '../../test/harness/system';
import { newId } from '../platform/ids';
import { Assembly } from './assembly';
import { Exams } from './exams';
import type { ExamDetail } from './exam.view';
import { receiveMore, receiveStudy, request, type StudyRow } from './exams.fixture';
import { AssumeComplete, QuietSweep } from './quiet-time';

const QUIET = 60;
const clock = new ManualClock();
let system: System;
let county: TestCounty;
let clinic: JsonClient;
let tech: JsonClient;

beforeAll(async () => {
  // Real workers sleep: the tests call the handlers themselves, at the times of their own clock.
  system = await startSystem({
    clock,
    env: { QUIET_SECONDS: String(QUIET), SWEEP_SECONDS: '3600', OUTBOX_POLL_MS: '60000' },
  });
  county = await seedCounty(system);
  clinic = gateway(system, county.clinics[0]!);
  tech = await signIn(system, county, 'tech01');
});
afterAll(() => system?.stop());

const ctx = () => system.ctx(county.countyId);
const study = (row: StudyRow, clinicIndex = 0): Promise<{ id: string; uid: string }> =>
  receiveStudy(system.db, ctx(), county.clinics[clinicIndex]!.id, clock.now(), row);
const assemble = (studyId: string): Promise<void> =>
  system.db.write(ctx(), (tx) => system.get(Assembly).assemble(tx, studyId, false));
const quiet = (examId: string): Promise<void> =>
  system.db.write(ctx(), (tx) => system.get(AssumeComplete).look(tx, examId));
const detail = (examId: string): Promise<ExamDetail> => system.get(Exams).detail(ctx(), examId);
const rows = <T>(sql: string, params: readonly unknown[] = []): Promise<T[]> =>
  system.db.relay(ctx(), (tx) => tx.rows<T>(sql, params));
const change = (sql: string, params: readonly unknown[]): Promise<number> =>
  system.db.relay(ctx(), (tx) => tx.change(sql, params));
const examsOfStudy = async (studyId: string): Promise<string[]> =>
  (
    await rows<{ exam_id: string }>(
      'SELECT exam_id FROM exam_study WHERE study_id = $1 AND unlinked_at IS NULL ORDER BY exam_id',
      [studyId],
    )
  ).map((row) => row.exam_id);

async function register(
  overrule: Readonly<Record<string, unknown>> = {},
): Promise<{ id: string; sent: Record<string, string> }> {
  const sent = request(overrule);
  const { status, body } = await clinic.post('/api/exams', sent);
  expect(status).toBe(201);
  return { id: body.examId, sent: sent as Record<string, string> };
}

/** The header of images that were made for a request. */
const headerOf = (sent: Record<string, string>): StudyRow => ({
  accession_number: sent['accessionNumber']!,
  patient_local_id: sent['patientLocalId']!,
  patient_name: '张三',
  patient_sex: 'M',
  birth_date: '19610412',
});

/** An open manifest of a clinic, as the upload door writes it. */
async function openUpload(accessionNumber: string, studyId: string | null): Promise<string> {
  const id = newId();
  await change(
    `INSERT INTO upload (id, county_id, clinic_id, accession_number, state, instance_count, created_by, created_at)
     VALUES ($1, $2, $3, $4, 'open', 2, 'test', $5)`,
    [id, county.countyId, county.clinics[0]!.id, accessionNumber, clock.now()],
  );
  await change(
    `INSERT INTO upload_instance (upload_id, sop_uid, county_id, bytes, sha256, state, study_id, updated_at)
     VALUES ($1, '1.2.3', $2, 10, 'x', $3, $4, $5), ($1, '1.2.4', $2, 10, 'y', 'missing', NULL, $5)`,
    [id, county.countyId, studyId ? 'stored' : 'missing', studyId, clock.now()],
  );
  return id;
}

async function completeUpload(id: string): Promise<void> {
  await change("UPDATE upload SET state = 'complete', completed_at = $2 WHERE id = $1", [id, clock.now()]);
  await system.db.write(ctx(), (tx) => system.get(Assembly).uploadCompleted(tx, id));
}

describe('images of a request', () => {
  it('are linked by accession number, then assumed complete when nothing has come for the quiet time', async () => {
    const { id, sent } = await register();
    const { id: studyId, uid } = await study(headerOf(sent));
    await assemble(studyId);
    const t2 = clock.now();
    expect(await detail(id)).toMatchObject({
      state: 'UPLOADING',
      imageSet: 1,
      firstByteAt: t2,
      imagesComplete: null,
      studies: [{ studyInstanceUid: uid, linkedHow: 'accession' }],
      flags: [],
    });
    clock.advance(40 * SECOND);
    await receiveMore(system.db, ctx(), studyId, clock.now());
    clock.advance(20 * SECOND);
    // The first alarm: images came meanwhile, even though nobody has told the exam of them yet.
    await quiet(id);
    expect(await detail(id)).toMatchObject({ state: 'UPLOADING', imagesComplete: null });
    await assemble(studyId);
    clock.advance(QUIET * SECOND);
    await quiet(id);
    expect(await detail(id)).toMatchObject({
      state: 'QUEUED',
      imageSet: 2,
      imagesComplete: 'assumed',
      firstByteAt: t2,
      queuedAt: clock.now(),
    });
  });

  it('set one alarm, which sets itself anew', async () => {
    const { id, sent } = await register();
    const { id: studyId } = await study(headerOf(sent));
    const alarms = (): Promise<{ not_before: Date }[]> =>
      rows(
        "SELECT not_before FROM outbox_message WHERE consumer = 'exams.assume-complete' AND subject_id = $1 ORDER BY id",
        [id],
      );
    for (let burst = 0; burst < 3; burst += 1) {
      await assemble(studyId);
      clock.advance(10 * SECOND);
      await receiveMore(system.db, ctx(), studyId, clock.now());
    }
    expect(await alarms()).toHaveLength(1);
    await quiet(id);
    expect(await alarms()).toEqual([
      { not_before: expect.any(Date) },
      { not_before: new Date(clock.now().getTime() + QUIET * SECOND) },
    ]);
  });

  it('count once, however often the same news comes', async () => {
    const { id, sent } = await register();
    const { id: studyId } = await study(headerOf(sent));
    await Promise.all(Array.from({ length: 8 }, () => assemble(studyId)));
    expect(await detail(id)).toMatchObject({ imageSet: 1, studies: [{ instances: 1 }] });
    expect(await examsOfStudy(studyId)).toEqual([id]);
  });

  it('of several studies belong to the one exam', async () => {
    const { id, sent } = await register();
    for (let n = 0; n < 3; n += 1) await assemble((await study(headerOf(sent))).id);
    expect(await detail(id)).toMatchObject({ imageSet: 3 });
    expect((await detail(id)).studies).toHaveLength(3);
  });

  it('serve every exam that the header names', async () => {
    const chest = await register({ patientLocalId: 'PLIST' });
    const abdomen = await register({ patientLocalId: 'PLIST', itemCode: '20053000110000' });
    const { id: studyId } = await study({
      ...headerOf(chest.sent),
      accession_number: `${chest.sent['accessionNumber']}\\${abdomen.sent['accessionNumber']}`,
    });
    await assemble(studyId);
    expect(await examsOfStudy(studyId)).toEqual([chest.id, abdomen.id].sort());
    expect(await detail(abdomen.id)).toMatchObject({ state: 'UPLOADING', imageSet: 1 });
  });

  it('queue a STAT exam at once, signing waits until they are all there', async () => {
    const { id, sent } = await register({ priority: 'STAT' });
    expect((await detail(id)).state).toBe('REGISTERED');
    await assemble((await study(headerOf(sent))).id);
    expect(await detail(id)).toMatchObject({ state: 'QUEUED', imagesComplete: null, queuedAt: clock.now() });
    clock.advance(QUIET * SECOND);
    await quiet(id);
    expect(await detail(id)).toMatchObject({ state: 'QUEUED', imagesComplete: 'assumed' });
  });

  it('raise the image set while somebody reads, and leave the state alone', async () => {
    const { id, sent } = await register();
    const { id: studyId } = await study(headerOf(sent));
    await assemble(studyId);
    await change("UPDATE exam SET state = 'CLAIMED' WHERE id = $1", [id]);
    clock.advance(SECOND);
    await receiveMore(system.db, ctx(), studyId, clock.now());
    await assemble(studyId);
    expect(await detail(id)).toMatchObject({ state: 'CLAIMED', imageSet: 2, flags: [] });
  });

  it.each([
    ['SIGNED', 'images_after_signing'],
    ['AMENDING', 'images_after_signing'],
    ['WITHDRAWN', 'images_after_withdrawal'],
  ])('after %s open a flag', async (state, code) => {
    const { id, sent } = await register();
    const { id: studyId } = await study(headerOf(sent));
    await assemble(studyId);
    await change('UPDATE exam SET state = $2 WHERE id = $1', [id, state]);
    for (let n = 0; n < 2; n += 1) {
      clock.advance(SECOND);
      await receiveMore(system.db, ctx(), studyId, clock.now());
      await assemble(studyId);
    }
    expect(await detail(id)).toMatchObject({
      state,
      imageSet: 3,
      flags: [{ code, studyId, details: { imageSet: 3 } }],
    });
  });

  it('of a returned exam are its re-take', async () => {
    const { id, sent } = await register();
    const { id: studyId } = await study(headerOf(sent));
    await assemble(studyId);
    await change(
      "UPDATE exam SET state = 'RETURNED', returned_at = $2, queued_at = $2, images_complete = 'assumed', return_code = 'Q03' WHERE id = $1",
      [id, clock.now()],
    );
    const t3 = clock.now();
    clock.advance(5 * MINUTE);
    await assemble((await study(headerOf(sent))).id);
    expect(await detail(id)).toMatchObject({
      state: 'UPLOADING',
      attempt: 2,
      returnedSeconds: 300,
      imageSet: 2,
      imagesComplete: null,
    });
    clock.advance(QUIET * SECOND);
    await quiet(id);
    expect(await detail(id)).toMatchObject({ state: 'QUEUED', queuedAt: t3 });
  });
});

describe('a manifest', () => {
  it('says when the upload begins and when it is complete', async () => {
    const { id, sent } = await register();
    const upload = await openUpload(sent['accessionNumber']!, null);
    await system.db.write(ctx(), (tx) => system.get(Assembly).uploadOpened(tx, upload));
    expect(await detail(id)).toMatchObject({ state: 'UPLOADING', imageSet: 0, upload: { stored: 0, total: 2 } });
    const { id: studyId } = await study(headerOf(sent));
    await change("UPDATE upload_instance SET study_id = $2, state = 'stored' WHERE upload_id = $1", [upload, studyId]);
    await assemble(studyId);
    clock.advance(10 * QUIET * SECOND);
    // Ten times the quiet time: the manifest knows better.
    await quiet(id);
    expect((await detail(id)).state).toBe('UPLOADING');
    await completeUpload(upload);
    expect(await detail(id)).toMatchObject({ state: 'QUEUED', imagesComplete: 'manifest', imageSet: 1, upload: null });
  });

  it('does not wait for the news of its images', async () => {
    const { id, sent } = await register();
    const { id: studyId } = await study(headerOf(sent));
    await completeUpload(await openUpload(sent['accessionNumber']!, studyId));
    expect(await detail(id)).toMatchObject({ state: 'QUEUED', imagesComplete: 'manifest', imageSet: 1 });
    await assemble(studyId);
    expect(await detail(id)).toMatchObject({ state: 'QUEUED', imageSet: 1 });
  });

  it('is not the only one: another of the same exam is waited for', async () => {
    const { id, sent } = await register();
    const { id: studyId } = await study(headerOf(sent));
    const [first, second] = [
      await openUpload(sent['accessionNumber']!, studyId),
      await openUpload(sent['accessionNumber']!, studyId),
    ];
    await completeUpload(first);
    expect(await detail(id)).toMatchObject({ state: 'UPLOADING', imagesComplete: null });
    await completeUpload(second);
    expect(await detail(id)).toMatchObject({ state: 'QUEUED', imagesComplete: 'manifest' });
  });
});

describe('the sweep', () => {
  it('finds quiet exams whose alarm was lost, of every county, once', async () => {
    const { id, sent } = await register();
    await assemble((await study(headerOf(sent))).id);
    clock.advance(3 * QUIET * SECOND);
    const sweep = (): Promise<number> => system.db.relay(ctx(), (tx) => system.get(QuietSweep).sweep(tx, clock.now()));
    expect(await sweep()).toBeGreaterThanOrEqual(1);
    expect(await detail(id)).toMatchObject({ state: 'QUEUED', imagesComplete: 'assumed' });
    expect(await sweep()).toBe(0);
  });
});

describe('images without a request', () => {
  it('make an exam that waits for class A, and are completed by the technician', async () => {
    const { id: studyId } = await study({
      accession_number: 'LOOSE-1',
      patient_local_id: 'PL1',
      patient_name: '王芳',
      patient_sex: 'F',
      birth_date: '19800101',
      description: 'Chest',
      modalities: ['DX', 'SR'],
    });
    await assemble(studyId);
    const [id] = await examsOfStudy(studyId);
    expect(await detail(id!)).toMatchObject({
      state: 'UPLOADING',
      accessionNumber: 'LOOSE-1',
      patientName: '王芳',
      sex: 'F',
      birthDate: '1980-01-01',
      age: 46,
      modality: 'DX',
      itemName: 'Chest',
      examStart: new Date('2026-03-02T00:30:00Z'),
      imageSet: 1,
      missing: ['orderingDoctor', 'orderingPhone'],
      createdBy: 'test',
    });
    clock.advance(QUIET * SECOND);
    await quiet(id!);
    expect((await detail(id!)).state).toBe('INCOMPLETE');
    await tech.post(`/api/exams/${id}/supplement`, { orderingDoctor: '李四', orderingPhone: '0999-1' });
    expect(await detail(id!)).toMatchObject({ state: 'QUEUED', missing: [], queuedAt: clock.now() });
  });

  it('meet their request later by accession number: one exam, queued', async () => {
    const sent = request() as Record<string, string>;
    const { id: studyId } = await study(headerOf(sent));
    await assemble(studyId);
    const [id] = await examsOfStudy(studyId);
    clock.advance(QUIET * SECOND);
    await quiet(id!);
    const { status, body } = await clinic.post('/api/exams', sent);
    expect([status, body.examId, body.state, body.missing]).toEqual([200, id, 'QUEUED', []]);
    expect((await detail(id!)).flags).toEqual([]);
    expect((await clinic.post('/api/exams', sent)).body.examId).toBe(id);
  });

  it('never lend their exam to the request of another patient', async () => {
    const sent = request() as Record<string, string>;
    const { id: studyId } = await study({ ...headerOf(sent), patient_local_id: 'SOMEBODY-ELSE' });
    await assemble(studyId);
    const [images] = await examsOfStudy(studyId);
    const { status, body } = await clinic.post('/api/exams', sent);
    expect([status, body.state, body.accessionNumber]).toEqual([201, 'REGISTERED', sent['accessionNumber']]);
    expect(await detail(images!)).toMatchObject({
      accessionNumber: null,
      missing: expect.arrayContaining(['accessionNumber']),
      flags: [{ code: 'patient_id_mismatch', details: { examId: body.examId } }],
    });
    expect((await detail(body.examId)).flags).toMatchObject([
      { code: 'patient_id_mismatch', details: { examId: images } },
    ]);
  });

  it('without an accession number are suggested for the request of the same patient, never merged', async () => {
    const { id, sent } = await register();
    const { id: studyId } = await study({ ...headerOf(sent), accession_number: '' });
    await assemble(studyId);
    const [loose] = await examsOfStudy(studyId);
    expect(loose).not.toBe(id);
    expect(await detail(loose!)).toMatchObject({
      accessionNumber: null,
      flags: [
        { code: 'match_suggested', details: { exams: [{ examId: id, accessionNumber: sent['accessionNumber'] }] } },
      ],
    });
    expect((await detail(id)).state).toBe('REGISTERED');
  });

  it('are suggested for a request that comes after them, too', async () => {
    const sent = request() as Record<string, string>;
    const { id: studyId } = await study({ ...headerOf(sent), accession_number: '' });
    await assemble(studyId);
    const { body } = await clinic.post('/api/exams', sent);
    const [loose] = await examsOfStudy(studyId);
    expect((await detail(loose!)).flags).toMatchObject([
      { code: 'match_suggested', details: { exams: [{ examId: body.examId }] } },
    ]);
  });

  it.each([
    ['another kind of device', { modalities: ['DX'] }],
    ['another day', { study_date: '20260227' }],
    ['another patient', { patient_local_id: 'NOBODY' }],
  ])('of %s are suggested for nothing', async (_, other) => {
    const { sent } = await register();
    const { id: studyId } = await study({ ...headerOf(sent), accession_number: '', ...other });
    await assemble(studyId);
    const [loose] = await examsOfStudy(studyId);
    expect((await detail(loose!)).flags).toEqual([]);
  });
});

describe('whose images', () => {
  it('another Patient ID under a known accession number is kept apart and flagged on both sides', async () => {
    const { id, sent } = await register();
    const { id: studyId } = await study({ ...headerOf(sent), patient_local_id: 'OTHER-9' });
    await assemble(studyId);
    const [apart] = await examsOfStudy(studyId);
    expect(apart).not.toBe(id);
    expect(await detail(id)).toMatchObject({
      state: 'REGISTERED',
      imageSet: 0,
      flags: [{ code: 'patient_id_mismatch', studyId }],
    });
    expect(await detail(apart!)).toMatchObject({
      accessionNumber: null,
      flags: [{ code: 'patient_id_mismatch', studyId }],
    });
  });

  it('another name alone is a flag; pinyin is no other name', async () => {
    const { id, sent } = await register();
    await assemble((await study({ ...headerOf(sent), patient_name: 'ZHANG SAN' })).id);
    expect((await detail(id)).flags).toEqual([]);
    const { id: studyId } = await study({ ...headerOf(sent), patient_name: '张四' });
    await assemble(studyId);
    expect(await detail(id)).toMatchObject({
      imageSet: 2,
      flags: [
        {
          code: 'images_patient_mismatch',
          studyId,
          details: { fields: ['name'], images: { name: '张四' }, request: { name: '张三' } },
        },
      ],
    });
  });

  it('a quarantined study belongs to no exam until a person says so', async () => {
    const { id, sent } = await register();
    const quarantined = await study({ ...headerOf(sent), quarantined_at: clock.now().toISOString() });
    await assemble(quarantined.id);
    expect(await examsOfStudy(quarantined.id)).toEqual([]);
    expect((await detail(id)).state).toBe('REGISTERED');
  });

  it("the same accession number of another clinic is another clinic's exam", async () => {
    const { id, sent } = await register();
    const { id: studyId } = await study(headerOf(sent), 1);
    await assemble(studyId);
    expect(await examsOfStudy(studyId)).not.toContain(id);
    expect((await detail(id)).imageSet).toBe(0);
  });

  it('images of a voided exam make a new one', async () => {
    const { id, sent } = await register();
    await change("UPDATE exam SET state = 'VOID' WHERE id = $1", [id]);
    const { id: studyId } = await study(headerOf(sent));
    await assemble(studyId);
    const [made] = await examsOfStudy(studyId);
    expect(made).not.toBe(id);
    expect((await detail(made!)).accessionNumber).toBe(sent['accessionNumber']);
  });

  it('request and images that come at the same moment end as one exam', async () => {
    for (let race = 0; race < 10; race += 1) {
      const sent = request() as Record<string, string>;
      const { id: studyId } = await study(headerOf(sent));
      const [answer] = await Promise.all([clinic.post('/api/exams', sent), assemble(studyId)]);
      expect([200, 201]).toContain(answer.status);
      expect(await examsOfStudy(studyId)).toEqual([answer.body.examId]);
    }
  });
});
