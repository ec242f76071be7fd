import { report } from '../../src/reporting/desk.fixture';
import { signIn } from '../harness/county';
import { MINUTE } from '../harness/manual-clock';
import { must } from '../harness/signed-exam';
import { until } from '../harness/wait';
import { CountyDay, REASON, type Who } from './county-day';

/**
 * 远程诊断(审核): the clinic's own doctor writes and hands in, the centre 审签s. Until he hands in the exam is his and on no
 * list; what he wrote, and why it came back, is before him as it is before a writer of the centre.
 */

let today: CountyDay;
beforeAll(async () => {
  today = await CountyDay.begin();
  for (const who of ['doctor01', 'doctor02'] as const) {
    const licence = { licenceNumber: `1103300000000${who.slice(-2)}`, licenceValidUntil: '2035-12-31' };
    await must(today.as('secadmin').patch(`/api/people/${today.idOf(who)}`, licence));
  }
});
afterAll(() => today.end());

const TEXT = {
  technique: '胸部CT平扫',
  findings: '右肺上叶见小结节。',
  impression: '右肺上叶结节。',
  recommendation: '',
};
const mode = (exam: string, to: 'diagnose' | 'review') =>
  today.exams('doctor01', exam, 'mode', { mode: to, ...REASON });
const save = (exam: string, version: number, text: object = {}) =>
  today.as('doctor01').put(report(exam, '/clinic-draft'), { version, positive: 1, ...TEXT, ...text });
const handIn = (exam: string, version: number) =>
  today.report('doctor01', exam, 'clinic-submit', { version, imageSet: 0 });
const reportAs = async (who: Who, exam: string): Promise<any> => (await must(today.as(who).get(report(exam)))).body;
const reads = async (who: Who, exam: string, what: 'lint' | 'trace'): Promise<number> =>
  (await today.as(who).get(report(exam, `/${what}`))).status;
const offTheList = (exam: string) => until('the exam off the list', async () => !(await today.listed(exam)));
const onTheList = (exam: string) => until('the exam on the list', () => today.listed(exam));

/** Registered to be written at the clinic, before its news has been heard anywhere, and after. */
async function theClinics(): Promise<string> {
  const exam = await today.desk.queued();
  await must(mode(exam, 'review'));
  await offTheList(exam);
  return exam;
}

/** Written and handed in by the clinic's doctor. */
async function handedIn(text: object = {}): Promise<string> {
  const exam = await theClinics();
  const { body } = await must(save(exam, 0, text));
  await must(handIn(exam, body.version));
  return exam;
}

it('goes through save, submit, 驳回 with its reason, the text mended, and 审签', async () => {
  const exam = await theClinics();
  await must(save(exam, 0));
  expect(await reportAs('doctor01', exam)).toMatchObject({
    draft: { version: 1, own: true, findings: TEXT.findings },
    submissions: [],
  });
  const submitted = await must(handIn(exam, 1));
  expect(submitted.body).toMatchObject({ state: 'PENDING_REVIEW', lint: { results: expect.any(Array), critical: [] } });
  const seen = await today.claim('reviewer21', exam);
  await must(today.report('reviewer21', exam, 'reject', { ...seen, reason: '右侧肋膈角未描述' }));

  const told = await until('the writer to be told', async () => (await today.told('doctor01', exam))[0]);
  expect(told.text).toContain('原因见检查页面');
  const { state, reading } = await today.page(exam, 'doctor01');
  expect([state, reading.badge]).toMatchObject([
    'REVISING',
    { kind: 'reject', name: '驳回', reason: '右侧肋膈角未描述' },
  ]);
  expect(new Date(reading.reservedUntil).getTime()).toBe(today.clock.now().getTime() + 15 * MINUTE);
  expect(await reportAs('doctor01', exam)).toMatchObject({
    draft: { version: 1, own: true, findings: TEXT.findings },
    submissions: [{ outcome: 'rejected', reason: '右侧肋膈角未描述', impression: TEXT.impression }],
  });

  await must(save(exam, 1, { findings: '右肺上叶见小结节。右侧肋膈角锐利。' }));
  expect((await must(today.as('doctor01').get(report(exam, '/lint')))).body).toMatchObject({
    version: 2,
    obstacle: null,
  });
  await must(handIn(exam, 2));
  await must(today.report('reviewer21', exam, 'sign', await today.claim('reviewer21', exam)));
  const { versions } = await reportAs('doctor01', exam);
  expect(versions).toMatchObject([
    { findings: '右肺上叶见小结节。右侧肋膈角锐利。', writer: { personId: today.idOf('doctor01') } },
  ]);
  const traced = async (who: Who): Promise<{ step: string; changes: object }[]> =>
    (await must(today.as(who).get(report(exam, '/trace')))).body.steps;
  const names = (steps: { step: string }[]): string[] => steps.map(({ step }) => step);
  expect(names(await traced('reviewer21'))).toEqual(['submitted', 'submitted', 'signed']);
  const own = await traced('doctor01');
  expect([names(own), Object.keys(own[1]!.changes)]).toEqual([['submitted', 'submitted'], ['findings']]);
});

it('shows the doctor nothing of the signed text in the trace, before and after a recall, and counts as no look', async () => {
  const exam = await handedIn();
  const seen = await today.claim('reviewer21', exam);
  const edited = await today.desk.put(today.as('reviewer21'), exam, seen, { impression: '右肺上叶占位。' });
  await must(today.report('reviewer21', exam, 'sign', edited));
  // A window of the signer that is still open saves too late: kept for the centre, and not the clinic's to read.
  const { fence, version } = edited;
  const late = await today
    .as('reviewer21')
    .put(report(exam, '/draft'), { fence, version, positive: 1, ...TEXT, impression: '占位。' });
  expect(late.status).toBe(409);
  const trace = async (who: Who = 'doctor01'): Promise<any> =>
    (await must(today.as(who).get(report(exam, '/trace')))).body;
  const before = await trace();
  expect(before.steps).toMatchObject([{ step: 'submitted', by: { personId: today.idOf('doctor01') }, changes: {} }]);
  expect(JSON.stringify(before)).not.toContain('占位');
  expect((await trace('reviewer21')).kept[0]).toMatchObject({ why: 'refused', impression: '占位。' });
  await must(today.report('reviewer21', exam, 'recall', REASON));
  expect(await trace()).toEqual(before);
  expect((await trace('reviewer21')).steps).toHaveLength(2);
});

it('tells the doctor what the lint says of his text, before and as he hands it in', async () => {
  const exam = await theClinics();
  await must(save(exam, 0, { impression: '' }));
  const before = (await must(today.as('doctor01').get(report(exam, '/lint')))).body;
  expect(before.results).toMatchObject([{ code: 'EMPTY_IMPRESSION' }]);
  expect((await must(handIn(exam, 1))).body.lint.results).toEqual(before.results);
});

describe('what is being written', () => {
  it('is before nobody else of the clinic, no other clinic, and no machine', async () => {
    const exam = await handedIn();
    const nothing = { draft: null, submissions: [], annexes: [], amendment: null };
    expect(await reportAs('tech01', exam)).toMatchObject(nothing);
    expect((await must(today.machine.get(report(exam)))).body).toMatchObject(nothing);
    expect((await today.page(exam, 'tech01')).reading).not.toHaveProperty('badge');
    for (const what of ['lint', 'trace'] as const) {
      expect([await reads('tech01', exam, what), await reads('doctor02', exam, what)]).toEqual([403, 404]);
      expect((await today.machine.get(report(exam, `/${what}`))).status).toBe(403);
    }
    expect((await today.as('doctor02').get(report(exam))).status).toBe(404);
    expect((await today.report('doctor02', exam, 'clinic-takeback', {})).status).toBe(404);
    expect((await today.report('tech01', exam, 'clinic-takeback', {})).status).toBe(403);
    // Who manages the list may see the trace, as before; what is said to a writer is for writers.
    expect([await reads('admin', exam, 'trace'), await reads('admin', exam, 'lint')]).toEqual([200, 403]);
  });

  it('is the centre’s alone where the centre writes', async () => {
    const { exam } = await today.desk.underReview();
    expect(await reportAs('doctor01', exam)).toMatchObject({ draft: null, submissions: [] });
    expect((await today.page(exam, 'doctor01')).reading).not.toHaveProperty('badge');
    for (const what of ['lint', 'trace'] as const) expect(await reads('doctor01', exam, what)).toBe(403);
    const back = await today.report('doctor01', exam, 'clinic-takeback', {});
    expect([back.status, back.body.code]).toEqual([409, 'not_clinic_written']);
  });
});

describe('收回', () => {
  it('gives the exam back to the clinic until a reviewer claims it', async () => {
    const exam = await handedIn();
    await onTheList(exam);
    const back = await must(today.report('doctor01', exam, 'clinic-takeback', {}));
    expect(back.body).toMatchObject({ state: 'QUEUED', version: 1, imageSet: 0 });
    expect(await today.listed(exam, 'reviewer21')).toBeUndefined();
    expect((await today.worklist('reviewer21', exam, 'claim')).body.code).toBe('written_at_clinic');
    expect(await reportAs('doctor01', exam)).toMatchObject({
      draft: { version: 1 },
      submissions: [{ outcome: 'taken_back' }],
    });
    const again = await today.report('doctor01', exam, 'clinic-takeback', {});
    expect([again.status, again.body.code, again.body.params.state]).toEqual([409, 'exam_state_conflict', 'QUEUED']);

    await must(save(exam, 1, { impression: '右肺上叶结节，建议复查。' }));
    await must(handIn(exam, 2));
    await today.claim('reviewer21', exam);
    const late = await today.report('doctor01', exam, 'clinic-takeback', {});
    expect([late.status, late.body.code, late.body.params.state]).toEqual([409, 'exam_state_conflict', 'REVIEWING']);
    expect((await today.audited(exam, 'report.takeback')).length).toBe(1);
    expect((await today.audited(exam, 'report.takeback.refused')).length).toBe(2);
  });

  it('is his who handed it in, not another doctor’s of his clinic', async () => {
    const exam = await handedIn();
    const grants = [{ role: 'ordering_doctor', clinicId: today.county.clinics[0]!.id }];
    await must(today.as('secadmin').patch(`/api/people/${today.idOf('doctor02')}`, { grants }));
    const colleague = await signIn(today.system, today.county, 'doctor02');
    const { status, body } = await colleague.post(report(exam, '/clinic-takeback'), {});
    expect([status, body.code, body.params.state]).toEqual([409, 'not_the_writer', 'PENDING_REVIEW']);
  });
});

describe('the readers’ list', () => {
  it('loses an exam that is given to the clinic to write, and refuses it at once', async () => {
    const exam = await today.desk.queued();
    await must(mode(exam, 'review'));
    const claims = [await today.worklist('writer11', exam, 'claim'), await today.worklist('chief1', exam, 'claim')];
    expect(claims.map(({ status, body }) => [status, body.code])).toEqual([
      [409, 'written_at_clinic'],
      [409, 'written_at_clinic'],
    ]);
    await offTheList(exam);
    expect(await today.listed(exam, 'writer12', '&state=QUEUED')).toBeUndefined();
    expect(await today.listed(exam, 'writer12', '&state=QUEUED,SIGNED')).toBeUndefined();
    const assigned = await today.worklist('chief1', exam, 'assign', { personId: today.idOf('writer11'), ...REASON });
    expect([assigned.status, assigned.body.code]).toEqual([409, 'written_at_clinic']);
    expect((await save(exam, 0)).status).toBe(200);
  });

  it('loses one whose kind of pictures, put right, is the clinic’s to write', async () => {
    const modes = `/api/clinics/${today.county.clinics[0]!.id}/modes`;
    await must(today.as('sysadmin').put(modes, { modality: 'DX', mode: 'review' }));
    const exam = await today.desk.queued();
    await must(today.exams('tech01', exam, 'supplement', { modality: 'DX', itemName: '胸部正位' }));
    const claim = await today.worklist('writer11', exam, 'claim');
    expect([claim.status, claim.body.code]).toEqual([409, 'written_at_clinic']);
    await offTheList(exam);
  });

  it('does not get back what a reviewer returned and the clinic has answered, nor names its doctor as a reader', async () => {
    const exam = await handedIn();
    const { fence } = await today.claim('reviewer21', exam);
    await must(today.worklist('reviewer21', exam, 'return', { fence, code: 'C01', wanted: 'supplement' }));
    await must(today.exams('tech01', exam, 'resubmit', { note: '已补充病史' }));
    const { reading } = await today.page(exam);
    expect(reading.assignment).toBeNull();
    // Long after its limit too: nobody but its clinic goes on with it.
    today.clock.advance(100 * MINUTE);
    expect(await today.listed(exam)).toBeUndefined();
    expect((await today.worklist('chief1', exam, 'claim')).body.code).toBe('written_at_clinic');
    await must(save(exam, 1, { impression: '右肺上叶结节，建议复查。' }));
    await must(handIn(exam, 2));
    await onTheList(exam);
    expect((await today.worklist('reviewer21', exam, 'claim')).status).toBe(200);
  });

  it('keeps for the centre what it took over because the clinic did not take up a 驳回', async () => {
    const exam = await handedIn();
    const seen = await today.claim('reviewer21', exam);
    await must(today.report('reviewer21', exam, 'reject', { ...seen, reason: '请补充右侧肋膈角' }));
    expect((await today.worklist('writer11', exam, 'claim')).body.code).toBe('reserved_for_writer');
    today.clock.advance(15 * MINUTE);
    const { fence } = await today.claim('writer11', exam);
    const late = await save(exam, 1, { findings: '右侧肋膈角锐利。' });
    expect([late.status, late.body.code, late.body.params.state]).toEqual([409, 'not_clinic_written', 'CLAIMED']);
    const { kept } = (await must(today.as('writer11').get(report(exam, '/trace')))).body;
    expect(kept).toMatchObject([
      { why: 'refused', by: { personId: today.idOf('doctor01') }, findings: '右侧肋膈角锐利。' },
    ]);
    await must(today.worklist('writer11', exam, 'release', { fence, ...REASON }));
    expect(await today.listed(exam)).toMatchObject({ state: 'QUEUED', mode: 'diagnose' });
    expect((await today.worklist('writer12', exam, 'claim')).status).toBe(200);
  });

  it('gets what the clinic’s doctor, who is away, gives to the centre, with what he wrote', async () => {
    const exam = await handedIn();
    await must(today.report('doctor01', exam, 'clinic-takeback', {}));
    await must(mode(exam, 'diagnose'));
    const item = await onTheList(exam);
    expect(item).toMatchObject({ stage: 'write', mode: 'diagnose', state: 'QUEUED' });
    const seen = await today.claim('writer11', exam);
    expect(await reportAs('writer11', exam)).toMatchObject({
      draft: { version: 1, own: false, author: { personId: today.idOf('doctor01') } },
    });
    expect(await reportAs('doctor01', exam)).toMatchObject({ draft: null, submissions: [] });
    await must(today.report('writer11', exam, 'submit', seen));
    await must(today.report('reviewer21', exam, 'sign', await today.claim('reviewer21', exam)));
  });
});
