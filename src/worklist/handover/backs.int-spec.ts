import { ManualClock } from '../../../test/harness/manual-clock';
import { startSystem, type System } from '../../../test/harness/system';
import { Claims } from '../claiming/claims';
import { Readings } from '../claiming/readings';
import { Shift } from '../shift.fixture';

/**
 * The ways back: 放弃 驳回 退回 撤回 召回. Each with its reason, its badge, and a notice to whom it concerns. What somebody
 * wrote in his own words may name a patient: it is on the exam's page alone, never in the notice, which may go out as a
 * text message.
 */
let clock: ManualClock;
let system: System;
let shift: Shift;

beforeAll(async () => {
  clock = new ManualClock();
  system = await startSystem({ clock, role: 'api' });
  shift = await Shift.begin(system, ['writer11', 'writer12', 'reviewer21', 'chief1', 'tech01', 'doctor01', 'tech02']);
});
afterAll(() => system.stop());

const shown = async (examId: string) => {
  const { body } = await shift
    .as('writer12')
    .get(`/api/worklist?q=${(await shift.room.item(examId)).accession_number}`);
  return (body.items as { examId: string; badge: object | null }[]).find((item) => item.examId === examId)!;
};

const number = async (examId: string): Promise<string> => (await shift.room.item(examId)).accession_number;

it('放弃: the list shows why, and nobody is told', async () => {
  const { examId, fence } = await shift.held('writer11');
  const { body } = await shift.command('writer11', examId, 'release', { fence, reason: '非本专业' });
  const badge = { kind: 'release', name: '放弃', reason: '非本专业', by: '报告11', at: clock.now().toISOString() };
  expect(body.badge).toEqual(badge);
  expect((await shown(examId)).badge).toEqual(badge);
  expect([await shift.toldOf('writer11', examId), await shift.toldOf('chief1', examId)]).toEqual([[], []]);
});

it('驳回: the writer is told, and sees it until he has submitted again', async () => {
  const examId = await shift.room.waitingForReview('writer11');
  const fence = await shift.claim('reviewer21', examId);
  const reviewer = shift.room.person('reviewer21', 'reviewer', 2);
  await system.db.write(reviewer, async (tx) => {
    const item = await system.get(Claims).require(tx, examId, { fence });
    await system.get(Readings).reject(tx, item, '张三的左右写反');
  });
  const badge = { kind: 'reject', name: '驳回', reason: '张三的左右写反', by: 'reader', at: clock.now().toISOString() };
  expect((await shown(examId)).badge).toEqual(badge);
  expect(await shift.toldOf('writer11', examId)).toMatchObject([
    { kind: 'worklist.reject', text: `检查 ${await number(examId)} 的报告被驳回，原因见检查页面，请修改后重新提交` },
  ]);
  const { body } = await shift.command('writer11', examId, 'claim');
  expect(body.badge).toEqual(badge);
  const writer = shift.room.person('writer11', 'writer', 1);
  await system.db.write(writer, async (tx) => {
    await system.get(Readings).submit(tx, await system.get(Claims).require(tx, examId, { fence: body.fence }));
  });
  expect((await shown(examId)).badge).toBeNull();
});

it('召回: the signed report’s writer sees why it is his again, until it is signed anew', async () => {
  const { examId, fence } = await shift.held('reviewer21');
  const reviewer = shift.room.person('reviewer21', 'reviewer', 2);
  const [claims, readings] = [system.get(Claims), system.get(Readings)];
  await system.db.write(reviewer, async (tx) =>
    readings.sign(tx, await claims.require(tx, examId, { fence }), { single: true }),
  );
  await system.db.write(reviewer, async (tx) =>
    readings.recall(tx, await readings.lockSigned(tx, examId), '左右写反，需更正'),
  );
  const badge = {
    kind: 'recall',
    name: '召回',
    reason: '左右写反，需更正',
    by: 'reader',
    at: clock.now().toISOString(),
  };
  expect((await shown(examId)).badge).toEqual(badge);
  const { body } = await shift.command('reviewer21', examId, 'claim');
  expect(body.badge).toEqual(badge);
  await system.db.write(reviewer, async (tx) =>
    readings.sign(tx, await claims.require(tx, examId, { fence: body.fence }), { single: true }),
  );
  expect(await shift.room.item(examId)).toMatchObject({ state: 'SIGNED', badge_kind: null });
});

it('退回: technicians and ordering doctors of the clinic are told, of no other, and the exam says so', async () => {
  const { examId, fence } = await shift.held('writer11');
  const answer = { fence, code: 'Q05', wanted: 'retake', note: '张三右侧肋膈角未包全' };
  const { body } = await shift.command('writer11', examId, 'return', answer);
  const at = clock.now().toISOString();
  expect(body.badge).toEqual({
    kind: 'return',
    name: '退回',
    reason: 'Q05 扫描/照射范围不足（张三右侧肋膈角未包全）',
    by: '报告11',
    at,
  });
  for (const who of ['tech01', 'doctor01'])
    expect(await shift.toldOf(who, examId)).toMatchObject([
      {
        kind: 'worklist.return',
        text: `检查 ${await number(examId)} 被退回：Q05 扫描/照射范围不足，需重拍；说明见检查页面`,
        params: { code: 'Q05', wanted: 'retake' },
      },
    ]);
  expect(await shift.toldOf('tech02', examId)).toEqual([]);
  const page = await shift.as('tech01').get(`/api/exams/${examId}`);
  expect(page.body.badge).toEqual({ kind: 'return', reason: 'Q05 扫描/照射范围不足', by: '报告11', at });
  expect(page.body.returned).toMatchObject({ code: 'Q05', wanted: 'retake', note: '张三右侧肋膈角未包全' });
  await shift.as('tech01').post(`/api/exams/${examId}/resubmit`, { patientGone: true, reason: '患者已回家' });
  const answered = await shift.as('tech01').get(`/api/exams/${examId}`);
  expect([answered.body.state, answered.body.badge]).toEqual(['QUEUED', null]);
});

it('撤回: the reader it was assigned to is told, and both views say who and why until it comes back', async () => {
  const examId = await shift.room.queued();
  const assigned = { assigned_person_id: shift.id('writer12'), assignment_reason: '骨科方向' };
  await shift.room.setItem(examId, assigned);
  const { status } = await shift.as('tech01').post(`/api/exams/${examId}/withdraw`, { reason: '张三开错单' });
  expect(status).toBe(200);
  await shift.room.project(examId);
  const at = clock.now().toISOString();
  expect(await shift.room.item(examId)).toMatchObject({
    state: 'WITHDRAWN',
    badge_kind: 'withdraw',
    badge_reason: '张三开错单',
    badge_by: '技师1',
  });
  expect((await shift.as('tech01').get(`/api/exams/${examId}`)).body.badge).toEqual({
    kind: 'withdraw',
    reason: '张三开错单',
    by: '技师1',
    at,
  });
  expect(await shift.toldOf('writer12', examId)).toMatchObject([
    { kind: 'worklist.withdraw', text: `检查 ${await number(examId)} 已由卫生院撤回，原因见检查页面` },
  ]);
  // The same news twice tells nobody twice.
  await shift.room.project(examId);
  expect(await shift.toldOf('writer12', examId)).toHaveLength(1);
  await shift.as('tech01').post(`/api/exams/${examId}/resubmit`, { note: '已更正' });
  await shift.room.project(examId);
  expect((await shift.as('tech01').get(`/api/exams/${examId}`)).body.badge).toBeNull();
  expect(await shift.room.item(examId)).toMatchObject({ badge_kind: null });
});

it('撤回 of what a reader has is refused with the present state, and the refusal is written down', async () => {
  const { examId } = await shift.held('writer11');
  const { status, body } = await shift.as('tech01').post(`/api/exams/${examId}/withdraw`, { reason: '开错单' });
  expect([status, body.params.state]).toEqual([409, 'CLAIMED']);
  expect(await shift.audited(examId, 'exam.withdraw.refused')).toMatchObject([{ details: { state: 'CLAIMED' } }]);
});

it.each([
  ['release', { reason: ' ' }],
  ['return', { wanted: 'retake' }],
])('%s without its reason is refused', async (verb, body) => {
  const { examId, fence } = await shift.held('writer11');
  expect((await shift.command('writer11', examId, verb, { fence, ...body })).status).toBe(400);
  expect((await shift.as('tech01').post(`/api/exams/${examId}/withdraw`, { reason: '' })).status).toBe(400);
});
