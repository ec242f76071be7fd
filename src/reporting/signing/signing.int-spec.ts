import { gateway, seedCounty, signIn, type TestCounty } from '../../../test/harness/county';
import { ManualClock, MINUTE } from '../../../test/harness/manual-clock';
import { startSystem, type System } from '../../../test/harness/system';
import { until } from '../../../test/harness/wait';
import { type Answered, type Client, Desk, report, type Seen } from '../desk.fixture';

let clock: ManualClock;
let system: System;
let county: TestCounty;
let desk: Desk;
let writer: Client;
let reviewer: Client;

beforeAll(async () => {
  clock = new ManualClock();
  system = await startSystem({ clock });
  county = await seedCounty(system);
  const clinic = gateway(system, county.clinics[0]!);
  writer = await signIn(system, county, 'writer11');
  reviewer = await signIn(system, county, 'reviewer21');
  desk = new Desk(clinic, writer, reviewer, until);
});
afterAll(() => system.stop());

const rows = <T>(sql: string, ...params: unknown[]): Promise<T[]> =>
  system.db.relay(system.ctx(county.countyId), (tx) => tx.rows<T>(sql, params));
const change = (sql: string, ...params: unknown[]): Promise<number> =>
  system.db.relay(system.ctx(county.countyId), (tx) => tx.change(sql, params));
const sign = (exam: string, seen: Seen): Promise<Answered> => reviewer.post(report(exam, '/sign'), seen);

interface Outcome {
  readonly status: number;
  readonly code?: string;
  readonly state: string;
  readonly versions: number;
  readonly refusals: number;
}

/** Signs, and tells what came of it. */
async function outcome(exam: string, seen: Seen): Promise<Outcome & { params: Record<string, unknown> }> {
  const { status, body } = await sign(exam, seen);
  const [row] = await rows<{ state: string; versions: number; refusals: number }>(
    `SELECT state, (SELECT count(*)::int FROM report_version v WHERE v.exam_id = e.id) AS versions,
       (SELECT count(*)::int FROM audit_event a WHERE a.subject_id = e.id AND a.action = 'report.sign.refused') AS refusals
     FROM exam e WHERE id = $1`,
    exam,
  );
  return { status, code: body.code, params: body.params, ...row! };
}

const refusedWith = (code: string): object => ({ status: 409, code, state: 'REVIEWING', versions: 0, refusals: 1 });

describe('a signature needs', () => {
  it('two people', async () => {
    const { exam, seen } = await desk.underReview();
    const reviewerId = county.people.get('reviewer21')!.id;
    await change('UPDATE report_submission SET writer_id = $2 WHERE exam_id = $1', exam, reviewerId);
    expect(await outcome(exam, seen)).toMatchObject(refusedWith('own_report'));
  });

  it.each([
    ["licence_valid_until = '2026-03-01'", 'licence_expired'],
    ['licence_number = NULL', 'licence_missing'],
    ['title = NULL', 'title_missing'],
    ["title = '住院医师'", 'title_too_low'],
  ])('a reviewer who may review today: %s', async (lack, fault) => {
    const { exam, seen } = await desk.underReview();
    const person = county.people.get('reviewer21')!.id;
    const [before] = await rows<{ title: string; licence_number: string; licence_valid_until: string }>(
      'SELECT title, licence_number, licence_valid_until::text FROM person WHERE id = $1',
      person,
    );
    await change(`UPDATE person SET ${lack} WHERE id = $1`, person);
    try {
      const refused = await outcome(exam, seen);
      expect(refused).toMatchObject(refusedWith('licence_invalid'));
      expect(refused.params).toMatchObject({ fault, state: 'REVIEWING', ...seen });
    } finally {
      const { title, licence_number, licence_valid_until } = before!;
      await change(
        'UPDATE person SET title = $2, licence_number = $3, licence_valid_until = $4 WHERE id = $1',
        ...[person, title, licence_number, licence_valid_until],
      );
    }
    expect((await sign(exam, seen)).status).toBe(200);
  });

  it.each([
    [{ positive: null }, ['positive']],
    [{ findings: ' ' }, ['findings']],
    [{ impression: '' }, ['impression']],
  ])('findings, impression and the positive mark: %j', async (lack, missing) => {
    const { exam, seen } = await desk.underReview();
    const emptied = await desk.put(reviewer, exam, seen, lack);
    const refused = await outcome(exam, emptied);
    expect(refused).toMatchObject(refusedWith('report_unfinished'));
    expect(refused.params['missing']).toEqual(missing);
  });

  it('no doubt about whose images they are', async () => {
    const { exam, seen } = await desk.underReview();
    await change('UPDATE exam SET identity_hold_at = now() WHERE id = $1', exam);
    expect(await outcome(exam, seen)).toMatchObject(refusedWith('identity_on_hold'));
  });

  it('all images of a STAT exam that is read while they come', async () => {
    const { exam, seen } = await desk.underReview();
    await change('UPDATE exam SET images_complete = NULL, metadata_only = false WHERE id = $1', exam);
    expect(await outcome(exam, seen)).toMatchObject(refusedWith('images_incomplete'));
    await change("UPDATE exam SET images_complete = 'manifest' WHERE id = $1", exam);
    expect((await sign(exam, seen)).status).toBe(200);
  });

  it('a review: nobody signs what is being written', async () => {
    const { exam, seen } = await desk.written();
    expect((await writer.post(report(exam, '/sign'), seen)).status).toBe(403);
    await writer.post(report(exam, '/submit'), seen);
    expect(await outcome(exam, seen)).toMatchObject({ status: 409, state: 'PENDING_REVIEW', versions: 0, refusals: 1 });
    expect((await sign(exam, await desk.claim(reviewer, exam))).status).toBe(200);
  });
});

describe('a signature whose answer was lost', () => {
  /** What the signature wrote, and its news; the worker's own rows come when they come. */
  const written = (exam: string): Promise<unknown[]> =>
    rows(
      `SELECT (SELECT count(*)::int FROM report_version WHERE exam_id = $1) AS versions,
         (SELECT count(*)::int FROM audit_event
          WHERE actor_kind = 'person' AND (subject_id = $1 OR details->>'examId' = $1::text)) AS audited,
         (SELECT count(*)::int FROM outbox_message WHERE event = 'ReportSigned' AND payload->>'examId' = $1::text) AS told`,
      exam,
    );

  it('is answered as the first time, and nothing is written twice', async () => {
    const { exam, seen } = await desk.underReview();
    const first = await sign(exam, seen);
    const before = await written(exam);
    const again = await sign(exam, seen);
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.body).toEqual(first.body);
    expect(again.body).toMatchObject({ number: 1, kind: 'final', state: 'SIGNED' });
    expect(await written(exam)).toEqual(before);
  });

  it('is still his when images have come since', async () => {
    const { exam, seen } = await desk.underReview();
    const { body } = await sign(exam, seen);
    await change('UPDATE exam SET image_set = image_set + 1 WHERE id = $1', exam);
    expect((await sign(exam, seen)).body).toEqual(body);
    expect((await sign(exam, { ...seen, imageSet: seen.imageSet + 1 })).status).toBe(409);
  });

  it('is nobody else’s, and of no other text, claim or images', async () => {
    const { exam, seen } = await desk.underReview();
    expect((await sign(exam, seen)).status).toBe(200);
    const chief = await signIn(system, county, 'chief2');
    const refusals = [
      await chief.post(report(exam, '/sign'), seen),
      await sign(exam, { ...seen, fence: seen.fence + 1 }),
      await sign(exam, { ...seen, version: seen.version + 1 }),
      await sign(exam, { ...seen, version: seen.version - 1 }),
      await sign(exam, { ...seen, imageSet: seen.imageSet + 1 }),
    ];
    for (const { status, body } of refusals)
      expect([status, body.code, body.params.state]).toEqual([409, 'stale_fence', 'SIGNED']);
  });

  it('is not that of the report that took its place', async () => {
    const { exam, seen } = await desk.underReview();
    expect((await sign(exam, seen)).status).toBe(200);
    expect((await reviewer.post(report(exam, '/recall'), { reason: '漏看' })).status).toBe(200);
    const recalled = await sign(exam, seen);
    expect([recalled.status, recalled.body.params.state]).toEqual([409, 'REVISING']);
    const rewritten = await desk.put(writer, exam, await desk.claim(writer, exam), { impression: '右肺结节。' });
    expect((await writer.post(report(exam, '/submit'), rewritten)).status).toBe(200);
    const second = await sign(exam, await desk.claim(reviewer, exam));
    expect(second.body).toMatchObject({ number: 2 });
    const replayed = await sign(exam, seen);
    expect([replayed.status, replayed.body.code, replayed.body.params.state]).toEqual([409, 'stale_fence', 'SIGNED']);
  });
});

describe('submitting', () => {
  it('is not for trainees, who may draft', async () => {
    const trainee = await signIn(system, county, 'trainee11');
    const exam = await desk.queued();
    const seen = await desk.put(trainee, exam, await desk.claim(trainee, exam));
    expect((await trainee.post(report(exam, '/submit'), seen)).status).toBe(403);
  });

  it('needs a licence and some text', async () => {
    const exam = await desk.queued();
    const claimed = await desk.claim(writer, exam);
    const submit = (seen: Seen): Promise<Answered> => writer.post(report(exam, '/submit'), seen);
    expect((await submit(claimed)).body).toMatchObject({
      code: 'report_empty',
      params: { state: 'CLAIMED', version: 0 },
    });
    const empty = await desk.put(writer, exam, claimed, { findings: '', impression: ' ' });
    expect((await submit(empty)).body.code).toBe('report_empty');
    const written = await desk.put(writer, exam, empty);
    const person = county.people.get('writer11')!.id;
    await change("UPDATE person SET licence_valid_until = '2026-03-01' WHERE id = $1", person);
    const obstacle = { act: '提交', fault: 'licence_expired', problem: '执业证书已过有效期' };
    expect((await writer.get(report(exam, '/lint'))).body).toMatchObject({ version: 2, obstacle });
    const refused = await submit(written);
    await change("UPDATE person SET licence_valid_until = '2035-12-31' WHERE id = $1", person);
    expect([refused.status, refused.body.code, refused.body.params.fault]).toEqual([
      409,
      'licence_invalid',
      'licence_expired',
    ]);
    expect((await submit(written)).status).toBe(200);
  });
});

describe('races', () => {
  it('fifty simultaneous signatures of one exam make exactly one version', async () => {
    const { exam, seen } = await desk.underReview();
    const answers = await Promise.all(Array.from({ length: 50 }, () => sign(exam, seen)));
    for (const answer of answers) expect([answer.status, answer.body]).toEqual([200, answers[0]!.body]);
    const versions = await rows<{ number: number }>('SELECT number FROM report_version WHERE exam_id = $1', exam);
    expect(versions).toEqual([{ number: 1 }]);
    const news = await rows(
      "SELECT 1 FROM outbox_message WHERE payload->>'examId' = $1 AND event = $2",
      exam,
      'ReportSigned',
    );
    const consumers = await rows('SELECT DISTINCT consumer FROM outbox_message WHERE event = $1', 'ReportSigned');
    expect(news).toHaveLength(consumers.length);
  });

  it('sign against reject: one of them wins, and the report is where the winner put it', async () => {
    const { exam, seen } = await desk.underReview();
    const [signed, rejected] = await Promise.all([
      sign(exam, seen),
      reviewer.post(report(exam, '/reject'), { ...seen, reason: '再看' }),
    ]);
    expect([signed.status, rejected.status].sort()).toEqual([200, 409]);
    const [{ state, outcome }] = (await rows<{ state: string; outcome: string }>(
      'SELECT e.state, s.outcome FROM exam e JOIN report_submission s ON s.exam_id = e.id WHERE e.id = $1',
      exam,
    )) as [{ state: string; outcome: string }];
    expect([state, outcome]).toEqual(signed.status === 200 ? ['SIGNED', 'signed'] : ['REVISING', 'rejected']);
  });
});

describe('the last walls, in the database', () => {
  it('refuse one person for both, a second number, a change, and a removal', async () => {
    const { versionId } = await desk.signed();
    const copy = (set: object): Promise<number> =>
      change(
        `INSERT INTO report_version SELECT (jsonb_populate_record(v, to_jsonb(v) || $2)).* FROM report_version v WHERE id = $1`,
        ...[versionId, JSON.stringify({ id: '019a0000-0000-7000-8000-000000000001', verification_code: 'X', ...set })],
      );
    await expect(copy({})).rejects.toThrow('report_version_number_key');
    const writerId = county.people.get('writer11')!.id;
    await expect(copy({ number: 2, reviewer_id: writerId })).rejects.toThrow('report_version_two_people');
    await expect(change("UPDATE report_version SET findings = '改' WHERE id = $1", versionId)).rejects.toThrow(
      'never changed',
    );
    await expect(change('DELETE FROM report_version WHERE id = $1', versionId)).rejects.toThrow('never changed');
  });

  it('a clock that steps back signs no earlier than it was written', async () => {
    const { exam, seen } = await desk.underReview();
    const now = clock.now();
    clock.set(new Date(now.getTime() - 30 * MINUTE));
    const signed = await sign(exam, seen);
    clock.set(now);
    expect(signed.status).toBe(200);
    const [version] = (await reviewer.get(report(exam))).body.versions;
    expect(version.reviewer.at).toBe(version.writer.at);
  });
});
