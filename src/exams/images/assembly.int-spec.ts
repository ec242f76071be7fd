import { ManualClock, MINUTE, SECOND } from '../../../test/harness/manual-clock';
import { poison } from '../../../test/harness/poison';
import { newId } from '../../platform/ids';
import { Exams } from '../exams';
import { Assembly } from './assembly';
import { ClinicSite, headerOf, QUIET } from './clinic-site.fixture';

const clock = new ManualClock();
let site: ClinicSite;
beforeAll(async () => {
  site = await ClinicSite.begin(clock);
});
afterAll(() => site?.end());

/** An open manifest of a clinic, as the upload door writes it. */
async function openUpload(accessionNumber: string, studyId: string | null): Promise<string> {
  const id = newId();
  await site.change(
    `INSERT INTO upload (id, county_id, clinic_id, accession_number, state, instance_count, created_by, created_at)
     VALUES ($1, $2, $3, $4, 'open', 2, 'test', $5)`,
    [id, site.county.countyId, site.county.clinics[0]!.id, accessionNumber, clock.now()],
  );
  await site.change(
    `INSERT INTO upload_instance (upload_id, sop_uid, county_id, bytes, sha256, state, study_id, updated_at)
     VALUES ($1, '1.2.3', $2, 10, 'x', $3, $4, $5), ($1, '1.2.4', $2, 10, 'y', 'missing', NULL, $5)`,
    [id, site.county.countyId, studyId ? 'stored' : 'missing', studyId, clock.now()],
  );
  return id;
}

async function completeUpload(id: string): Promise<void> {
  await closeUpload(id);
  await site.system.db.write(site.ctx, (tx) => site.system.get(Assembly).uploadCompleted(tx, id));
}

const closeUpload = (id: string): Promise<number> =>
  site.change("UPDATE upload SET state = 'complete', completed_at = $2 WHERE id = $1", [id, clock.now()]);

describe('images of a request', () => {
  it('are linked by accession number, then assumed complete when nothing has come for the quiet time', async () => {
    const { id, sent } = await site.register();
    const { id: studyId, uid } = await site.study(headerOf(sent));
    await site.assemble(studyId);
    const t2 = clock.now();
    expect(await site.detail(id)).toMatchObject({
      state: 'UPLOADING',
      imageSet: 1,
      firstByteAt: t2,
      imagesComplete: null,
      studies: [{ studyInstanceUid: uid, linkedHow: 'accession' }],
      flags: [],
    });
    clock.advance(40 * SECOND);
    await site.more(studyId);
    clock.advance(20 * SECOND);
    // The first alarm: images came meanwhile, even though nobody has told the exam of them yet.
    await site.quiet(id);
    expect(await site.detail(id)).toMatchObject({ state: 'UPLOADING', imagesComplete: null });
    await site.assemble(studyId);
    clock.advance(QUIET * SECOND);
    await site.quiet(id);
    expect(await site.detail(id)).toMatchObject({
      state: 'QUEUED',
      imageSet: 2,
      imagesComplete: 'assumed',
      firstByteAt: t2,
      queuedAt: clock.now(),
    });
  });

  it('set one alarm, which sets itself anew', async () => {
    const { id, sent } = await site.register();
    const { id: studyId } = await site.study(headerOf(sent));
    const alarms = (): Promise<{ not_before: Date }[]> =>
      site.rows(
        "SELECT not_before FROM outbox_message WHERE consumer = 'exams.assume-complete' AND subject_id = $1 ORDER BY id",
        [id],
      );
    for (let burst = 0; burst < 3; burst += 1) {
      await site.assemble(studyId);
      clock.advance(10 * SECOND);
      await site.more(studyId);
    }
    expect(await alarms()).toHaveLength(1);
    await site.quiet(id);
    expect(await alarms()).toEqual([
      { not_before: expect.any(Date) },
      { not_before: new Date(clock.now().getTime() + QUIET * SECOND) },
    ]);
  });

  it('count once, however often the same news comes', async () => {
    const { id, sent } = await site.register();
    const { id: studyId } = await site.study(headerOf(sent));
    await Promise.all(Array.from({ length: 8 }, () => site.assemble(studyId)));
    expect(await site.detail(id)).toMatchObject({ imageSet: 1, studies: [{ instances: 1 }] });
    expect(await site.examsOfStudy(studyId)).toEqual([id]);
  });

  it('of several studies belong to the one exam', async () => {
    const { id, sent } = await site.register();
    for (let n = 0; n < 3; n += 1) await site.assemble((await site.study(headerOf(sent))).id);
    expect(await site.detail(id)).toMatchObject({ imageSet: 3 });
    expect((await site.detail(id)).studies).toHaveLength(3);
  });

  it('serve every exam that the header names', async () => {
    const chest = await site.register({ patientLocalId: 'PLIST' });
    const abdomen = await site.register({ patientLocalId: 'PLIST', itemCode: '20053000110000' });
    const { id: studyId } = await site.study({
      ...headerOf(chest.sent),
      accession_number: `${chest.sent['accessionNumber']}\\${abdomen.sent['accessionNumber']}`,
    });
    await site.assemble(studyId);
    expect(await site.examsOfStudy(studyId)).toEqual([chest.id, abdomen.id].sort());
    expect(await site.detail(abdomen.id)).toMatchObject({ state: 'UPLOADING', imageSet: 1 });
  });

  it('queue a STAT exam at once, signing waits until they are all there', async () => {
    const { id, sent } = await site.register({ priority: 'STAT' });
    expect((await site.detail(id)).state).toBe('REGISTERED');
    await site.assemble((await site.study(headerOf(sent))).id);
    expect(await site.detail(id)).toMatchObject({ state: 'QUEUED', imagesComplete: null, queuedAt: clock.now() });
    clock.advance(QUIET * SECOND);
    await site.quiet(id);
    expect(await site.detail(id)).toMatchObject({ state: 'QUEUED', imagesComplete: 'assumed' });
  });

  it('raise the image set while somebody reads, and leave the state alone', async () => {
    const { id, sent } = await site.register();
    const { id: studyId } = await site.study(headerOf(sent));
    await site.assemble(studyId);
    await site.change("UPDATE exam SET state = 'CLAIMED' WHERE id = $1", [id]);
    clock.advance(SECOND);
    await site.more(studyId);
    await site.assemble(studyId);
    expect(await site.detail(id)).toMatchObject({ state: 'CLAIMED', imageSet: 2, flags: [] });
  });

  it.each([
    ['SIGNED', 'images_after_signing'],
    ['AMENDING', 'images_after_signing'],
    ['WITHDRAWN', 'images_after_withdrawal'],
  ])('after %s open a flag', async (state, code) => {
    const { id, sent } = await site.register();
    const { id: studyId } = await site.study(headerOf(sent));
    await site.assemble(studyId);
    await site.change('UPDATE exam SET state = $2 WHERE id = $1', [id, state]);
    for (let n = 0; n < 2; n += 1) {
      clock.advance(SECOND);
      await site.more(studyId);
      await site.assemble(studyId);
    }
    expect(await site.detail(id)).toMatchObject({
      state,
      imageSet: 3,
      flags: [{ code, studyId, details: { imageSet: 3 } }],
    });
  });

  it('of a returned exam are its re-take', async () => {
    const { id, sent } = await site.register();
    const { id: studyId } = await site.study(headerOf(sent));
    await site.assemble(studyId);
    await site.change(
      "UPDATE exam SET state = 'RETURNED', returned_at = $2, queued_at = $2, images_complete = 'assumed', return_code = 'Q03' WHERE id = $1",
      [id, clock.now()],
    );
    const t3 = clock.now();
    clock.advance(5 * MINUTE);
    await site.assemble((await site.study(headerOf(sent))).id);
    expect(await site.detail(id)).toMatchObject({
      state: 'UPLOADING',
      attempt: 2,
      returnedSeconds: 300,
      imageSet: 2,
      imagesComplete: null,
    });
    clock.advance(QUIET * SECOND);
    await site.quiet(id);
    expect(await site.detail(id)).toMatchObject({ state: 'QUEUED', queuedAt: t3 });
  });
});

describe('a manifest', () => {
  it('says when the upload begins and when it is complete', async () => {
    const { id, sent } = await site.register();
    const upload = await openUpload(sent['accessionNumber']!, null);
    await site.system.db.write(site.ctx, (tx) => site.system.get(Assembly).uploadOpened(tx, upload));
    expect(await site.detail(id)).toMatchObject({ state: 'UPLOADING', imageSet: 0, upload: { stored: 0, total: 2 } });
    const listed = async () =>
      (await site.system.get(Exams).list(site.ctx, { q: sent['accessionNumber']!, limit: 1 })).items;
    expect(await listed()).toMatchObject([{ examId: id, upload: { stored: 0, total: 2 } }]);
    const { id: studyId } = await site.study(headerOf(sent));
    await site.change("UPDATE upload_instance SET study_id = $2, state = 'stored' WHERE upload_id = $1", [
      upload,
      studyId,
    ]);
    await site.assemble(studyId);
    clock.advance(10 * QUIET * SECOND);
    // Ten times the quiet time: the manifest knows better.
    await site.quiet(id);
    expect((await site.detail(id)).state).toBe('UPLOADING');
    expect(await listed()).toMatchObject([{ upload: { stored: 2, total: 2 } }]);
    await completeUpload(upload);
    expect(await site.detail(id)).toMatchObject({
      state: 'QUEUED',
      imagesComplete: 'manifest',
      imageSet: 1,
      upload: null,
    });
    expect(await listed()).toMatchObject([{ state: 'QUEUED', upload: null }]);
  });

  it('is believed also when the quiet time ends between the upload and the news of it', async () => {
    const { id, sent } = await site.register();
    const { id: studyId } = await site.study(headerOf(sent));
    const upload = await openUpload(sent['accessionNumber']!, studyId);
    await site.assemble(studyId);
    clock.advance(10 * QUIET * SECOND);
    await closeUpload(upload);
    await site.quiet(id);
    expect(await site.detail(id)).toMatchObject({ state: 'QUEUED', imagesComplete: 'assumed' });
    await site.system.db.write(site.ctx, (tx) => site.system.get(Assembly).uploadCompleted(tx, upload));
    expect(await site.detail(id)).toMatchObject({ state: 'QUEUED', imagesComplete: 'manifest', imageSet: 1 });
  });

  it('does not wait for the news of its images', async () => {
    const { id, sent } = await site.register();
    const { id: studyId } = await site.study(headerOf(sent));
    await completeUpload(await openUpload(sent['accessionNumber']!, studyId));
    expect(await site.detail(id)).toMatchObject({ state: 'QUEUED', imagesComplete: 'manifest', imageSet: 1 });
    await site.assemble(studyId);
    expect(await site.detail(id)).toMatchObject({ state: 'QUEUED', imageSet: 1 });
  });

  it('is not the only one: another of the same exam is waited for', async () => {
    const { id, sent } = await site.register();
    const { id: studyId } = await site.study(headerOf(sent));
    const [first, second] = [
      await openUpload(sent['accessionNumber']!, studyId),
      await openUpload(sent['accessionNumber']!, studyId),
    ];
    await completeUpload(first);
    expect(await site.detail(id)).toMatchObject({ state: 'UPLOADING', imagesComplete: null });
    await completeUpload(second);
    expect(await site.detail(id)).toMatchObject({ state: 'QUEUED', imagesComplete: 'manifest' });
  });
});

describe('the sweep', () => {
  it('finds quiet exams whose alarm was lost, of every county, once', async () => {
    const { id, sent } = await site.register();
    await site.assemble((await site.study(headerOf(sent))).id);
    clock.advance(3 * QUIET * SECOND);
    expect(await site.sweep()).toBeGreaterThanOrEqual(1);
    expect(await site.detail(id)).toMatchObject({ state: 'QUEUED', imagesComplete: 'assumed' });
    expect(await site.sweep()).toBe(0);
  });

  it('goes on past an exam that cannot be completed, and says so', async () => {
    const [poisoned, sound] = [await site.register(), await site.register()];
    for (const { sent } of [poisoned, sound]) {
      await site.assemble((await site.study(headerOf(sent))).id);
      clock.advance(SECOND);
    }
    await poison(site.system, 'exam', poisoned.id);
    clock.advance(3 * QUIET * SECOND);
    await expect(site.sweep()).rejects.toThrow(AggregateError);
    expect(await site.detail(poisoned.id)).toMatchObject({ state: 'UPLOADING', imagesComplete: null });
    expect(await site.detail(sound.id)).toMatchObject({ state: 'QUEUED', imagesComplete: 'assumed' });
  });
});
