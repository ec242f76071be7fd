import { report, TEXT } from '../../desk.fixture';
import { type Claim, codeOf, must, RevisionRoom, seenOf, type Who } from '../revisions.fixture';

let room: RevisionRoom;

beforeAll(async () => {
  room = await RevisionRoom.open();
});
afterAll(() => room.close());

const REASON = { reason: '侧别有误' };
const ILL = { reason: '书写医师病休' };
const LEFT = '左肺上叶结节。';
const personId = (name: string): string => room.county.people.get(name)!.id;

/** Opened by the signer, who has written a word of it and goes no further. */
async function stuck(exam: string): Promise<Claim> {
  const opened = must(await room.post('reviewer21', exam, '/amend', REASON)) as Claim;
  return { ...opened, ...(await room.desk.put(room.people.reviewer21, exam, seenOf(opened), { impression: LEFT })) };
}

const take = (who: Who, exam: string, body: object = ILL) => room.post(who, exam, '/amend/takeover', body);
const give = (who: Who, exam: string, to: string, more: object = {}) =>
  room.post(who, exam, '/amend/handover', { to: personId(to), ...ILL, ...more });
const shown = async (who: Who, exam: string) => (await room.people[who].get(report(exam))).body.amendment;
const told = (who: string, exam: string) =>
  room.rows<{ kind: string; text: string }>(
    `SELECT n.kind, n.text FROM notice n JOIN notice_receipt r ON r.notice_id = n.id
     WHERE r.person_id = $1 AND n.exam_id = $2 ORDER BY n.told_at, n.id`,
    personId(who),
    exam,
  );
const audited = (exam: string, action: string) =>
  room.rows<{ reason: string | null; details: Record<string, unknown> }>(
    'SELECT reason, details FROM audit_event WHERE subject_id = $1 AND action = $2 ORDER BY at, id',
    exam,
    action,
  );

describe('a stuck correction', () => {
  it('is taken over by a chief with the text as it is, marked as another’s, and reviewed by a third', async () => {
    const { exam } = await room.delivered();
    const left = await stuck(exam);
    const taken = must(await take('chief1', exam)) as Claim;
    expect(taken).toMatchObject({ state: 'AMENDING', amendmentState: 'WRITING', fence: left.fence + 1 });
    expect(taken.version).toBe(left.version);
    expect(await shown('chief1', exam)).toMatchObject({
      impression: LEFT,
      author: { name: '审核21' },
      own: false,
      writer: { name: '主任1', hospitalName: '云溪县第1医院' },
      takenOver: { from: { personId: room.idOf('reviewer21') }, how: 'takeover', reason: ILL.reason },
    });
    expect(await audited(exam, 'report.amendment.takeover')).toMatchObject([
      { reason: ILL.reason, details: { from: room.idOf('reviewer21'), to: room.idOf('chief1'), how: 'takeover' } },
    ]);
    expect(await told('reviewer21', exam)).toMatchObject([
      {
        kind: 'report.amendment-taken',
        text: expect.stringMatching(/^您书写的检查 .* 的更正报告已由 主任1 接手，原因见检查页面$/),
      },
    ]);

    // What its former writer saves now comes too late, and is kept; so is his text that the chief writes over.
    const { fence, version } = left;
    const late = await room.people.reviewer21.put(report(exam, '/draft'), {
      fence,
      version,
      ...TEXT,
      findings: '迟到',
    });
    expect(codeOf(late)).toEqual([409, 'stale_fence']);
    const written = await room.desk.put(room.people.chief1, exam, seenOf(taken), { impression: '左肺上叶小结节。' });
    const { kept } = (await room.people.chief1.get(report(exam, '/trace'))).body;
    expect(kept).toMatchObject([
      { why: 'replaced', impression: LEFT, by: { name: '审核21' } },
      { why: 'refused', findings: '迟到', by: { name: '审核21' } },
    ]);
    expect(await shown('chief1', exam)).toMatchObject({ author: { name: '主任1' }, own: true });

    const submitted = must(await room.post('chief1', exam, '/submit', written)) as Claim;
    const seen = seenOf(submitted);
    for (const who of ['reviewer21', 'chief1'] as const) {
      expect(codeOf(await room.post(who, exam, '/sign', seen))).toEqual([409, 'own_report']);
      expect(codeOf(await room.post(who, exam, '/reject', { ...seen, ...REASON }))).toEqual([409, 'own_report']);
      const put = { fence: seen.fence, version: seen.version, ...TEXT };
      expect(codeOf(await room.people[who].put(report(exam, '/draft'), put))).toEqual([409, 'own_report']);
    }
    must(await room.post('reviewer11', exam, '/sign', seen));
    const [signed] = await room.rows<object>(
      'SELECT writer_id, reviewer_id, impression FROM report_version WHERE exam_id = $1 AND number = 2',
      exam,
    );
    expect(signed).toMatchObject({ writer_id: room.idOf('chief1'), reviewer_id: room.idOf('reviewer11') });
    const forged = 'UPDATE report_amendment SET reviewer_id = $2 WHERE exam_id = $1';
    await expect(room.change(forged, exam, room.idOf('reviewer21'))).rejects.toThrow('report_amendment_two_people');
  });

  it('is taken over by the signer of the report, whoever opened it', async () => {
    const { exam } = await room.delivered();
    must(await room.post('chief1', exam, '/amend', REASON));
    const taken = must(await take('reviewer21', exam)) as Claim;
    expect(await shown('reviewer21', exam)).toMatchObject({ writer: { name: '审核21' }, author: null, own: true });
    // A chief who has written nothing may review what he has opened.
    const written = await room.desk.put(room.people.reviewer21, exam, seenOf(taken), { impression: LEFT });
    const submitted = must(await room.post('reviewer21', exam, '/submit', written)) as Claim;
    must(await room.post('chief1', exam, '/sign', seenOf(submitted)));
  });

  it('is nobody else’s, and says so with what is so now', async () => {
    const { exam } = await room.delivered();
    expect(codeOf(await take('chief1', exam))).toEqual([409, 'exam_state_conflict']);
    const left = await stuck(exam);
    for (const who of ['writer11', 'reviewer11'] as const) {
      const { status, body } = await take(who, exam);
      expect([status, body.code, body.params]).toMatchObject([403, 'not_the_signer', seenOf(left)]);
    }
    expect((await take('tech01', exam)).status).toBe(403);
    expect(codeOf(await take('reviewer21', exam))).toEqual([409, 'amendment_yours']);
    expect((await take('chief1', exam, {})).status).toBe(400);
    expect(codeOf(await take('chief1', exam, { ...ILL, hospitalId: exam }))).toEqual([403, 'wrong_hospital']);
    expect(await audited(exam, 'report.amend-takeover.refused')).toHaveLength(5);
    must(await room.post('reviewer21', exam, '/submit', seenOf(left)));
    // It waits for any reviewer: he edits, signs or rejects it.
    expect(codeOf(await take('chief1', exam))).toEqual([409, 'amendment_state']);
    expect(codeOf(await give('chief1', exam, 'writer11'))).toEqual([409, 'amendment_state']);
    must(await room.post('chief1', exam, '/amend/cancel', REASON));
  });

  it('taken over against handed in: exactly one of the two, twenty times', async () => {
    for (let i = 0; i < 20; i += 1) {
      const { exam } = await room.desk.signed();
      const left = await stuck(exam);
      const [taken, submitted] = await Promise.all([
        take('chief1', exam),
        room.post('reviewer21', exam, '/submit', seenOf(left)),
      ]);
      expect([taken.status, submitted.status].sort()).toEqual([200, 409]);
      const [row] = await room.rows<object>('SELECT state, writer_id FROM report_amendment WHERE exam_id = $1', exam);
      const won = taken.status === 200;
      expect(row).toEqual({
        state: won ? 'WRITING' : 'SUBMITTED',
        writer_id: room.idOf(won ? 'chief1' : 'reviewer21'),
      });
    }
  });
});

describe('handed to somebody who is named', () => {
  it('by a chief: both are told, and who has it writes it on', async () => {
    const { exam } = await room.delivered();
    const left = await stuck(exam);
    const given = must(await give('chief1', exam, 'writer11')) as Claim;
    expect(given).toMatchObject({ fence: left.fence + 1, version: left.version, amendmentState: 'WRITING' });
    expect((await told('reviewer21', exam)).map(({ text }) => text)).toEqual([
      expect.stringContaining('已由 主任1 交给 报告11 继续书写，原因见检查页面'),
    ]);
    expect(await told('writer11', exam)).toMatchObject([
      { kind: 'report.amendment-given', text: expect.stringContaining('主任1 将检查') },
    ]);
    expect(await shown('writer11', exam)).toMatchObject({ own: false, takenOver: { how: 'handover' } });
    const written = await room.desk.put(room.people.writer11, exam, seenOf(given), { impression: '左肺结节。' });
    const submitted = must(await room.post('writer11', exam, '/submit', written)) as Claim;
    expect(codeOf(await room.post('reviewer21', exam, '/sign', seenOf(submitted)))).toEqual([409, 'own_report']);
    must(await room.post('chief1', exam, '/sign', seenOf(submitted)));
  });

  it('by its writer himself, who may not review it afterwards', async () => {
    const { exam } = await room.delivered();
    const handed = must(
      await room.post('reviewer22', exam, '/addendum', { reason: '补充', findings: '另见肝囊肿。' }),
    ) as Claim;
    must(await room.post('reviewer21', exam, '/reject', { ...seenOf(handed), ...REASON }));
    const given = must(await give('reviewer22', exam, 'reviewer11')) as Claim;
    // Nobody is told what he has just done himself.
    const news = (await told('reviewer22', exam)).map(({ kind }) => kind);
    expect(news).toEqual(['report.amendment', 'report.amendment-rejected']);
    const written = await room.desk.put(room.people.reviewer11, exam, seenOf(given), {
      technique: '',
      findings: '另见肝囊肿，直径约 1 cm。',
      impression: '',
      recommendation: '',
    });
    const submitted = must(await room.post('reviewer11', exam, '/submit', written)) as Claim;
    expect(codeOf(await room.post('reviewer22', exam, '/sign', seenOf(submitted)))).toEqual([409, 'own_report']);
    must(await room.post('reviewer21', exam, '/sign', seenOf(submitted)));
  });

  it('who can take it: there, writing, not away, and by whom it may be given', async () => {
    const { exam } = await room.delivered();
    await stuck(exam);
    expect(codeOf(await give('writer12', exam, 'writer11'))).toEqual([403, 'not_the_signer']);
    expect(codeOf(await give('chief1', exam, 'trainee11'))).toEqual([409, 'not_a_writer']);
    expect(codeOf(await give('chief1', exam, 'reviewer21'))).toEqual([409, 'already_theirs']);
    expect(codeOf(await give('chief1', exam, 'tech01'))).toEqual([400, 'not_a_reader']);
    expect((await room.post('chief1', exam, '/amend/handover', { to: exam, ...ILL })).status).toBe(404);
    must(await room.people.writer12.post('/api/worklist/off-duty', { reason: '下夜班' }));
    expect(codeOf(await give('chief1', exam, 'writer12'))).toEqual([409, 'receiver_away']);
    must(await room.people.writer12.post('/api/worklist/on-duty', {}));
    must(await give('chief1', exam, 'writer12'));
  });
});
