import { signIn } from '../../../test/harness/county';
import type { Answer, JsonClient } from '../../../test/harness/json-client';
import { ManualClock, SECOND } from '../../../test/harness/manual-clock';
import { IMAGES_AFTER_SIGNING } from '../exams.events';
import { ClinicExams, type TestExam } from '../exams.fixture';
import { ClinicSite } from './clinic-site.fixture';

/**
 * Images of an exam whose preliminary report (临时报告) is at the clinic: it is treated by, whatever state the formal report
 * has reached by now.
 */
const clock = new ManualClock();
let site: ClinicSite;
let exams: ClinicExams;
let tech: JsonClient;
let chief: JsonClient;

beforeAll(async () => {
  site = await ClinicSite.begin(clock);
  exams = new ClinicExams(site.system, site.county, clock, site.clinic);
  tech = await signIn(site.system, site.county, 'tech01');
  chief = await signIn(site.system, site.county, 'chief1');
});
afterAll(() => site?.end());

const issue = (examId: string): Promise<number> =>
  site.change('UPDATE exam SET preliminary_at = $2 WHERE id = $1', [examId, clock.now()]);

async function reported(studies: number, state: string): Promise<TestExam> {
  const exam = await exams.with(studies, state);
  await issue(exam.id);
  return exam;
}

/** What those who answer for its report are to hear of. */
async function news(examId: string): Promise<object[]> {
  const rows = await site.rows<{ payload: object }>(
    'SELECT payload FROM outbox_message WHERE event = $1 AND subject_id = $2',
    [IMAGES_AFTER_SIGNING, examId],
  );
  return rows.map(({ payload }) => payload);
}

const post = (who: JsonClient, examId: string, verb: string, body: object = {}): Promise<Answer> =>
  who.post(`/api/exams/${examId}/${verb}`, { reason: '影像不是此人', ...body });
const codeOf = ({ status, body }: Answer): [number, string | undefined] => [status, body.code];
const uidsOf = async (examId: string): Promise<string[]> =>
  (await site.detail(examId)).studies.map((study) => study.studyInstanceUid);

it.each(['PRELIM_ISSUED', 'REVIEWING', 'REVISING', 'CLAIMED', 'QUEUED', 'RETURNED', 'CONSULTING'])(
  'are not moved while it is %s, unless the identity is in doubt; then it is flagged and told',
  async (state) => {
    const [out, right] = [await reported(1, state), await exams.with(0, 'REGISTERED')];
    const body = { studyInstanceUid: out.uids[0], toExamId: right.id };
    for (const who of [tech, chief])
      expect(codeOf(await post(who, out.id, 'rebind', body))).toEqual([409, 'images_fixed']);
    expect([await uidsOf(out.id), await news(out.id)]).toEqual([out.uids, []]);
    await post(chief, out.id, 'hold');
    expect(codeOf(await post(tech, out.id, 'rebind', body))).toEqual([409, 'images_fixed']);
    expect((await post(chief, out.id, 'rebind', body)).status).toBe(200);
    const { imageSet, flags } = await site.detail(out.id);
    expect(flags).toContainEqual(
      expect.objectContaining({ code: 'images_moved_after_preliminary', details: { imageSet } }),
    );
    expect(await news(out.id)).toEqual([{ imageSet }]);
    expect(await news(right.id)).toEqual([]);
  },
);

it.each(['PRELIM_ISSUED', 'REVIEWING', 'REVISING', 'CLAIMED', 'CONSULTING'])(
  'that come while it is %s open a flag, and are told',
  async (state) => {
    const { id, studyIds } = await reported(1, state);
    const [studyId] = studyIds as [string];
    clock.advance(SECOND);
    await site.more(studyId);
    await site.assemble(studyId);
    expect(await site.detail(id)).toMatchObject({
      state,
      imageSet: 2,
      flags: [{ code: 'images_after_preliminary', studyId, details: { imageSet: 2 } }],
    });
    expect(await news(id)).toEqual([{ imageSet: 2 }]);
  },
);

it('do not go into another exam with all the rest: it would be withdrawn', async () => {
  const [whole, out] = [await exams.with(1), await reported(1, 'QUEUED')];
  await post(chief, out.id, 'hold');
  expect(codeOf(await post(chief, whole.id, 'merge', { fromExamId: out.id }))).toEqual([409, 'merge_claimed']);
  expect([(await site.detail(out.id)).state, await uidsOf(out.id)]).toEqual(['QUEUED', out.uids]);
});

it('do not go back to the exam that they were split from: theirs would be withdrawn', async () => {
  const { id, uids, accession } = await exams.with(2);
  const split = { studyInstanceUids: [uids[1]], accessionNumber: `${accession}-2` };
  const { body } = await post(chief, id, 'split', split);
  const [, sibling] = body.examIds as [string, string];
  await issue(sibling);
  await post(chief, sibling, 'hold');
  expect(codeOf(await post(chief, id, 'undo', { moveId: body.moveId }))).toEqual([409, 'undo_too_late']);
  expect([(await site.detail(sibling)).state, await uidsOf(sibling)]).toEqual(['QUEUED', [uids[1]]]);
});

it('come with no other name for its patient, though the header was corrected under a doubt', async () => {
  const { id: studyId } = await site.study({ accession_number: 'OUT-1', patient_local_id: 'P1', patient_name: '王芳' });
  await site.assemble(studyId);
  const [id] = (await site.examsOfStudy(studyId)) as [string];
  await issue(id);
  await post(tech, id, 'hold');
  clock.advance(SECOND);
  await site.change(
    "UPDATE dicom_study SET patient_local_id = 'P2', patient_name = '刘伟', last_image_at = $2 WHERE id = $1",
    [studyId, clock.now()],
  );
  await site.assemble(studyId);
  expect(await site.detail(id)).toMatchObject({ patientLocalId: 'P1', patientName: '王芳', imageSet: 2 });
});
