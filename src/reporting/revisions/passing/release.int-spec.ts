import { MINUTE } from '../../../../test/harness/manual-clock';
import { until } from '../../../../test/harness/wait';
import { Sweeper } from '../../../platform/outbox';
import { report, TEXT } from '../../desk.fixture';
import { type Claim, codeOf, must, RevisionRoom, seenOf, type Who } from '../revisions.fixture';
import { AmendmentRelease } from './release';

let room: RevisionRoom;

beforeAll(async () => {
  room = await RevisionRoom.open();
});
afterAll(() => room.close());

const REASON = { reason: '侧别有误' };
const shown = async (who: Who, exam: string) => (await room.people[who].get(report(exam))).body.amendment;
const leave = async (who: Who): Promise<unknown> =>
  must(await room.people[who].post('/api/worklist/off-duty', { reason: '家中急事' }));
const back = async (who: Who): Promise<unknown> => must(await room.people[who].post('/api/worklist/on-duty', {}));
const released = (exam: string) =>
  until('the amendment is let go', async () => (await shown('chief1', exam)).released as { reason: string } | null);
/** Until every listener has heard what was told. */
const settled = () =>
  until('every message is handled', async () => {
    const open = await room.rows('SELECT 1 FROM outbox_message WHERE handled_at IS NULL AND not_before IS NULL');
    return open.length === 0;
  });

async function written(who: Who = 'reviewer21'): Promise<{ exam: string; claim: Claim }> {
  const { exam } = await room.desk.signed();
  const opened = must(await room.post(who, exam, '/amend', REASON)) as Claim;
  const seen = await room.desk.put(room.people[who], exam, seenOf(opened), { impression: '左肺上叶结节。' });
  return { exam, claim: { ...opened, ...seen } };
}

const told = (exam: string, kind: string) =>
  room.rows<{ username: string; text: string }>(
    `SELECT p.username, n.text
     FROM notice n JOIN notice_receipt r ON r.notice_id = n.id JOIN person p ON p.id = r.person_id
     WHERE n.exam_id = $1 AND n.kind = $2 ORDER BY p.username`,
    exam,
    kind,
  );

describe('离岗', () => {
  it('lets go what its writer has in hand; whoever may open one takes it up, with the text and its mark', async () => {
    const { exam, claim } = await written();
    const waiting = (await room.desk.signed()).exam;
    const submitted = await room.correction(waiting);
    const others = await written('chief1');
    await leave('reviewer21');
    expect(await released(exam)).toMatchObject({ reason: '离岗：家中急事' });
    await settled();
    expect(await shown('chief1', waiting)).toMatchObject({ released: null, fence: submitted.fence });
    expect(await shown('chief1', others.exam)).toMatchObject({ released: null });
    expect(await told(exam, 'report.amendment-released')).toMatchObject([
      { username: 'chief2', text: expect.stringContaining('现在无人书写（书写医师已离岗）') },
    ]);
    const audit =
      "SELECT reason, actor_kind FROM audit_event WHERE subject_id = $1 AND action = 'report.amendment.off-duty'";
    expect(await room.rows(audit, exam)).toEqual([{ reason: '离岗：家中急事', actor_kind: 'system' }]);

    // The old hand writes no more; what it brings is kept.
    const put = (fence: number) =>
      room.people.reviewer21.put(report(exam, '/draft'), { fence, version: claim.version, ...TEXT });
    expect(codeOf(await put(claim.fence))).toEqual([409, 'stale_fence']);
    expect(codeOf(await put(claim.fence + 1))).toEqual([409, 'amendment_released']);
    expect(codeOf(await room.post('writer11', exam, '/amend/takeover', REASON))).toEqual([403, 'not_the_signer']);
    const taken = must(await room.post('reviewer11', exam, '/amend/takeover', { reason: '接班' })) as Claim;
    expect(taken).toMatchObject({ fence: claim.fence + 2, version: claim.version });
    expect(await shown('reviewer11', exam)).toMatchObject({
      released: null,
      own: false,
      author: { name: '审核21' },
      takenOver: { how: 'released', reason: '接班' },
    });
    await back('reviewer21');
  });

  it('who comes back takes his own up again, and is back by that', async () => {
    const { exam, claim } = await written();
    await leave('reviewer21');
    await released(exam);
    const taken = must(await room.post('reviewer21', exam, '/amend/takeover', { reason: '已返岗' })) as Claim;
    expect(taken.fence).toBe(claim.fence + 2);
    const away = 'SELECT 1 FROM reader_absence WHERE person_id = $1 AND ended_at IS NULL';
    expect(await room.rows(away, room.idOf('reviewer21'))).toEqual([]);
    expect(await told(exam, 'report.amendment-taken')).toEqual([]);
    await room.desk.put(room.people.reviewer21, exam, seenOf(taken));
  });

  it('lets go what is rejected to somebody who has left', async () => {
    const { exam } = await room.desk.signed();
    const submitted = await room.correction(exam);
    await leave('reviewer21');
    await settled();
    must(await room.post('reviewer11', exam, '/reject', { ...seenOf(submitted), ...REASON }));
    expect(await shown('chief1', exam)).toMatchObject({
      amendmentState: 'WRITING',
      released: { reason: '驳回时书写医师已离岗' },
    });
    await back('reviewer21');
  });

  it('of an hour ago says nothing against what was opened since', async () => {
    const { exam } = await written();
    const at = new Date(room.clock.now().getTime() - 60 * MINUTE);
    const ctx = room.system.ctx(room.county.countyId);
    await room.system.db.write(ctx, (tx) =>
      room.system.get(AmendmentRelease).ofPerson(tx, room.idOf('reviewer21'), { at }),
    );
    expect(await shown('chief1', exam)).toMatchObject({ released: null });
  });
});

describe('a silent hospital', () => {
  it('lets go what is written there, but not what was saved since its last sign of life', async () => {
    const silent = await written('reviewer21');
    const alive = await written('reviewer21');
    const elsewhere = await written('chief1');
    await room.desk.claim(room.people.reviewer22, await room.desk.queued());
    room.clock.advance(3 * MINUTE);
    await room.desk.put(room.people.reviewer21, alive.exam, seenOf(alive.claim), { impression: '左肺结节。' });
    room.clock.advance(2 * MINUTE);
    await room.system.get(Sweeper).sweepOnce();
    expect(await released(silent.exam)).toMatchObject({ reason: '医院阅片端 5 分钟无响应' });
    await settled();
    for (const { exam } of [alive, elsewhere]) expect(await shown('chief1', exam)).toMatchObject({ released: null });
    // Its own chief may have no line: the county is told too.
    expect((await told(silent.exam, 'report.amendment-released')).map(({ username }) => username)).toEqual([
      'admin',
      'chief2',
    ]);
    must(await room.post('chief1', silent.exam, '/amend/takeover', { reason: '第2医院断网' }));
  });
});
