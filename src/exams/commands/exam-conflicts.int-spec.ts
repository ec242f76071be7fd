import { gateway, seedCounty, signIn, type TestCounty } from '../../../test/harness/county';
import type { Answer, JsonClient } from '../../../test/harness/json-client';
import { ManualClock } from '../../../test/harness/manual-clock';
import { type System, startSystem } from '../../../test/harness/system';
import { newId } from '../../platform/ids';
import type { ExamState } from '../exam.state';
import { ClinicExams, type TestExam } from '../exams.fixture';

/** Commands of /api/exams that the state allows and something else does not: conflicts with the present state all the same. */
const clock = new ManualClock();
let system: System;
let county: TestCounty;
let exams: ClinicExams;
let tech: JsonClient;
let doctor: JsonClient;
let chief: JsonClient;

beforeAll(async () => {
  system = await startSystem({ role: 'api', clock, env: { REQUESTS_PER_SECOND: '1000' } });
  county = await seedCounty(system);
  exams = new ClinicExams(system, county, clock, gateway(system, county.clinics[0]!));
  tech = await signIn(system, county, 'tech01');
  doctor = await signIn(system, county, 'doctor01');
  chief = await signIn(system, county, 'chief1');
});
afterAll(() => system?.stop());

const at = (state: ExamState, studies = 1): Promise<TestExam> => exams.with(studies, state);
const say = (who: JsonClient, exam: TestExam, verb: string, body: object = {}): Promise<Answer> =>
  who.post(`/api/exams/${exam.id}/${verb}`, body);
/** The same with a reason. */
const post = (who: JsonClient, exam: TestExam, verb: string, body: object = {}): Promise<Answer> =>
  say(who, exam, verb, { reason: '核对', ...body });
const must = async (step: Promise<Answer>): Promise<Answer> => {
  const answer = await step;
  expect(answer.status).toBeLessThan(300);
  return answer;
};

/** Answers the exam of the command's path and what the command was answered. */
type Scene = () => Promise<[TestExam, Answer]>;

const CONFLICTS: readonly (readonly [action: string, code: string, state: ExamState, scene: Scene])[] = [
  [
    'exam.priority',
    'priority_unchanged',
    'QUEUED',
    async () => {
      const exam = await at('QUEUED');
      return [exam, await post(chief, exam, 'priority', { priority: 'ROUTINE' })];
    },
  ],
  [
    'exam.mode',
    'mode_unchanged',
    'QUEUED',
    async () => {
      const exam = await at('QUEUED');
      return [exam, await post(doctor, exam, 'mode', { mode: 'diagnose' })];
    },
  ],
  [
    'exam.hold',
    'already_on_hold',
    'QUEUED',
    async () => {
      const exam = await at('QUEUED');
      await must(post(doctor, exam, 'hold'));
      return [exam, await post(doctor, exam, 'hold')];
    },
  ],
  [
    'exam.hold-release',
    'not_on_hold',
    'SIGNED',
    async () => {
      const exam = await at('SIGNED');
      return [exam, await post(doctor, exam, 'release')];
    },
  ],
  [
    'exam.resubmit',
    'retake_needs_images',
    'RETURNED',
    async () => {
      const exam = await at('RETURNED', 0);
      return [exam, await say(tech, exam, 'resubmit', { note: '已补充' })];
    },
  ],
  [
    'exam.supplement',
    'field_locked',
    'CLAIMED',
    async () => {
      const exam = await at('CLAIMED');
      return [exam, await say(tech, exam, 'supplement', { patientName: '李四' })];
    },
  ],
  [
    'exam.supplement',
    'accession_taken',
    'QUEUED',
    async () => {
      const [exam, other] = [await at('QUEUED'), await at('QUEUED')];
      return [exam, await say(tech, exam, 'supplement', { accessionNumber: other.accession })];
    },
  ],
  [
    'exam.images-link',
    'study_already_linked',
    'QUEUED',
    async () => {
      const exam = await at('QUEUED');
      return [exam, await post(tech, exam, 'link', { studyInstanceUid: exam.uids[0] })];
    },
  ],
  [
    'exam.images-link',
    'study_linked_elsewhere',
    'QUEUED',
    async () => {
      const [exam, other] = [await at('QUEUED'), await at('QUEUED')];
      return [exam, await post(tech, exam, 'link', { studyInstanceUid: other.uids[0] })];
    },
  ],
  [
    'exam.images-rebind',
    'study_not_linked',
    'QUEUED',
    async () => {
      const [exam, other] = [await at('QUEUED'), await at('QUEUED')];
      return [exam, await post(tech, exam, 'rebind', { studyInstanceUid: other.uids[0], toExamId: other.id })];
    },
  ],
  [
    'exam.images-rebind',
    'study_already_linked',
    'QUEUED',
    async () => {
      const [exam, other] = [await at('QUEUED'), await at('QUEUED')];
      const share = { studyInstanceUid: exam.uids[0], toExamId: other.id, keep: true };
      await must(post(tech, exam, 'rebind', share));
      return [exam, await post(tech, exam, 'rebind', share)];
    },
  ],
  [
    'exam.images-merge',
    'merge_claimed',
    'CLAIMED',
    async () => {
      const [exam, from] = [await at('QUEUED'), await at('CLAIMED')];
      return [exam, await post(chief, exam, 'merge', { fromExamId: from.id })];
    },
  ],
  [
    'exam.images-merge',
    'nothing_to_move',
    'QUEUED',
    async () => {
      const [exam, from] = [await at('QUEUED'), await at('REGISTERED', 0)];
      return [exam, await post(tech, exam, 'merge', { fromExamId: from.id })];
    },
  ],
  [
    'exam.images-exchange',
    'nothing_to_move',
    'REGISTERED',
    async () => {
      const [exam, other] = [await at('REGISTERED', 0), await at('REGISTERED', 0)];
      return [exam, await post(tech, exam, 'exchange', { withExamId: other.id })];
    },
  ],
  [
    'exam.images-split',
    'split_all',
    'QUEUED',
    async () => {
      const exam = await at('QUEUED');
      return [exam, await post(tech, exam, 'split', { studyInstanceUids: exam.uids })];
    },
  ],
  [
    'exam.images-split',
    'study_not_linked',
    'QUEUED',
    async () => {
      const [exam, other] = [await at('QUEUED', 2), await at('QUEUED')];
      return [exam, await post(tech, exam, 'split', { studyInstanceUids: other.uids })];
    },
  ],
  [
    'exam.images-split',
    'accession_taken',
    'QUEUED',
    async () => {
      const [exam, other] = [await at('QUEUED', 2), await at('QUEUED')];
      const body = { studyInstanceUids: [exam.uids[0]], accessionNumber: other.accession };
      return [exam, await post(tech, exam, 'split', body)];
    },
  ],
  [
    'exam.images-undo',
    'already_undone',
    'QUEUED',
    async () => {
      const [exam, other] = [await at('QUEUED'), await at('QUEUED')];
      const { body } = await must(post(tech, exam, 'exchange', { withExamId: other.id }));
      await must(post(tech, exam, 'undo', { moveId: body.moveId }));
      return [exam, await post(tech, exam, 'undo', { moveId: body.moveId })];
    },
  ],
  [
    'exam.images-undo',
    'undo_too_late',
    'QUEUED',
    async () => {
      const [exam, other, third] = [await at('QUEUED', 2), await at('QUEUED'), await at('QUEUED')];
      const [studyInstanceUid] = exam.uids;
      const { body } = await must(post(tech, exam, 'rebind', { studyInstanceUid, toExamId: other.id }));
      await must(post(tech, other, 'rebind', { studyInstanceUid, toExamId: third.id }));
      return [exam, await post(tech, exam, 'undo', { moveId: body.moveId })];
    },
  ],
  [
    'exam.flag-resolve',
    'flag_resolved',
    'QUEUED',
    async () => {
      const exam = await at('QUEUED');
      const flag = newId();
      await system.db.relay(system.ctx(county.countyId), (tx) =>
        tx.change(
          `INSERT INTO exam_flag (id, county_id, clinic_id, exam_id, code, details, raised_at)
           SELECT $1, county_id, clinic_id, id, 'content_changed', '{}', $3 FROM exam WHERE id = $2`,
          [flag, exam.id, clock.now()],
        ),
      );
      await must(say(tech, exam, `flags/${flag}/resolve`, { resolution: '已核对' }));
      return [exam, await say(tech, exam, `flags/${flag}/resolve`, { resolution: '已核对' })];
    },
  ],
];

it.each(CONFLICTS)(
  '%s: %s is a conflict with the present state, and written down',
  async (action, code, state, scene) => {
    const [exam, { status, body }] = await scene();
    expect([status, body.code, body.params.state]).toEqual([409, code, state]);
    const traces = await system.db.relay(system.ctx(county.countyId), (tx) =>
      tx.rows('SELECT details FROM audit_event WHERE subject_id = $1 AND action = $2', [exam.id, `${action}.refused`]),
    );
    expect(traces).toMatchObject([{ details: { code, ...body.params } }]);
  },
);
