import { signIn } from '../../../test/harness/county';
import type { JsonClient } from '../../../test/harness/json-client';
import { ManualClock, SECOND } from '../../../test/harness/manual-clock';
import { request } from '../exams.fixture';
import { ClinicSite, headerOf, QUIET } from './clinic-site.fixture';

const clock = new ManualClock();
let site: ClinicSite;
let tech: JsonClient;
beforeAll(async () => {
  site = await ClinicSite.begin(clock);
  tech = await signIn(site.system, site.county, 'tech01');
});
afterAll(() => site?.end());

describe('images without a request', () => {
  it('make an exam that waits for class A, and are completed by the technician', async () => {
    const { id: studyId } = await site.study({
      accession_number: 'LOOSE-1',
      patient_local_id: 'PL1',
      patient_name: '王芳',
      patient_sex: 'F',
      birth_date: '19800101',
      description: 'Chest',
      modalities: ['DX', 'SR'],
    });
    await site.assemble(studyId);
    const [id] = await site.examsOfStudy(studyId);
    expect(await site.detail(id!)).toMatchObject({
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
    await site.quiet(id!);
    expect((await site.detail(id!)).state).toBe('INCOMPLETE');
    await tech.post(`/api/exams/${id}/supplement`, { orderingDoctor: '李四', orderingPhone: '0999-1' });
    expect(await site.detail(id!)).toMatchObject({ state: 'QUEUED', missing: [], queuedAt: clock.now() });
  });

  it('meet their request later by accession number: one exam, queued', async () => {
    const sent = request() as Record<string, string>;
    const { id: studyId } = await site.study(headerOf(sent));
    await site.assemble(studyId);
    const [id] = await site.examsOfStudy(studyId);
    clock.advance(QUIET * SECOND);
    await site.quiet(id!);
    const { status, body } = await site.clinic.post('/api/exams', sent);
    expect([status, body.examId, body.state, body.missing]).toEqual([200, id, 'QUEUED', []]);
    expect((await site.detail(id!)).flags).toEqual([]);
    expect((await site.clinic.post('/api/exams', sent)).body.examId).toBe(id);
  });

  it('never lend their exam to the request of another patient', async () => {
    const sent = request() as Record<string, string>;
    const { id: studyId } = await site.study({ ...headerOf(sent), patient_local_id: 'SOMEBODY-ELSE' });
    await site.assemble(studyId);
    const [images] = await site.examsOfStudy(studyId);
    const { status, body } = await site.clinic.post('/api/exams', sent);
    expect([status, body.state, body.accessionNumber]).toEqual([201, 'REGISTERED', sent['accessionNumber']]);
    expect(await site.detail(images!)).toMatchObject({
      accessionNumber: null,
      missing: expect.arrayContaining(['accessionNumber']),
      flags: [{ code: 'patient_id_mismatch', details: { examId: body.examId } }],
    });
    expect((await site.detail(body.examId)).flags).toMatchObject([
      { code: 'patient_id_mismatch', details: { examId: images } },
    ]);
  });

  it('without an accession number are suggested for the request of the same patient, never merged', async () => {
    const { id, sent } = await site.register();
    const { id: studyId } = await site.study({ ...headerOf(sent), accession_number: '' });
    await site.assemble(studyId);
    const [loose] = await site.examsOfStudy(studyId);
    expect(loose).not.toBe(id);
    expect(await site.detail(loose!)).toMatchObject({
      accessionNumber: null,
      flags: [
        { code: 'match_suggested', details: { exams: [{ examId: id, accessionNumber: sent['accessionNumber'] }] } },
      ],
    });
    expect((await site.detail(id)).state).toBe('REGISTERED');
  });

  it('are suggested for a request that comes after them, too', async () => {
    const sent = request() as Record<string, string>;
    const { id: studyId } = await site.study({ ...headerOf(sent), accession_number: '' });
    await site.assemble(studyId);
    const { body } = await site.clinic.post('/api/exams', sent);
    const [loose] = await site.examsOfStudy(studyId);
    expect((await site.detail(loose!)).flags).toMatchObject([
      { code: 'match_suggested', details: { exams: [{ examId: body.examId }] } },
    ]);
  });

  it.each([
    ['another kind of device', { modalities: ['DX'] }],
    ['another day', { study_date: '20260227' }],
    ['another patient', { patient_local_id: 'NOBODY' }],
  ])('of %s are suggested for nothing', async (_, other) => {
    const { sent } = await site.register();
    const { id: studyId } = await site.study({ ...headerOf(sent), accession_number: '', ...other });
    await site.assemble(studyId);
    const [loose] = await site.examsOfStudy(studyId);
    expect((await site.detail(loose!)).flags).toEqual([]);
  });
});

describe('whose images', () => {
  it('another Patient ID under a known accession number is kept apart and flagged on both sides', async () => {
    const { id, sent } = await site.register();
    const { id: studyId } = await site.study({ ...headerOf(sent), patient_local_id: 'OTHER-9' });
    await site.assemble(studyId);
    const [apart] = await site.examsOfStudy(studyId);
    expect(apart).not.toBe(id);
    expect(await site.detail(id)).toMatchObject({
      state: 'REGISTERED',
      imageSet: 0,
      flags: [{ code: 'patient_id_mismatch', studyId }],
    });
    expect(await site.detail(apart!)).toMatchObject({
      accessionNumber: null,
      flags: [{ code: 'patient_id_mismatch', studyId }],
    });
  });

  it('another name alone is a flag; pinyin is no other name', async () => {
    const { id, sent } = await site.register();
    await site.assemble((await site.study({ ...headerOf(sent), patient_name: 'ZHANG SAN' })).id);
    expect((await site.detail(id)).flags).toEqual([]);
    const { id: studyId } = await site.study({ ...headerOf(sent), patient_name: '张四' });
    await site.assemble(studyId);
    expect(await site.detail(id)).toMatchObject({
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
    const { id, sent } = await site.register();
    const quarantined = await site.study({ ...headerOf(sent), quarantined_at: clock.now().toISOString() });
    await site.assemble(quarantined.id);
    expect(await site.examsOfStudy(quarantined.id)).toEqual([]);
    expect((await site.detail(id)).state).toBe('REGISTERED');
  });

  it("the same accession number of another clinic is another clinic's exam", async () => {
    const { id, sent } = await site.register();
    const { id: studyId } = await site.study(headerOf(sent), 1);
    await site.assemble(studyId);
    expect(await site.examsOfStudy(studyId)).not.toContain(id);
    expect((await site.detail(id)).imageSet).toBe(0);
  });

  it('images of a voided exam make a new one', async () => {
    const { id, sent } = await site.register();
    await site.change("UPDATE exam SET state = 'VOID' WHERE id = $1", [id]);
    const { id: studyId } = await site.study(headerOf(sent));
    await site.assemble(studyId);
    const [made] = await site.examsOfStudy(studyId);
    expect(made).not.toBe(id);
    expect((await site.detail(made!)).accessionNumber).toBe(sent['accessionNumber']);
  });

  it('request and images that come at the same moment end as one exam', async () => {
    for (let race = 0; race < 10; race += 1) {
      const sent = request() as Record<string, string>;
      const { id: studyId } = await site.study(headerOf(sent));
      const [answer] = await Promise.all([site.clinic.post('/api/exams', sent), site.assemble(studyId)]);
      expect([200, 201]).toContain(answer.status);
      expect(await site.examsOfStudy(studyId)).toEqual([answer.body.examId]);
    }
  });

  it('a corrected header under an identity hold gives an exam made of images its right patient', async () => {
    const { id: studyId } = await site.study({
      accession_number: 'HELD-1',
      patient_local_id: 'WRONG',
      patient_name: '王芳',
      patient_sex: 'F',
    });
    await site.assemble(studyId);
    const [id] = await site.examsOfStudy(studyId);
    await tech.post(`/api/exams/${id}/hold`, { reason: '选错患者' });
    clock.advance(SECOND);
    await site.change(
      "UPDATE dicom_study SET patient_local_id = 'RIGHT', patient_name = '刘伟', patient_sex = 'M', last_image_at = $2 WHERE id = $1",
      [studyId, clock.now()],
    );
    await site.assemble(studyId);
    expect(await site.detail(id!)).toMatchObject({
      patientLocalId: 'RIGHT',
      patientName: '刘伟',
      sex: 'M',
      imageSet: 2,
      identityHold: true,
    });
    expect(
      await site.rows('SELECT p.local_id, p.name FROM exam e JOIN patient p ON p.id = e.patient_id WHERE e.id = $1', [
        id,
      ]),
    ).toEqual([{ local_id: 'RIGHT', name: '刘伟' }]);
  });
});
