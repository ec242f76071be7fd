import { gateway, seedCounty, signIn, type TestCounty } from '../../../test/harness/county';
import type { JsonClient } from '../../../test/harness/json-client';
import { ManualClock, SECOND } from '../../../test/harness/manual-clock';
import { type System, startSystem } from '../../../test/harness/system';
import { Assembly } from './assembly';
import { Exams } from '../exams';
import type { ExamDetail } from '../exam.view';
import { receiveStudy, request, type StudyRow } from '../exams.fixture';
import { AssumeComplete } from './quiet-time';

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

  it('a quarantined study belongs to no exam', async () => {
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

  it('a corrected header under an identity hold gives an exam made of images its right patient', async () => {
    const { id: studyId } = await study({
      accession_number: 'HELD-1',
      patient_local_id: 'WRONG',
      patient_name: '王芳',
      patient_sex: 'F',
    });
    await assemble(studyId);
    const [id] = await examsOfStudy(studyId);
    await tech.post(`/api/exams/${id}/hold`, { reason: '选错患者' });
    clock.advance(SECOND);
    await change(
      "UPDATE dicom_study SET patient_local_id = 'RIGHT', patient_name = '刘伟', patient_sex = 'M', last_image_at = $2 WHERE id = $1",
      [studyId, clock.now()],
    );
    await assemble(studyId);
    expect(await detail(id!)).toMatchObject({
      patientLocalId: 'RIGHT',
      patientName: '刘伟',
      sex: 'M',
      imageSet: 2,
      identityHold: true,
    });
    expect(
      await rows('SELECT p.local_id, p.name FROM exam e JOIN patient p ON p.id = e.patient_id WHERE e.id = $1', [id]),
    ).toEqual([{ local_id: 'RIGHT', name: '刘伟' }]);
  });
});
