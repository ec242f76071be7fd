import type { Answered, Seen } from '../../src/reporting/desk.fixture';
import { SECOND } from '../harness/manual-clock';
import { must } from '../harness/signed-exam';
import { until } from '../harness/wait';
import { type CountyDay, REASON, seenOf, type Stand, type Who } from './county-day';

/** Brings an exam to where it is to stand. */
export type Begin = (day: CountyDay) => Promise<Stand>;
/** What somebody does to it there. */
export type Step = (day: CountyDay, at: Stand) => Promise<Answered>;

export const DONE: Answered = { status: 200, body: null };
/** What a person would send who has nothing of it before him. */
const NOTHING: Seen = { fence: 1, version: 1, imageSet: 0 };

/** `begin`, then each step, none of which may fail; what the last one answered is what is before its reader now. */
export const via =
  (begin: Begin, ...steps: readonly Step[]): Begin =>
  async (day) => {
    let at = await begin(day);
    for (const step of steps) {
      const { body } = await must(step(day, at));
      if (typeof body?.fence === 'number' && typeof body.version === 'number') at = { ...at, seen: seenOf(body) };
    }
    return at;
  };

/** A command of /api/exams. */
export const exams =
  (who: Who, verb: string, body: object = REASON): Step =>
  (day, { exam }) =>
    day.exams(who, exam, verb, body);

export const withdraw = exams('tech01', 'withdraw');
export const resubmit = exams('tech01', 'resubmit', { note: '已补充病史' });
export const urge = exams('tech01', 'urge', {});
export const voided = exams('admin', 'void');

export const claim =
  (who: Who): Step =>
  (day, { exam }) =>
    day.worklist(who, exam, 'claim');

/** A command of /api/worklist under the claim. */
const work =
  (who: Who, verb: string, body: object = REASON): Step =>
  (day, { exam, seen = NOTHING }) =>
    day.worklist(who, exam, verb, { fence: seen.fence, ...body });

export const release = (who: Who): Step => work(who, 'release');
export const giveBack = (who: Who): Step => work(who, 'return', { code: 'Q05', wanted: 'retake' });

/** 会诊 asked of the hospital of this number. */
export const consult =
  (who: Who, hospital: number): Step =>
  (day, at) => {
    const to = { hospitalId: day.county.hospitals[hospital - 1]!.id };
    const question = { access: 'read_only', deidentified: false, question: '结节性质？' };
    return work(who, 'consult', { to, ...question })(day, at);
  };

/** The opinion of the asked hospital comes. */
export const opinion =
  (who: Who): Step =>
  async (day, { exam }) => {
    const { body } = await must(day.as(who).get('/api/consultations?box=in&open=true&limit=200'));
    const asked = body.items.find((one: { exam?: { examId: string } }) => one.exam?.examId === exam);
    await must(day.as(who).post(`/api/consultations/${asked.consultationId}/accept`, {}));
    return day.as(who).post(`/api/consultations/${asked.consultationId}/answer`, { opinion: '考虑炎性。' });
  };

/** A command on the report with what the caller has before him. */
export const write =
  (who: Who, step: string, body: object = {}): Step =>
  (day, { exam, seen = NOTHING }) =>
    day.report(who, exam, step, { ...seen, ...body });

export const submit = write('writer11', 'submit');
export const sign = (who: Who): Step => write(who, 'sign');

/** A command on the report that needs no claim. */
export const report =
  (who: Who, step: string, body: object = REASON): Step =>
  (day, { exam }) =>
    day.report(who, exam, step, body);
export const takeBack = (who: Who): Step => report(who, 'takeback', {});

/** Another text in the draft. */
export const edit =
  (who: Who, text: object): Step =>
  async (day, { exam, seen }) => ({ status: 200, body: await day.desk.put(day.as(who), exam, seen!, text) });

/** The readers' list is made of the exam's news a moment later. */
export const comesOntoTheList: Step = async (day, { exam }) => {
  await until('the exam to be on the list', () => day.listed(exam));
  return DONE;
};

/** The lease of `seconds` ends without a heartbeat. */
export const leaseEnds =
  (seconds: number): Step =>
  async (day, { exam }) => {
    day.clock.advance(seconds * SECOND);
    await until('the lease to end', async () => (await day.page(exam)).reading.holder === null);
    expect(await day.audited(exam, 'exam.claim-expired')).toHaveLength(1);
    return DONE;
  };

// Where an exam stands. Exams of the desk have their images at the clinic; the others come with theirs.
export const registered: Begin = (day) => day.registered();
export const uploading: Begin = (day) => day.uploading();
export const uploaded: Begin = async (day) => ({ exam: await day.uploaded(await day.uploading()) });
/** Images that nobody has asked for. */
export const incomplete: Begin = async (day) => {
  const exam = await day.uploaded(await day.uploading({ request: false }));
  await day.inState(exam, 'INCOMPLETE');
  return { exam };
};
export const queued: Begin = async (day) => ({ exam: await day.desk.queued() });
export const claimed: Begin = (day) => day.desk.written();
export const pending = via(claimed, submit);
export const reviewing: Begin = (day) => day.desk.underReview();
export const rejected = via(reviewing, write('reviewer21', 'reject', { reason: '侧别写反' }));
/** In duty hours one doctor's report goes out of an emergency alone. */
export const emergency: Begin = (day) => day.desk.written({}, { priority: 'STAT', source: 'emergency' });
export const preliminary = via(emergency, write('writer11', 'preliminary'));
export const signed: Begin = (day) => day.desk.signed();
export const amending = via(signed, report('reviewer21', 'amend'));
/** 更正 written by the first signer and signed by another. */
export const corrected = via(
  amending,
  edit('reviewer21', { impression: '左肺上叶结节。' }),
  write('reviewer21', 'submit'),
  sign('reviewer11'),
);
export const returned = via(claimed, giveBack('writer11'));
