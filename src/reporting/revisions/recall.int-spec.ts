import { type Answered, report, TEXT } from '../desk.fixture';
import { codeOf, must, RevisionRoom, seenOf } from './revisions.fixture';
import { until } from '../../../test/harness/wait';

let room: RevisionRoom;

beforeAll(async () => {
  room = await RevisionRoom.open();
});
afterAll(() => room.close());

const REASON = { reason: '漏看左肺' };

it('takes the signature back before the clinic has seen it: the writer has the signed text again, for himself', async () => {
  const { exam, versionId, entry } = await room.delivered();
  const recalled = must(await room.post('reviewer21', exam, '/recall', REASON)) as { reservedUntil: string };
  expect(recalled).toMatchObject({ state: 'REVISING', versionId });
  expect(await room.stateOf(exam)).toBe('REVISING');
  expect(codeOf(await room.people.writer12.post(`/api/worklist/${exam}/claim`, {}))).toEqual([
    409,
    'reserved_for_writer',
  ]);
  const { draft, versions } = (await room.people.writer11.get(report(exam))).body;
  expect(draft).toMatchObject({ findings: TEXT.findings, impression: TEXT.impression, positive: 1 });
  expect(versions).toMatchObject([{ number: 1, kind: 'final', recalled: { reason: '漏看左肺' } }]);
  // Nothing of it is shown or handed out to the clinic any more, which is told by an entry of its own.
  expect((await room.people.doctor01.get(report(exam))).body.versions).toEqual([]);
  expect(codeOf(await room.see(entry))).toEqual([409, 'report_recalled']);
  const [first, told] = await room.entries(exam, 2);
  expect(first).toMatchObject({ kind: 'recalled', report: null, pdfUrl: null, state: 'SENT' });
  expect(told).toMatchObject({ kind: 'recalled', reason: '漏看左肺', report: null, reportVersion: { number: 1 } });
  expect(told!.seq).toBeGreaterThan(first!.seq);
  expect(must(await room.see(told!))).toMatchObject({ state: 'SEEN' });
});

it('is signed anew as the next version, which takes the recalled one’s place', async () => {
  const { exam, versionId } = await room.delivered();
  must(await room.post('reviewer21', exam, '/recall', REASON));
  const writing = await room.desk.put(room.people.writer11, exam, await room.desk.claim(room.people.writer11, exam), {
    impression: '左肺下叶结节。',
  });
  must(await room.post('writer11', exam, '/submit', writing));
  const review = await room.desk.claim(room.people.reviewer21, exam);
  expect(must(await room.post('reviewer21', exam, '/sign', review))).toMatchObject({ number: 2, kind: 'final' });
  const last = (await room.entries(exam, 3)).at(-1)!;
  // The clinic has seen nothing that it could be told as changed.
  expect(last).toMatchObject({ kind: 'final', supersedes: 1, changes: null, state: 'SENT' });
  expect((await room.people.doctor01.get(report(exam))).body.versions).toMatchObject([{ number: 2 }]);
  const all = (await room.people.chief1.get(report(exam))).body.versions as { versionId: string; number: number }[];
  expect(all.map(({ number }) => number)).toEqual([1, 2]);
  expect(all[0]!.versionId).toBe(versionId);
});

it('is the signer’s own, or a chief’s', async () => {
  const { exam } = await room.delivered();
  expect(codeOf(await room.post('reviewer11', exam, '/recall', REASON))).toEqual([403, 'not_the_signer']);
  expect((await room.post('writer11', exam, '/recall', REASON)).status).toBe(403);
  expect((await room.post('reviewer21', exam, '/recall', {})).status).toBe(400);
  expect(await room.stateOf(exam)).toBe('SIGNED');
  must(await room.post('chief1', exam, '/recall', REASON));
});

it.each(['seen', 'printed', 'downloaded'] as const)('comes too late once the clinic has %s it', async (how) => {
  const { exam, versionId, entry } = await room.delivered();
  if (how === 'seen') must(await room.see(entry));
  else {
    await room.change(
      `INSERT INTO report_sighting (id, county_id, version_id, how, person_id, by_name, clinic_id, at)
       SELECT gen_random_uuid(), county_id, id, $2, $3, '医师1', clinic_id, now() FROM report_version WHERE id = $1`,
      ...[versionId, how, room.idOf('doctor01')],
    );
  }
  const refused = await room.post('reviewer21', exam, '/recall', REASON);
  expect(codeOf(refused)).toEqual([409, 'recall_too_late']);
  expect(refused.body.params).toMatchObject({ how, state: 'SIGNED' });
  expect(await room.stateOf(exam)).toBe('SIGNED');
});

describe('is kept from by a person of the clinic who was shown the text', () => {
  const reads = {
    report: (exam: string) => report(exam),
    changes: (_: string, versionId: string) => `/api/reports/${versionId}/changes`,
  };

  /** A preliminary report, and the formal one that says something else. */
  async function formal(): Promise<{ exam: string; versionId: string }> {
    const { exam, seen } = await room.desk.written({}, { priority: 'STAT', source: 'emergency' });
    must(await room.post('writer11', exam, '/preliminary', seen));
    const review = await room.desk.claim(room.people.reviewer21, exam);
    const edited = await room.desk.put(room.people.reviewer21, exam, review, { impression: '左肺下叶肺炎。' });
    const { versionId } = must(await room.post('reviewer21', exam, '/sign', edited)) as { versionId: string };
    return { exam, versionId };
  }

  it.each(Object.entries(reads))('in the %s, written down once', async (_, path) => {
    const { exam, versionId } = await formal();
    // The clinic's system has it and shows it to nobody yet; neither does a reader of the county.
    for (const client of [room.machine, room.people.chief1]) await client.get(path(exam, versionId));
    for (let i = 0; i < 2; i += 1) must(await room.people.doctor01.get(path(exam, versionId)));
    const sightings = await room.rows('SELECT how, person_id FROM report_sighting WHERE version_id = $1', versionId);
    expect(sightings).toEqual([{ how: 'read', person_id: room.idOf('doctor01') }]);
    const refused = await room.post('reviewer21', exam, '/recall', REASON);
    expect(codeOf(refused)).toEqual([409, 'recall_too_late']);
    expect(refused.body.message).toContain('已阅读该报告');
  });

  it.each(Object.entries(reads))('and has nothing of it in the %s after a recall', async (_, path) => {
    const { exam, versionId } = await room.delivered({ impression: '撤销的诊断。' });
    must(await room.post('reviewer21', exam, '/recall', REASON));
    await room.entries(exam, 2);
    const { body } = await room.people.doctor01.get(path(exam, versionId));
    expect(JSON.stringify(body)).not.toContain('撤销的诊断');
    expect(await room.rows('SELECT 1 FROM report_sighting WHERE version_id = $1', versionId)).toEqual([]);
  });

  it('but not by the changes of a first version, in which there is no word of it', async () => {
    const { exam, versionId, entry } = await room.delivered();
    const { body } = await room.people.doctor01.get(`/api/reports/${versionId}/changes`);
    expect(body).toEqual({ versionId, number: 1, kind: 'final', reason: null, since: null, changes: null });
    expect(await room.rows('SELECT 1 FROM report_sighting WHERE version_id = $1', versionId)).toEqual([]);
    expect((await room.entriesOf(exam)).find(({ seq }) => seq === entry.seq)).toMatchObject({ state: 'SENT' });
    must(await room.post('reviewer21', exam, '/recall', REASON));
  });

  it('withholds what a recalled version changed from the clinic alone', async () => {
    const { exam, versionId } = await room.delivered();
    must(await room.post('reviewer21', exam, '/recall', REASON));
    const path = `/api/reports/${versionId}/changes`;
    for (const client of [room.people.doctor01, room.machine])
      expect(codeOf(await client.get(path))).toEqual([409, 'report_recalled']);
    expect((await room.people.chief1.get(path)).status).toBe(200);
  });
});

it('against the clinic’s reading exactly one of the two wins, fifty times', async () => {
  const outcomes = { read: 0, recalled: 0 };
  for (let i = 0; i < 50; i += 1) {
    const { exam, versionId } = await room.desk.signed();
    const recall = (): Promise<Answered> => room.post('reviewer21', exam, '/recall', REASON);
    const lead = i % 2 === 0 ? recall() : undefined;
    const [{ body }, recalled] = await Promise.all([room.people.doctor01.get(report(exam)), lead ?? recall()]);
    const shown = (body.versions as unknown[]).length;
    expect([shown, recalled.status]).toEqual(shown === 1 ? [1, 409] : [0, 200]);
    const sightings = await room.rows('SELECT 1 FROM report_sighting WHERE version_id = $1', versionId);
    expect(sightings).toHaveLength(shown);
    outcomes[shown === 1 ? 'read' : 'recalled'] += 1;
  }
  expect(outcomes.read + outcomes.recalled).toBe(50);
}, 300_000);

it('is not kept from by a look of the centre’s own people', async () => {
  const { exam, versionId } = await room.delivered();
  await room.change(
    `INSERT INTO report_sighting (id, county_id, version_id, how, person_id, by_name, hospital_id, at)
     SELECT gen_random_uuid(), county_id, id, 'printed', $2, '主任1', $3, now() FROM report_version WHERE id = $1`,
    ...[versionId, room.idOf('chief1'), room.county.hospitals[0]!.id],
  );
  must(await room.post('reviewer21', exam, '/recall', REASON));
});

it('leaves a correction alone, which only another correction mends', async () => {
  const { exam } = await room.delivered();
  await room.corrected(exam);
  expect(codeOf(await room.post('reviewer11', exam, '/recall', REASON))).toEqual([409, 'not_recallable']);
});

it('happens once, and not from any other state', async () => {
  const { exam } = await room.delivered();
  const answers = await Promise.all([1, 2, 3].map(() => room.post('reviewer21', exam, '/recall', REASON)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  const [count] = await room.rows<{ n: number }>(
    'SELECT count(*)::int AS n FROM report_recall WHERE exam_id = $1',
    exam,
  );
  expect(count!.n).toBe(1);
});

it('against the clinic’s first look exactly one of the two wins, fifty times', async () => {
  const pairs = [];
  for (let i = 0; i < 50; i += 1) pairs.push(await room.desk.signed());
  const delivered = [];
  // One after the other: fifty that look into a long inbox at once keep the delivery waiting that they wait for.
  for (const { exam, versionId } of pairs)
    delivered.push({ exam, versionId, entry: (await room.entries(exam, 1))[0]! });
  const outcomes = { seen: 0, recalled: 0 };
  for (const [i, { exam, versionId, entry }] of delivered.entries()) {
    const recall = (): Promise<Answered> => room.post('reviewer21', exam, '/recall', REASON);
    // Whoever asks first has a small lead: each of the two has it every other time.
    const lead = i % 2 === 0 ? recall() : undefined;
    const [seen, recalled] = await Promise.all([room.see(entry), lead ?? recall()]);
    expect([seen.status, recalled.status].sort()).toEqual([200, 409]);
    const [row] = await room.rows<{ sightings: number; recalls: number; state: string }>(
      `SELECT (SELECT count(*)::int FROM report_sighting WHERE version_id = $1) AS sightings,
         (SELECT count(*)::int FROM report_recall WHERE version_id = $1) AS recalls,
         (SELECT state FROM exam WHERE id = $2) AS state`,
      ...[versionId, exam],
    );
    if (seen.status === 200) {
      expect([row, recalled.body.code]).toEqual([{ sightings: 1, recalls: 0, state: 'SIGNED' }, 'recall_too_late']);
      outcomes.seen += 1;
    } else {
      expect([row, seen.body.code]).toEqual([{ sightings: 0, recalls: 1, state: 'REVISING' }, 'report_recalled']);
      outcomes.recalled += 1;
    }
  }
  expect(outcomes.seen + outcomes.recalled).toBe(50);
}, 300_000);

it('leaves a trace of who, when and why, and tells the writer', async () => {
  const { exam, versionId } = await room.delivered();
  must(await room.post('reviewer21', exam, '/recall', REASON));
  const audited = await room.rows<{ action: string; reason: string | null }>(
    "SELECT action, reason FROM audit_event WHERE subject_id IN ($1, $2) AND reason = '漏看左肺' ORDER BY action",
    ...[exam, versionId],
  );
  expect(audited.map(({ action }) => action)).toEqual(['exam.recall', 'exam.revise', 'report.recall']);
  const notices = await until('the writer is told', async () => {
    const { body } = await room.people.writer11.get('/api/notices?open=true');
    const found = (body.items as { kind: string; examId: string }[]).filter(({ examId }) => examId === exam);
    return found.length > 0 && found;
  });
  expect(notices).toMatchObject([{ kind: 'report.recalled' }]);
  // A second signature with what was seen before the recall finds nothing to sign.
  expect((await room.post('reviewer21', exam, '/sign', seenOf({ fence: 2, version: 1, imageSet: 0 }))).status).toBe(
    409,
  );
});
