import { gateway, seedCounty, signIn, type TestCounty } from '../../../test/harness/county';
import type { Answer, JsonClient } from '../../../test/harness/json-client';
import { ManualClock } from '../../../test/harness/manual-clock';
import { type System, startSystem } from '../../../test/harness/system';
import type { Exam } from '../exam.entity';
import type { ExamDetail } from '../exam.view';
import { Exams } from '../exams';
import { ClinicExams, receiveStudy, request, type TestExam } from '../exams.fixture';
import { ExamStates } from '../exam-states';
import { type Demographics, ExamDemographics } from './exam-demographics';

/** Whose exam it is stays as it was once images or readers know it as somebody's. */
const clock = new ManualClock();
let system: System;
let county: TestCounty;
let exams: ClinicExams;
let clinic: JsonClient;
let tech: JsonClient;

beforeAll(async () => {
  system = await startSystem({ role: 'api', clock });
  county = await seedCounty(system);
  clinic = gateway(system, county.clinics[0]!);
  exams = new ClinicExams(system, county, clock, clinic);
  tech = await signIn(system, county, 'tech01');
});
afterAll(() => system?.stop());

const ctx = () => system.ctx(county.countyId);
const rows = <T>(sql: string, ...params: unknown[]): Promise<T[]> =>
  system.db.relay(ctx(), (tx) => tx.rows<T>(sql, params));
const rowOf = async (exam: string): Promise<Exam> => (await rows<Exam>('SELECT * FROM exam WHERE id = $1', exam))[0]!;
const detail = (exam: string): Promise<ExamDetail> => system.get(Exams).detail(ctx(), exam);
const flagsOf = async (exam: string): Promise<string[]> => (await detail(exam)).flags.map(({ code }) => code);
const codeOf = ({ status, body }: Answer): [number, string] => [status, body.code ?? body.state];

/** Another patient: number, name, sex and age of his own, and nothing else. */
const OTHER = { patientLocalId: 'OTHER-1', patientName: '刘芳', sex: 'F', age: 30, ageUnit: 'Y', birthDate: null };

describe('an exam with images', () => {
  const refusedAs = async (exam: TestExam, before: Exam, answer: Answer): Promise<void> => {
    expect(codeOf(answer)).toEqual([409, 'other_patient']);
    expect(answer.body.params).toMatchObject({ state: before.state, examId: exam.id });
    expect(answer.body.message).toContain('另一位患者');
    expect(await rowOf(exam.id)).toEqual(before);
    expect((await detail(exam.id)).flags).toMatchObject([
      {
        code: 'patient_id_mismatch',
        details: { accessionNumber: exam.accession, exam: before.patient_local_id, request: 'OTHER-1' },
      },
    ]);
    expect(
      await rows(
        "SELECT details FROM audit_event WHERE subject_id = $1 AND action = 'exam.other-patient-refused'",
        exam.id,
      ),
    ).toEqual([{ details: { code: 'patient_id_mismatch', state: before.state } }]);
    expect(await rows("SELECT id FROM patient WHERE local_id = 'OTHER-1'")).toEqual([]);
  };

  it.each(['UPLOADING', 'QUEUED', 'CLAIMED', 'RETURNED', 'SIGNED'])(
    'that is %s becomes nobody else’s by a request under its accession number',
    async (state) => {
      const exam = await exams.with(1, state);
      const before = await rowOf(exam.id);
      const sent = request({ ...OTHER, accessionNumber: exam.accession });
      await refusedAs(exam, before, await clinic.post('/api/exams', sent));
    },
  );

  it.each(['QUEUED', 'CLAIMED', 'RETURNED'])('that is %s becomes nobody else’s by a supplement', async (state) => {
    const exam = await exams.with(1, state);
    const before = await rowOf(exam.id);
    const { birthDate: _, ...given } = OTHER;
    await refusedAs(exam, before, await tech.post(`/api/exams/${exam.id}/supplement`, given));
    expect(
      await rows(
        "SELECT 1 AS n FROM audit_event WHERE action = 'exam.supplement.refused' AND subject_id = $1",
        exam.id,
      ),
    ).toEqual([{ n: 1 }]);
  });

  it('may have its own patient written down better, with the flags of that', async () => {
    const exam = await exams.with(1);
    const { patient_local_id: patientLocalId } = await rowOf(exam.id);
    const same = request({ accessionNumber: exam.accession, patientLocalId, patientName: '张珊珊', sex: 'F' });
    expect((await clinic.post('/api/exams', same)).status).toBe(200);
    expect(await rowOf(exam.id)).toMatchObject({ patient_name: '张珊珊', sex: 'F' });
    expect((await flagsOf(exam.id)).sort()).toEqual(['content_changed', 'patient_mismatch']);
  });

  it('is flagged where a new age contradicts the birth date that stays', async () => {
    const exam = await exams.with(1);
    const { patient_local_id: patientLocalId } = await rowOf(exam.id);
    const sent = { accessionNumber: exam.accession, patientLocalId, birthDate: null, age: 5, ageUnit: 'Y' };
    expect((await clinic.post('/api/exams', request(sent))).status).toBe(200);
    expect(await flagsOf(exam.id)).toContain('age_mismatch');
  });
});

describe('an exam without images that no reader can have had', () => {
  const OWN = { idNumber: '110105196104120011', phone: '0999-7654321', visitNumber: 'V1', symptoms: '咳嗽三天' };
  const CLEARED = { birth_date: null, id_number: null, phone: null, visit_number: null };

  it('becomes another patient’s by a request, and keeps nothing of the former one', async () => {
    const sent = request(OWN);
    const { body } = await clinic.post('/api/exams', sent);
    const other = { ...OTHER, patientLocalId: 'OTHER-2', accessionNumber: sent['accessionNumber'] };
    expect((await clinic.post('/api/exams', request(other))).status).toBe(200);
    expect(await rowOf(body.examId as string)).toMatchObject({
      ...CLEARED,
      patient_local_id: 'OTHER-2',
      patient_name: '刘芳',
      age_value: 30,
      symptoms: null,
    });
    const [patient] = await rows("SELECT name, id_number, birth_date, phone FROM patient WHERE local_id = 'OTHER-2'");
    expect(patient).toEqual({ name: '刘芳', id_number: null, birth_date: null, phone: null });
  });

  it('and by a supplement', async () => {
    const { body } = await clinic.post('/api/exams', request(OWN));
    const { birthDate: _, ...given } = { ...OTHER, patientLocalId: 'OTHER-3' };
    const answer = await tech.post(`/api/exams/${body.examId}/supplement`, given);
    expect(answer.status).toBe(200);
    expect(await rowOf(body.examId as string)).toMatchObject({
      ...CLEARED,
      patient_local_id: 'OTHER-3',
      age_value: 30,
    });
    const [patient] = await rows("SELECT id_number, birth_date, phone FROM patient WHERE local_id = 'OTHER-3'");
    expect(patient).toEqual({ id_number: null, birth_date: null, phone: null });
  });
});

describe('a study UID that a request announces', () => {
  const brief = (exam: string) => system.db.read(ctx(), (tx) => system.get(Exams).brief(tx, exam));
  const theirs = async (): Promise<string> =>
    (await receiveStudy(system.db, ctx(), county.clinics[1]!.id, clock.now())).uid;
  const announce = (uids: string[]): Promise<Answer> =>
    clinic.post(
      '/api/exams',
      request({ metadataOnly: true, studies: uids.map((studyInstanceUid) => ({ studyInstanceUid })) }),
    );

  it('and that is another clinic’s is shown to nobody, and flagged', async () => {
    const [uid, own] = [await theirs(), '1.2.826.0.1.3680043.10.9.1'];
    const { status, body } = await announce([uid, own]);
    expect([status, body.state, body.studies]).toEqual([201, 'QUEUED', [{ studyInstanceUid: own }]]);
    expect((await brief(body.examId as string)).studyUids).toEqual([own]);
    expect(await detail(body.examId as string)).toMatchObject({
      studies: [{ studyInstanceUid: own }],
      flags: [{ code: 'study_quarantined', details: { studyInstanceUids: [uid] } }],
    });
  });

  it('is not shown any more when it turns out to be another clinic’s, nor taken from the clinic that had it first', async () => {
    const uid = '1.2.826.0.1.3680043.10.9.2';
    const { body } = await announce([uid]);
    const examId = body.examId as string;
    await receiveStudy(system.db, ctx(), county.clinics[0]!.id, clock.now(), { study_uid: uid });
    const late = { study_uid: uid, quarantined_at: clock.now().toISOString() };
    await receiveStudy(system.db, ctx(), county.clinics[1]!.id, clock.now(), late);
    expect((await brief(examId)).studyUids).toEqual([uid]);
    const other = await announce(['1.2.826.0.1.3680043.10.9.3']);
    const first = { study_uid: '1.2.826.0.1.3680043.10.9.3' };
    await receiveStudy(system.db, ctx(), county.clinics[1]!.id, clock.now(), first);
    expect((await brief(other.body.examId as string)).studyUids).toEqual([]);
  });

  it('is looked at when a request is changed, too', async () => {
    const sent = request();
    const { body } = await clinic.post('/api/exams', sent);
    const uid = await theirs();
    const changed = await clinic.post('/api/exams', { ...sent, studies: [{ studyInstanceUid: uid }] });
    expect(changed.body.studies).toEqual([]);
    expect(await flagsOf(body.examId as string)).toContain('study_quarantined');
  });
});

describe('信息更正 of a signed exam', () => {
  const correct = (exam: string, given: Demographics): Promise<Exam> =>
    system.db.write(ctx(), async (tx) =>
      system.get(ExamDemographics).correct(tx, await system.get(ExamStates).lock(tx, exam), given, '核对'),
    );

  it('raises the flags of what contradicts itself, as at registration', async () => {
    const exam = await exams.with(1, 'SIGNED');
    await correct(exam.id, { age: 5, ageUnit: 'Y', idNumber: '110105194912310021' });
    expect((await flagsOf(exam.id)).sort()).toEqual(['age_mismatch', 'id_number_invalid']);
  });

  it('makes nobody else of the patient', async () => {
    const exam = await exams.with(1, 'SIGNED');
    const before = await rowOf(exam.id);
    await expect(correct(exam.id, { patientName: '刘芳', sex: 'F', birthDate: '1990-01-01' })).rejects.toMatchObject({
      code: 'other_patient',
      params: { state: 'SIGNED', examId: exam.id },
    });
    expect(await rowOf(exam.id)).toEqual(before);
  });
});

describe('what people read', () => {
  it('names the system where no person linked the images', async () => {
    const exam = await exams.with(1);
    expect((await detail(exam.id)).studies).toMatchObject([{ linkedBy: '系统' }]);
  });

  it('says of each move what is refused', async () => {
    const chief = await signIn(system, county, 'chief1');
    const exam = await exams.with(1);
    const { body } = await gateway(system, county.clinics[1]!).post('/api/exams', request());
    const say = async (verb: string, more: object): Promise<string> =>
      (await chief.post(`/api/exams/${exam.id}/${verb}`, { reason: '核对', ...more })).body.message as string;
    expect([
      await say('merge', { fromExamId: body.examId }),
      await say('exchange', { withExamId: body.examId }),
      await say('rebind', { toExamId: body.examId, studyInstanceUid: exam.uids[0] }),
    ]).toEqual([
      '两项检查不属于同一家卫生院，影像不能合并',
      '两项检查不属于同一家卫生院，影像不能互换',
      '两项检查不属于同一家卫生院，影像不能换绑',
    ]);
  });
});
