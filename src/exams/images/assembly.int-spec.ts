import { gateway, seedCounty, type TestCounty } from '../../../test/harness/county';
import type { JsonClient } from '../../../test/harness/json-client';
import { ManualClock, MINUTE, SECOND } from '../../../test/harness/manual-clock';
import { poison } from '../../../test/harness/poison';
import { type System, startSystem } from '../../../test/harness/system';
import { newId } from '../../platform/ids';
import { Assembly } from './assembly';
import { Exams } from '../exams';
import type { ExamDetail } from '../exam.view';
import { receiveMore, receiveStudy, request, type StudyRow } from '../exams.fixture';
import { AssumeComplete, QuietSweep } from './quiet-time';

const QUIET = 60;
const clock = new ManualClock();
let system: System;
let county: TestCounty;
let clinic: JsonClient;

beforeAll(async () => {
  // Real workers sleep: the tests call the handlers themselves, at the times of their own clock.
  system = await startSystem({
    clock,
    env: { QUIET_SECONDS: String(QUIET), SWEEP_SECONDS: '3600', OUTBOX_POLL_MS: '60000' },
  });
  county = await seedCounty(system);
  clinic = gateway(system, county.clinics[0]!);
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
  await closeUpload(id);
  await system.db.write(ctx(), (tx) => system.get(Assembly).uploadCompleted(tx, id));
}

const closeUpload = (id: string): Promise<number> =>
  change("UPDATE upload SET state = 'complete', completed_at = $2 WHERE id = $1", [id, clock.now()]);

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
    const listed = async () => (await system.get(Exams).list(ctx(), { q: sent['accessionNumber']!, limit: 1 })).items;
    expect(await listed()).toMatchObject([{ examId: id, upload: { stored: 0, total: 2 } }]);
    const { id: studyId } = await study(headerOf(sent));
    await change("UPDATE upload_instance SET study_id = $2, state = 'stored' WHERE upload_id = $1", [upload, studyId]);
    await assemble(studyId);
    clock.advance(10 * QUIET * SECOND);
    // Ten times the quiet time: the manifest knows better.
    await quiet(id);
    expect((await detail(id)).state).toBe('UPLOADING');
    expect(await listed()).toMatchObject([{ upload: { stored: 2, total: 2 } }]);
    await completeUpload(upload);
    expect(await detail(id)).toMatchObject({ state: 'QUEUED', imagesComplete: 'manifest', imageSet: 1, upload: null });
    expect(await listed()).toMatchObject([{ state: 'QUEUED', upload: null }]);
  });

  it('is believed also when the quiet time ends between the upload and the news of it', async () => {
    const { id, sent } = await register();
    const { id: studyId } = await study(headerOf(sent));
    const upload = await openUpload(sent['accessionNumber']!, studyId);
    await assemble(studyId);
    clock.advance(10 * QUIET * SECOND);
    await closeUpload(upload);
    await quiet(id);
    expect(await detail(id)).toMatchObject({ state: 'QUEUED', imagesComplete: 'assumed' });
    await system.db.write(ctx(), (tx) => system.get(Assembly).uploadCompleted(tx, upload));
    expect(await detail(id)).toMatchObject({ state: 'QUEUED', imagesComplete: 'manifest', imageSet: 1 });
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

  it('goes on past an exam that cannot be completed, and says so', async () => {
    const [poisoned, sound] = [await register(), await register()];
    for (const { sent } of [poisoned, sound]) {
      await assemble((await study(headerOf(sent))).id);
      clock.advance(SECOND);
    }
    await poison(system, 'exam', poisoned.id);
    clock.advance(3 * QUIET * SECOND);
    const sweep = system.db.relay(ctx(), (tx) => system.get(QuietSweep).sweep(tx, clock.now()));
    await expect(sweep).rejects.toThrow(AggregateError);
    expect(await detail(poisoned.id)).toMatchObject({ state: 'UPLOADING', imagesComplete: null });
    expect(await detail(sound.id)).toMatchObject({ state: 'QUEUED', imagesComplete: 'assumed' });
  });
});
