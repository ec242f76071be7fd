import { gateway, seedCounty, signIn, type TestCounty } from '../../test/harness/county';
import { ManualClock, MINUTE } from '../../test/harness/manual-clock';
import { startSystem, type System } from '../../test/harness/system';
import { until } from '../../test/harness/wait';
import { type Answered, type Client, Desk, report, TEXT } from './desk.fixture';

let clock: ManualClock;
let system: System;
let county: TestCounty;
let desk: Desk;
let clinic: Client;
let otherClinic: Client;
let writer: Client;
let reviewer: Client;
let chief: Client;

beforeAll(async () => {
  clock = new ManualClock();
  // No sweep between a step of the clock and what the doctor does next: it would take him for silent.
  system = await startSystem({ clock, env: { SWEEP_SECONDS: '3600' } });
  county = await seedCounty(system);
  [clinic, otherClinic] = [gateway(system, county.clinics[0]!), gateway(system, county.clinics[1]!)];
  writer = await signIn(system, county, 'writer11');
  reviewer = await signIn(system, county, 'reviewer21');
  chief = await signIn(system, county, 'chief1');
  desk = new Desk(clinic, writer, reviewer, until);
});
afterAll(() => system.stop());

/** Changes rows behind everybody's back, as the relay role. */
const change = (sql: string, ...params: unknown[]): Promise<number> =>
  system.db.relay(system.ctx(county.countyId), (tx) => tx.change(sql, params));

/** Everything that a command on a report could have changed. */
async function stored(exam: string): Promise<{ state: string; claim: { state: string } }> {
  const row = await system.db.read(system.ctx(county.countyId), (tx) =>
    tx.row<{ stored: { state: string; claim: { state: string } } }>(
      `SELECT jsonb_build_object('state', e.state, 'rev', e.rev, 'images', e.image_set,
         'claim', jsonb_build_object('state', i.state, 'stage', i.stage, 'fence', i.fence, 'holder', i.holder_id,
           'until', i.lease_until, 'reserved', i.reserved_until, 'submitted', i.submitted_at, 'signed', i.signed_at),
         'draft', (SELECT to_jsonb(d) FROM report_draft d WHERE d.exam_id = e.id),
         'submissions', (SELECT jsonb_agg(s ORDER BY s.id) FROM report_submission s WHERE s.exam_id = e.id),
         'versions', (SELECT jsonb_agg(v.id) FROM report_version v WHERE v.exam_id = e.id)) AS stored
       FROM exam e JOIN reading_item i ON i.exam_id = e.id WHERE e.id = $1`,
      [exam],
    ),
  );
  if (!row) throw new Error('no such exam');
  return row.stored;
}

/** The attempt ends in a conflict of this code that says where things stand, changes nothing, and leaves its trace. */
async function expectRefused(
  exam: string,
  action: string,
  code: string,
  attempt: () => Promise<Answered>,
): Promise<Record<string, unknown>> {
  const before = await stored(exam);
  const { status, body } = await attempt();
  expect([status, body.code]).toEqual([409, code]);
  expect(body.params.state).toBe(before.state);
  expect(await stored(exam)).toEqual(before);
  const trace = await system.db.read(system.ctx(county.countyId), (tx) =>
    tx.row<{ details: object }>(
      'SELECT details FROM audit_event WHERE subject_id = $1 AND action = $2 ORDER BY at DESC, id DESC LIMIT 1',
      [exam, `${action}.refused`],
    ),
  );
  expect(trace?.details).toMatchObject({ code });
  return body.params;
}

describe('the whole way', () => {
  it('leads from claim through review to a signed version with both names, both times and both texts', async () => {
    const exam = await desk.queued();
    const first = await desk.claim(writer, exam);
    expect(first).toMatchObject({ fence: 1, version: 0 });
    const written = await desk.put(writer, exam, await desk.put(writer, exam, first));
    const submittedAt = clock.advance(10 * MINUTE).toISOString();
    const submitted = await writer.post(report(exam, '/submit'), written);
    expect([submitted.status, submitted.body]).toMatchObject([200, { state: 'PENDING_REVIEW', submittedAt }]);

    const review = await desk.claim(reviewer, exam);
    expect(review).toMatchObject({ fence: 2, version: 2 });
    const edited = await desk.put(reviewer, exam, review, { impression: '右肺上叶磨玻璃结节。' });
    const signedAt = clock.advance(5 * MINUTE).toISOString();
    const signed = await reviewer.post(report(exam, '/sign'), edited);
    expect([signed.status, signed.body]).toMatchObject([200, { state: 'SIGNED', number: 1, kind: 'final', signedAt }]);

    const { body } = await reviewer.get(report(exam));
    expect(body).toMatchObject({ state: 'SIGNED', draft: null, versions: [{ versionId: signed.body.versionId }] });
    expect(body.versions[0]).toMatchObject({
      impression: '右肺上叶磨玻璃结节。',
      positive: 1,
      writer: { name: '报告11', title: '住院医师', hospital: '云溪县第1医院', at: submittedAt },
      reviewer: { name: '审核21', title: '主治医师', hospital: '云溪县第2医院', at: signedAt },
      subject: { patientName: '张三', age: '67岁', clinicName: '第1卫生院', centreName: '云溪县医学影像诊断中心' },
    });
    expect(body.submissions).toMatchObject([
      { impression: TEXT.impression, outcome: 'signed', writer: { name: '报告11' } },
    ]);
  });

  it('shows a clinic nothing but what is signed, and another clinic not even that', async () => {
    const { exam, seen } = await desk.underReview();
    expect((await clinic.get(report(exam))).body).toMatchObject({ draft: null, submissions: [], versions: [] });
    expect((await writer.get(report(exam))).body.draft).toMatchObject({ version: 1, author: { name: '报告11' } });
    await reviewer.post(report(exam, '/sign'), seen);
    expect((await clinic.get(report(exam))).body.versions).toHaveLength(1);
    expect((await otherClinic.get(report(exam))).status).toBe(404);
  });

  it('gives a rejected report back to its writer, with the reason, and takes it again', async () => {
    const { exam, seen } = await desk.underReview();
    const rejected = await reviewer.post(report(exam, '/reject'), { ...seen, reason: '请补充结节大小' });
    expect([rejected.status, rejected.body]).toMatchObject([200, { state: 'REVISING' }]);
    const revised = await desk.put(writer, exam, await desk.claim(writer, exam), { findings: '见6mm结节。' });
    expect((await writer.post(report(exam, '/submit'), revised)).status).toBe(200);
    const signed = await reviewer.post(report(exam, '/sign'), await desk.claim(reviewer, exam));
    expect([signed.status, signed.body.number]).toEqual([200, 1]);
    expect((await writer.get(report(exam))).body.submissions).toMatchObject([
      { outcome: 'signed', findings: '见6mm结节。', reason: null },
      { outcome: 'rejected', findings: TEXT.findings, reason: '请补充结节大小' },
    ]);
  });

  it('lets the writer take a report back until a reviewer claims it', async () => {
    const { exam, seen } = await desk.written();
    const { imageSet } = seen;
    await writer.post(report(exam, '/submit'), seen);
    await expectRefused(exam, 'report.takeback', 'not_the_writer', () => chief.post(report(exam, '/takeback')));
    const taken = await writer.post(report(exam, '/takeback'));
    expect([taken.status, taken.body]).toMatchObject([200, { state: 'CLAIMED', fence: 2, version: 1, imageSet }]);
    const again = await desk.put(writer, exam, { fence: taken.body.fence, version: 1, imageSet });
    expect((await writer.post(report(exam, '/submit'), again)).status).toBe(200);
    await desk.claim(reviewer, exam);
    await expectRefused(exam, 'report.takeback', 'exam_state_conflict', () =>
      writer.post(report(exam, '/takeback'), {}),
    );
  });

  it('keeps the submitted text of an exam that went back to the clinic, and takes the next one', async () => {
    const { exam, seen } = await desk.underReview();
    const asReturned = { fence: seen.fence, code: 'Q07', wanted: 'supplement', note: '请补充病史' };
    expect((await reviewer.post(`/api/worklist/${exam}/return`, asReturned)).status).toBe(200);
    expect((await clinic.post(`/api/exams/${exam}/resubmit`, { note: '咳嗽一周' })).status).toBe(200);
    await until('it is back on the list', async () => (await stored(exam)).claim.state === 'QUEUED');
    const again = await desk.claim(writer, exam);
    expect((await writer.post(report(exam, '/submit'), again)).status).toBe(200);
    const { submissions } = (await writer.get(report(exam))).body;
    expect(submissions).toMatchObject([{ outcome: null }, { outcome: 'lapsed', findings: TEXT.findings }]);
  });
});

describe('what is stale is refused, with where things stand', () => {
  it('draft: fence and version', async () => {
    const { exam, seen } = await desk.written();
    const put = (client: Client, change: object): Promise<Answered> =>
      client.put(report(exam, '/draft'), { fence: seen.fence, version: seen.version, ...TEXT, ...change });
    const fence = await expectRefused(exam, 'report.draft', 'stale_fence', () => put(writer, { fence: 99 }));
    expect(fence['fence']).toBe(seen.fence);
    const older = { version: 0, findings: '另一段。' };
    const version = await expectRefused(exam, 'report.draft', 'stale_version', () => put(writer, older));
    expect(version).toEqual({ state: 'CLAIMED', ...seen });
    await expectRefused(exam, 'report.draft', 'stale_version', () => put(writer, { version: 7 }));
    await expectRefused(exam, 'report.draft', 'stale_fence', () => put(reviewer, {}));
  });

  it('draft: the first save names version 0, and of two first saves one wins', async () => {
    const exam = await desk.queued();
    const { fence } = await desk.claim(writer, exam);
    const put = (version: number, findings: string): Promise<Answered> =>
      writer.put(report(exam, '/draft'), { fence, version, ...TEXT, findings });
    await expectRefused(exam, 'report.draft', 'stale_version', () => put(1, '一'));
    const both = await Promise.all([put(0, '甲'), put(0, '乙')]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const kept = both[0].status === 200 ? '甲' : '乙';
    expect((await writer.get(report(exam))).body.draft).toMatchObject({ version: 1, findings: kept });
  });

  it.each(['submit', 'reject', 'sign'])('%s: fence, version and images', async (step) => {
    const client = step === 'submit' ? writer : reviewer;
    const { exam, seen } = step === 'submit' ? await desk.written() : await desk.underReview();
    const body = { ...seen, ...(step === 'reject' ? { reason: '请补充' } : {}) };
    const post = (change: object): Promise<Answered> => client.post(report(exam, `/${step}`), { ...body, ...change });
    for (const [field, code] of [
      ['fence', 'stale_fence'],
      ['version', 'stale_version'],
      ['imageSet', 'stale_image_set'],
    ] as const) {
      const params = await expectRefused(exam, `report.${step}`, code, () => post({ [field]: seen[field] + 1 }));
      expect(params[field]).toBe(seen[field]);
    }
    expect((await post({})).status).toBe(200);
  });

  it('sign: images that came after the reviewer opened them', async () => {
    const { exam, seen } = await desk.underReview();
    await change('UPDATE exam SET image_set = image_set + 1 WHERE id = $1', exam);
    const sign = (imageSet: unknown): Promise<Answered> => reviewer.post(report(exam, '/sign'), { ...seen, imageSet });
    const now = await expectRefused(exam, 'report.sign', 'stale_image_set', () => sign(seen.imageSet));
    expect((await sign(now['imageSet'])).status).toBe(200);
  });
});

describe('bad input', () => {
  it.each([
    [{ colour: 'red' }, 'colour'],
    [{ positive: 2 }, 'positive'],
    [{ findings: undefined }, 'findings'],
    [{ findings: '\u0000' }, 'findings'],
    [{ impression: '长'.repeat(20_001) }, 'impression'],
    [{ version: -1 }, 'version'],
    [{ fence: '1' }, 'fence'],
  ])('is told by field: draft with %j', async (change, field) => {
    const { exam, seen } = await desk.written();
    const { fence, version } = seen;
    const { status, body } = await writer.put(report(exam, '/draft'), { fence, version, ...TEXT, ...change });
    expect([status, body.code, body.params.field]).toEqual([400, 'invalid_input', field]);
    expect((await writer.get(report(exam))).body.draft).toMatchObject({ version, findings: TEXT.findings });
  });

  it('is told by field: rejecting without a reason, an exam that is none', async () => {
    const { exam, seen } = await desk.underReview();
    const rejected = await reviewer.post(report(exam, '/reject'), { ...seen, reason: ' ' });
    expect([rejected.status, rejected.body.params.field]).toEqual([400, 'reason']);
    expect((await writer.get(report('nonsense'))).status).toBe(400);
    expect((await writer.get(report(county.countyId))).status).toBe(404);
  });
});
