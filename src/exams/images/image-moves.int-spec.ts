import { gateway, seedCounty, signIn, type TestCounty } from '../../../test/harness/county';
import type { Answer, JsonClient } from '../../../test/harness/json-client';
import { ManualClock } from '../../../test/harness/manual-clock';
import { type System, startSystem } from '../../../test/harness/system';
import { Assembly } from './assembly';
import { Exams } from '../exams';
import type { ExamDetail } from '../exam.view';
import { ClinicExams, receiveStudy, request, type StudyRow, type TestExam } from '../exams.fixture';

const clock = new ManualClock();
let system: System;
let county: TestCounty;
let clinic: JsonClient;
let made: ClinicExams;
let tech: JsonClient;
let writer: JsonClient;
let chief: JsonClient;

beforeAll(async () => {
  system = await startSystem({ role: 'api', clock });
  county = await seedCounty(system);
  clinic = gateway(system, county.clinics[0]!);
  made = new ClinicExams(system, county, clock, clinic);
  [tech, writer, chief] = (await Promise.all(
    ['tech01', 'writer11', 'chief1'].map((name) => signIn(system, county, name)),
  )) as [JsonClient, JsonClient, JsonClient];
});
afterAll(() => system?.stop());

const ctx = () => system.ctx(county.countyId);
const detail = (examId: string): Promise<ExamDetail> => system.get(Exams).detail(ctx(), examId);
const change = (sql: string, params: readonly unknown[]): Promise<number> =>
  system.db.relay(ctx(), (tx) => tx.change(sql, params));
const correctionsOpen = async (studyId: string): Promise<boolean> => {
  const [row] = await system.db.relay(ctx(), (tx) =>
    tx.rows<{ corrections_since: Date | null }>('SELECT corrections_since FROM dicom_study WHERE id = $1', [studyId]),
  );
  return row!.corrections_since !== null;
};
const codeOf = ({ status, body }: Answer): [number, string | undefined] => [status, body.code];
const uidsOf = async (examId: string): Promise<string[]> =>
  (await detail(examId)).studies.map((study) => study.studyInstanceUid);

const examWith = (studies: number, state?: string, header?: StudyRow): Promise<TestExam> =>
  made.with(studies, state, header);

describe('rebind', () => {
  it('takes one study to its right exam and closes it for corrections; the doubt about what is left stays', async () => {
    const [wrong, right] = [await examWith(2, 'CLAIMED'), await examWith(0, 'REGISTERED')];
    await writer.post(`/api/exams/${wrong.id}/hold`, { reason: '影像不是此人' });
    expect(await Promise.all(wrong.studyIds.map(correctionsOpen))).toEqual([true, true]);
    const { status } = await chief.post(`/api/exams/${wrong.id}/rebind`, {
      studyInstanceUid: wrong.uids[0],
      toExamId: right.id,
      reason: '技师选错患者',
    });
    expect(status).toBe(200);
    expect(await detail(wrong.id)).toMatchObject({ state: 'CLAIMED', imageSet: 3, identityHold: true });
    expect(await detail(right.id)).toMatchObject({
      state: 'QUEUED',
      imageSet: 1,
      imagesComplete: 'assumed',
      identityHold: false,
    });
    expect([await uidsOf(wrong.id), await uidsOf(right.id)]).toEqual([[wrong.uids[1]], [wrong.uids[0]]]);
    expect(await Promise.all(wrong.studyIds.map(correctionsOpen))).toEqual([false, true]);
    const rest = { studyInstanceUid: wrong.uids[1], toExamId: right.id, reason: '技师选错患者' };
    expect((await chief.post(`/api/exams/${wrong.id}/rebind`, rest)).status).toBe(200);
    expect((await detail(wrong.id)).identityHold).toBe(false);
    expect(await Promise.all(wrong.studyIds.map(correctionsOpen))).toEqual([false, false]);
  });

  it('answers no doubt about images that were there before, and sharing a study none at all', async () => {
    const [one, other] = [await examWith(2), await examWith(1)];
    for (const { id } of [one, other]) await writer.post(`/api/exams/${id}/hold`, { reason: '影像不是此人' });
    const move = (n: number, keep: boolean): Promise<Answer> =>
      chief.post(`/api/exams/${one.id}/rebind`, {
        studyInstanceUid: one.uids[n],
        toExamId: other.id,
        keep,
        reason: '技师选错患者',
      });
    expect([(await move(0, true)).status, (await move(1, false)).status]).toEqual([200, 200]);
    expect([(await detail(one.id)).identityHold, (await detail(other.id)).identityHold]).toEqual([true, true]);
    expect(await Promise.all([...one.studyIds, ...other.studyIds].map(correctionsOpen))).toEqual([true, true, true]);
  });

  it('is done by the technician who sent them: before a claim, and under a hold while they are read', async () => {
    const [wrong, right] = [await examWith(1, 'QUEUED'), await examWith(0, 'REGISTERED')];
    const move = (from: TestExam, to: TestExam): Promise<Answer> =>
      tech.post(`/api/exams/${from.id}/rebind`, {
        studyInstanceUid: wrong.uids[0],
        toExamId: to.id,
        reason: '选错患者',
      });
    expect((await move(wrong, right)).status).toBe(200);
    await change('UPDATE exam SET state = $2 WHERE id = $1', [right.id, 'CLAIMED']);
    expect(codeOf(await move(right, wrong))).toEqual([409, 'images_fixed']);
    await writer.post(`/api/exams/${right.id}/hold`, { reason: '影像不是此人' });
    expect((await move(right, wrong)).status).toBe(200);
    expect([await uidsOf(wrong.id), await uidsOf(right.id)]).toEqual([wrong.uids, []]);
    const neighbour = await signIn(system, county, 'tech02');
    const foreign = { studyInstanceUid: wrong.uids[0], toExamId: right.id, reason: 'x' };
    expect((await neighbour.post(`/api/exams/${wrong.id}/rebind`, foreign)).status).toBe(404);
  });

  it('sends an exam that has no image left back to the clinic', async () => {
    const [wrong, right] = [await examWith(1), await examWith(0, 'REGISTERED')];
    await chief.post(`/api/exams/${wrong.id}/rebind`, {
      studyInstanceUid: wrong.uids[0],
      toExamId: right.id,
      reason: '选错患者',
    });
    expect(await detail(wrong.id)).toMatchObject({
      state: 'RETURNED',
      imagesComplete: null,
      firstByteAt: null,
      returned: { code: 'P01', wanted: 'retake', note: '选错患者', since: clock.now() },
      badge: { kind: 'return', reason: 'P01 患者信息不符', by: '主任1', at: clock.now() },
    });
  });

  it('tells the reader who has claimed it instead', async () => {
    const [wrong, right] = [await examWith(1, 'CLAIMED'), await examWith(0, 'REGISTERED')];
    await chief.post(`/api/exams/${wrong.id}/rebind`, {
      studyInstanceUid: wrong.uids[0],
      toExamId: right.id,
      reason: '选错患者',
    });
    expect(await detail(wrong.id)).toMatchObject({
      state: 'CLAIMED',
      imageSet: 2,
      imagesComplete: null,
      flags: [{ code: 'images_moved_away' }],
    });
  });

  it('leaves the study with both exams when asked to: chest and abdomen in one scan', async () => {
    const [chest, abdomen] = [await examWith(1), await examWith(0, 'REGISTERED')];
    const body = { studyInstanceUid: chest.uids[0], toExamId: abdomen.id, keep: true, reason: '胸腹联合扫描' };
    expect((await chief.post(`/api/exams/${chest.id}/rebind`, body)).status).toBe(200);
    expect([await uidsOf(chest.id), await uidsOf(abdomen.id)]).toEqual([chest.uids, chest.uids]);
    expect(await detail(chest.id)).toMatchObject({ state: 'QUEUED', imageSet: 1 });
    expect(await detail(abdomen.id)).toMatchObject({ state: 'QUEUED', imageSet: 1 });
    expect(codeOf(await chief.post(`/api/exams/${chest.id}/rebind`, body))).toEqual([409, 'study_already_linked']);
  });

  it('moves nothing after signing, unless the identity is in doubt; then the report is flagged', async () => {
    const [signed, right] = [await examWith(1, 'SIGNED'), await examWith(0, 'REGISTERED')];
    const body = { studyInstanceUid: signed.uids[0], toExamId: right.id, reason: '选错患者' };
    expect(codeOf(await chief.post(`/api/exams/${signed.id}/rebind`, body))).toEqual([409, 'images_fixed']);
    await chief.post(`/api/exams/${signed.id}/hold`, { reason: '影像不是此人' });
    expect((await chief.post(`/api/exams/${signed.id}/rebind`, body)).status).toBe(200);
    expect(await detail(signed.id)).toMatchObject({
      state: 'SIGNED',
      identityHold: false,
      flags: [{ code: 'images_moved_after_signing' }],
    });
  });

  it('refuses what is not there, not his, or the same', async () => {
    const [one, two] = [await examWith(1), await examWith(1)];
    const rebind = (body: object): Promise<Answer> =>
      chief.post(`/api/exams/${one.id}/rebind`, { reason: 'x', ...body });
    expect(codeOf(await rebind({ studyInstanceUid: '1.2.3', toExamId: two.id }))).toEqual([404, 'study_unknown']);
    expect(codeOf(await rebind({ studyInstanceUid: two.uids[0], toExamId: two.id }))).toEqual([
      409,
      'study_not_linked',
    ]);
    expect(codeOf(await rebind({ studyInstanceUid: one.uids[0], toExamId: one.id }))).toEqual([400, 'same_exam']);
    const foreign = await gateway(system, county.clinics[1]!).post('/api/exams', request());
    expect(codeOf(await rebind({ studyInstanceUid: one.uids[0], toExamId: foreign.body.examId }))).toEqual([
      409,
      'other_clinic',
    ]);
    expect(
      (
        await writer.post(`/api/exams/${one.id}/rebind`, {
          studyInstanceUid: one.uids[0],
          toExamId: two.id,
          reason: 'x',
        })
      ).status,
    ).toBe(403);
  });
});

describe('exchange', () => {
  it('swaps the images of two patients and undoes it', async () => {
    const [one, two] = [await examWith(2), await examWith(1, 'CLAIMED')];
    const { body } = await chief.post(`/api/exams/${one.id}/exchange`, { withExamId: two.id, reason: '两人影像互换' });
    expect([await uidsOf(one.id), await uidsOf(two.id)]).toEqual([two.uids, one.uids]);
    expect([(await detail(one.id)).state, (await detail(two.id)).state]).toEqual(['QUEUED', 'CLAIMED']);
    expect((await chief.post(`/api/exams/${two.id}/undo`, { moveId: body.moveId, reason: '看错了' })).status).toBe(204);
    expect([await uidsOf(one.id), await uidsOf(two.id)]).toEqual([one.uids, two.uids]);
    expect((await detail(one.id)).imageSet).toBe(4);
    expect(codeOf(await chief.post(`/api/exams/${two.id}/undo`, { moveId: body.moveId, reason: '再来' }))).toEqual([
      409,
      'already_undone',
    ]);
  });
});

describe('merge', () => {
  it('brings a second accession number of the same examination in, and undoes it', async () => {
    const [whole, half] = [await examWith(1, 'CLAIMED'), await examWith(1, 'UPLOADING')];
    const { status, body } = await chief.post(`/api/exams/${whole.id}/merge`, {
      fromExamId: half.id,
      reason: '机器重启后号变了',
    });
    expect(status).toBe(200);
    expect(await detail(whole.id)).toMatchObject({ state: 'CLAIMED', imageSet: 2 });
    expect((await uidsOf(whole.id)).sort()).toEqual([...whole.uids, ...half.uids].sort());
    expect(await detail(half.id)).toMatchObject({
      state: 'WITHDRAWN',
      studies: [],
      stateReason: `已并入检查 ${whole.accession}`,
    });
    expect(
      (await chief.post(`/api/exams/${whole.id}/undo`, { moveId: body.moveId, reason: '不是同一次' })).status,
    ).toBe(204);
    expect(await uidsOf(whole.id)).toEqual(whole.uids);
    expect(await detail(half.id)).toMatchObject({ state: 'QUEUED', studies: [{ studyInstanceUid: half.uids[0] }] });
    expect((await detail(whole.id)).imageMoves).toMatchObject([
      { kind: 'merge', reason: '机器重启后号变了', doneBy: '主任1', undoneAt: clock.now() },
    ]);
  });

  it('follows a suggestion, and settles it', async () => {
    const { body: exam } = await clinic.post('/api/exams', request({ patientLocalId: 'P-SUGGEST' }));
    const { id } = await receiveStudy(system.db, ctx(), county.clinics[0]!.id, clock.now(), {
      patient_local_id: 'P-SUGGEST',
      patient_name: '张三',
    });
    await system.db.write(ctx(), (tx) => system.get(Assembly).assemble(tx, id, false));
    const [loose] = (await clinic.get('/api/exams?q=P-SUGGEST')).body.items;
    expect((await detail(loose.examId)).flags).toMatchObject([{ code: 'match_suggested', resolvedAt: null }]);
    await chief.post(`/api/exams/${exam.examId}/merge`, { fromExamId: loose.examId, reason: '同一次检查' });
    expect((await detail(loose.examId)).flags).toMatchObject([{ code: 'match_suggested', resolution: '已合并' }]);
    expect((await detail(exam.examId)).state).toBe('UPLOADING');
  });

  it('not from an exam that somebody reads, and not of nothing', async () => {
    const [one, claimed, empty] = [await examWith(1), await examWith(1, 'CLAIMED'), await examWith(0, 'REGISTERED')];
    const merge = (fromExamId: string): Promise<Answer> =>
      chief.post(`/api/exams/${one.id}/merge`, { fromExamId, reason: 'x' });
    expect(codeOf(await merge(claimed.id))).toEqual([409, 'merge_claimed']);
    expect(codeOf(await merge(empty.id))).toEqual([409, 'nothing_to_move']);
  });
});

describe('split', () => {
  it('gives some studies an exam of their own, and undoes it', async () => {
    const exam = await examWith(3);
    const split = { studyInstanceUids: [exam.uids[1]], accessionNumber: `${exam.accession}-2`, reason: '两次检查' };
    const { body } = await chief.post(`/api/exams/${exam.id}/split`, split);
    const [, made] = body.examIds as [string, string];
    expect(await detail(made)).toMatchObject({
      state: 'QUEUED',
      accessionNumber: `${exam.accession}-2`,
      patientName: '张三',
      imageSet: 1,
      missing: [],
      studies: [{ studyInstanceUid: exam.uids[1], linkedHow: 'split' }],
    });
    expect(await uidsOf(exam.id)).toEqual([exam.uids[0], exam.uids[2]]);
    expect((await chief.post(`/api/exams/${exam.id}/undo`, { moveId: body.moveId, reason: '其实一次' })).status).toBe(
      204,
    );
    expect(await uidsOf(exam.id)).toEqual(exam.uids);
    expect(await detail(made)).toMatchObject({ state: 'WITHDRAWN', studies: [] });
  });

  it('without an accession number the new exam waits for one', async () => {
    const exam = await examWith(2);
    const { body } = await chief.post(`/api/exams/${exam.id}/split`, {
      studyInstanceUids: [exam.uids[0]],
      reason: '两次检查',
    });
    expect(await detail(body.examIds[1])).toMatchObject({ state: 'INCOMPLETE', missing: ['accessionNumber'] });
    const named = await tech.post(`/api/exams/${body.examIds[1]}/supplement`, {
      accessionNumber: `${exam.accession}-3`,
    });
    expect(named.body.state).toBe('QUEUED');
  });

  it('leaves at least one study, and takes no number twice', async () => {
    const [exam, other] = [await examWith(2), await examWith(1)];
    const split = (body: object): Promise<Answer> =>
      chief.post(`/api/exams/${exam.id}/split`, { reason: 'x', ...body });
    expect(codeOf(await split({ studyInstanceUids: exam.uids }))).toEqual([409, 'split_all']);
    expect(codeOf(await split({ studyInstanceUids: other.uids }))).toEqual([409, 'study_not_linked']);
    expect(codeOf(await split({ studyInstanceUids: [exam.uids[0]], accessionNumber: other.accession }))).toEqual([
      409,
      'accession_taken',
    ]);
    expect(await uidsOf(exam.id)).toEqual(exam.uids);
  });
});

describe('link', () => {
  it('gives a study that is nobody’s to an exam by hand, and undoes it', async () => {
    const exam = await examWith(1);
    const { uid } = await receiveStudy(system.db, ctx(), county.clinics[0]!.id, clock.now());
    const { body } = await chief.post(`/api/exams/${exam.id}/link`, { studyInstanceUid: uid, reason: '患者自带光盘' });
    expect(await uidsOf(exam.id)).toContain(uid);
    expect((await detail(exam.id)).imageSet).toBe(2);
    const again = await chief.post(`/api/exams/${exam.id}/link`, { studyInstanceUid: uid, reason: 'x' });
    expect(codeOf(again)).toEqual([409, 'study_already_linked']);
    expect((await chief.post(`/api/exams/${exam.id}/undo`, { moveId: body.moveId, reason: '不是他的' })).status).toBe(
      204,
    );
    expect(await uidsOf(exam.id)).toEqual(exam.uids);
  });

  it('not a quarantined study: whoever opens its UID would see the other clinic’s patient', async () => {
    const exam = await examWith(1);
    const { uid } = await receiveStudy(system.db, ctx(), county.clinics[0]!.id, clock.now(), {
      quarantined_at: clock.now().toISOString(),
    });
    const before = await detail(exam.id);
    const answer = await chief.post(`/api/exams/${exam.id}/link`, { studyInstanceUid: uid, reason: '患者自带光盘' });
    expect(codeOf(answer)).toEqual([409, 'study_quarantined']);
    expect(answer.body.message).toMatch(/^这份影像的检查 UID 与其他卫生院的相同/);
    expect(await detail(exam.id)).toEqual(before);
  });

  it('not a study of another exam or of another clinic', async () => {
    const [one, two] = [await examWith(1), await examWith(1)];
    expect(
      codeOf(await chief.post(`/api/exams/${one.id}/link`, { studyInstanceUid: two.uids[0], reason: 'x' })),
    ).toEqual([409, 'study_linked_elsewhere']);
    const { uid } = await receiveStudy(system.db, ctx(), county.clinics[1]!.id, clock.now());
    expect(codeOf(await chief.post(`/api/exams/${one.id}/link`, { studyInstanceUid: uid, reason: 'x' }))).toEqual([
      404,
      'study_unknown',
    ]);
  });
});

describe('undo', () => {
  it('not after the images have moved on, not of another exam', async () => {
    const [a, b, c] = [await examWith(1), await examWith(1), await examWith(1)];
    const { body } = await chief.post(`/api/exams/${a.id}/rebind`, {
      studyInstanceUid: a.uids[0],
      toExamId: b.id,
      reason: 'x',
    });
    await chief.post(`/api/exams/${b.id}/rebind`, { studyInstanceUid: a.uids[0], toExamId: c.id, reason: 'x' });
    const undo = { moveId: body.moveId, reason: 'x' };
    expect(codeOf(await chief.post(`/api/exams/${a.id}/undo`, undo))).toEqual([409, 'undo_too_late']);
    expect(codeOf(await chief.post(`/api/exams/${c.id}/undo`, undo))).toEqual([404, 'not_found']);
  });

  it('every move leaves its audit rows, with ids and reason, on both exams', async () => {
    const [a, b] = [await examWith(1), await examWith(0, 'REGISTERED')];
    const { body } = await chief.post(`/api/exams/${a.id}/rebind`, {
      studyInstanceUid: a.uids[0],
      toExamId: b.id,
      reason: '选错患者',
    });
    const rows = await system.db.relay(ctx(), (tx) =>
      tx.rows<{ subject_id: string; details: { moveId: string; studyIds: string[] } }>(
        "SELECT subject_id, details FROM audit_event WHERE action = 'exam.images-rebind' AND reason = '选错患者' AND subject_id = ANY($1) ORDER BY at, id",
        [[a.id, b.id]],
      ),
    );
    expect(rows.map((row) => row.subject_id).sort()).toEqual([a.id, b.id].sort());
    expect(rows.map((row) => row.details)).toEqual([
      expect.objectContaining({ moveId: body.moveId, studyIds: a.studyIds }),
      expect.objectContaining({ moveId: body.moveId }),
    ]);
  });
});

describe('many at once', () => {
  it('a study that 8 people move to 8 exams ends in exactly one', async () => {
    const source = await examWith(2);
    const targets = await Promise.all(Array.from({ length: 8 }, () => examWith(0, 'REGISTERED')));
    const answers = await Promise.all(
      targets.map((target) =>
        chief.post(`/api/exams/${source.id}/rebind`, {
          studyInstanceUid: source.uids[0],
          toExamId: target.id,
          reason: 'x',
        }),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(new Set(answers.filter(({ status }) => status !== 200).map((answer) => answer.body.code))).toEqual(
      new Set(['study_not_linked']),
    );
  });
});
