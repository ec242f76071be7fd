import { report, TEXT } from '../desk.fixture';
import { type Claim, codeOf, must, RevisionRoom, seenOf } from './revisions.fixture';

let room: RevisionRoom;

beforeAll(async () => {
  room = await RevisionRoom.open();
});
afterAll(() => room.close());

const REASON = { reason: '侧别有误' };

const versionsOf = (exam: string) =>
  room.rows<{ number: number; kind: string; reason: string | null; writer_id: string; reviewer_id: string }>(
    'SELECT number, kind, reason, writer_id, reviewer_id FROM report_version WHERE exam_id = $1 ORDER BY number',
    exam,
  );

describe('a correction', () => {
  it('goes the ordinary way by two doctors, while the old version stands and is marked', async () => {
    const { exam, versionId, entry } = await room.delivered();
    must(await room.see(entry));
    const opened = must(await room.post('reviewer21', exam, '/amend', REASON)) as Claim;
    expect(opened).toMatchObject({ state: 'AMENDING', amendmentState: 'WRITING', version: 1, kind: 'corrected' });
    expect((await room.entriesOf(exam))[0]).toMatchObject({
      amending: { reason: '侧别有误' },
      report: { impression: TEXT.impression },
    });
    const clinic = (await room.people.doctor01.get(report(exam))).body;
    expect(clinic).toMatchObject({ state: 'AMENDING', amendment: null, versions: [{ versionId, amending: REASON }] });
    const { body: open } = await room.people.writer11.get('/api/amendments?open');
    expect(open.items[0]).toMatchObject({ examId: exam, amendmentState: 'WRITING', impression: TEXT.impression });

    const written = await room.desk.put(room.people.reviewer21, exam, seenOf(opened), { impression: '左肺上叶结节。' });
    const submitted = must(await room.post('reviewer21', exam, '/submit', written)) as Claim;
    expect(submitted).toMatchObject({ amendmentState: 'SUBMITTED', fence: opened.fence + 1 });
    const edited = await room.desk.put(room.people.reviewer11, exam, seenOf(submitted), {
      impression: '左肺上叶小结节。',
    });
    expect(must(await room.post('reviewer11', exam, '/sign', edited))).toMatchObject({
      number: 2,
      kind: 'corrected',
      state: 'SIGNED',
    });
    expect(await versionsOf(exam)).toMatchObject([
      { number: 1, kind: 'final' },
      {
        kind: 'corrected',
        reason: '侧别有误',
        writer_id: room.idOf('reviewer21'),
        reviewer_id: room.idOf('reviewer11'),
      },
    ]);
    expect(await room.stateOf(exam)).toBe('SIGNED');
    const [first, second] = await room.entries(exam, 2);
    expect(first).toMatchObject({ state: 'SEEN', supersededBy: second!.deliveryId, amending: null });
    expect(second).toMatchObject({ kind: 'corrected', state: 'SENT', supersedes: 1, reason: '侧别有误' });
    expect(Object.keys(second!.changes!.sections)).toEqual(['impression']);
    const { body: changed } = await room.people.doctor01.get(`/api/reports/${second!.reportVersion.versionId}/changes`);
    expect(changed).toMatchObject({ since: 1, number: 2, reason: '侧别有误', changes: second!.changes });
    expect((await room.people.doctor02.get(`/api/reports/${versionId}/changes`)).status).toBe(404);
    // Both texts are kept: what was handed in, and what was signed.
    const { submissions } = (await room.people.chief1.get(report(exam))).body;
    expect(submissions[0]).toMatchObject({ impression: '左肺上叶结节。', outcome: 'signed' });
  });

  it('is read for faults in its own text, not in the one that stands', async () => {
    const { exam } = await room.delivered();
    const opened = must(await room.post('reviewer21', exam, '/amend', REASON)) as Claim;
    const residue = { results: [{ code: 'TEMPLATE_RESIDUE' }], critical: [{ finding: '急性肺栓塞' }] };
    const text = { findings: '右肺动脉充盈缺损{大小}。', impression: '急性肺栓塞。' };
    const written = await room.desk.put(room.people.reviewer21, exam, seenOf(opened), text);
    expect((await room.people.reviewer21.get(report(exam, '/lint'))).body).toMatchObject({ version: 2, ...residue });
    expect(must(await room.post('reviewer21', exam, '/submit', written))).toMatchObject({ lint: residue });
  });

  it('is opened by the signer or a chief, once', async () => {
    const { exam } = await room.delivered();
    expect(codeOf(await room.post('reviewer11', exam, '/amend', REASON))).toEqual([403, 'not_the_signer']);
    expect((await room.post('writer11', exam, '/amend', REASON)).status).toBe(403);
    const answers = await Promise.all([
      room.post('reviewer21', exam, '/amend', REASON),
      room.post('chief1', exam, '/amend', REASON),
      room.post('reviewer21', exam, '/amend', REASON),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    for (const { status, body } of answers) if (status === 409) expect(body.params.state).toBe('AMENDING');
    const rows = await room.rows('SELECT 1 FROM report_amendment WHERE exam_id = $1', exam);
    expect(rows).toHaveLength(1);
  });

  it('is cancelled without a trace on the report, and may be opened anew with a higher fence', async () => {
    const { exam } = await room.delivered();
    const submitted = await room.correction(exam);
    expect(codeOf(await room.post('reviewer11', exam, '/amend/cancel', REASON))).toEqual([409, 'not_the_writer']);
    expect(must(await room.post('reviewer21', exam, '/amend/cancel', REASON))).toMatchObject({
      state: 'SIGNED',
      amendmentState: 'CANCELLED',
    });
    expect(codeOf(await room.post('reviewer11', exam, '/sign', seenOf(submitted)))[0]).toBe(409);
    expect(await versionsOf(exam)).toHaveLength(1);
    expect((await room.entriesOf(exam))[0]!.amending).toBeNull();
    const again = must(await room.post('chief1', exam, '/amend', REASON)) as Claim;
    expect(again.fence).toBeGreaterThan(submitted.fence);
  });

  it('needs another doctor, who may review, and something that was changed', async () => {
    const { exam } = await room.delivered();
    const opened = must(await room.post('reviewer21', exam, '/amend', REASON)) as Claim;
    expect(codeOf(await room.post('reviewer11', exam, '/sign', seenOf(opened)))).toEqual([409, 'amendment_state']);
    expect(codeOf(await room.post('reviewer21', exam, '/submit', seenOf(opened)))).toEqual([
      409,
      'amendment_unchanged',
    ]);
    const late = { ...TEXT, fence: opened.fence, version: 1 };
    const { status, body } = await room.people.reviewer11.put(report(exam, '/draft'), late);
    expect([status, body.code, body.message]).toEqual([409, 'not_the_writer', '该更正已由其他医师书写，不能保存']);
    const written = await room.desk.put(room.people.reviewer21, exam, seenOf(opened), { findings: '' });
    const submitted = must(await room.post('reviewer21', exam, '/submit', written)) as Claim;
    expect(codeOf(await room.post('reviewer21', exam, '/sign', seenOf(submitted)))).toEqual([409, 'own_report']);
    expect(codeOf(await room.post('reviewer11', exam, '/sign', seenOf(submitted)))).toEqual([409, 'report_unfinished']);
    const rejected = must(await room.post('reviewer11', exam, '/reject', { ...seenOf(submitted), ...REASON })) as Claim;
    expect(rejected).toMatchObject({ amendmentState: 'WRITING', fence: submitted.fence + 1 });
    expect(await room.stateOf(exam)).toBe('AMENDING');
    expect(await versionsOf(exam)).toHaveLength(1);
  });

  it('refuses what is stale with what is so now, changes nothing, and writes the refusal down', async () => {
    const { exam } = await room.delivered();
    const submitted = await room.correction(exam);
    const seen = seenOf(submitted);
    const refusals = [
      await room.post('reviewer11', exam, '/sign', { ...seen, fence: seen.fence - 1 }),
      await room.post('reviewer11', exam, '/sign', { ...seen, version: seen.version - 1 }),
      await room.post('reviewer11', exam, '/sign', { ...seen, imageSet: seen.imageSet + 1 }),
    ];
    expect(refusals.map(codeOf)).toEqual([
      [409, 'stale_fence'],
      [409, 'stale_version'],
      [409, 'stale_image_set'],
    ]);
    for (const { body } of refusals) expect(body.params).toMatchObject({ state: 'AMENDING', ...seen });
    const written = await room.rows(
      "SELECT 1 FROM audit_event WHERE subject_id = $1 AND action = 'report.sign.refused'",
      exam,
    );
    expect(written).toHaveLength(3);
    await room.change("UPDATE exam SET identity_hold_at = now(), identity_hold_reason = '存疑' WHERE id = $1", exam);
    expect(codeOf(await room.post('reviewer11', exam, '/sign', seen))).toEqual([409, 'identity_on_hold']);
    expect(await versionsOf(exam)).toHaveLength(1);
  });

  it('is taken back by its writer before it is signed', async () => {
    const { exam } = await room.delivered();
    const submitted = await room.correction(exam);
    const back = must(await room.post('reviewer21', exam, '/takeback', {})) as Claim;
    expect(back).toMatchObject({ amendmentState: 'WRITING', version: submitted.version });
    expect(codeOf(await room.post('reviewer11', exam, '/sign', seenOf(submitted)))).toEqual([409, 'stale_fence']);
  });

  it('signed against cancelled: exactly one of the two wins, twenty times', async () => {
    const won = { signed: 0, cancelled: 0 };
    for (let i = 0; i < 20; i += 1) {
      const { exam } = await room.desk.signed();
      const seen = seenOf(await room.correction(exam));
      const [signed, cancelled] = await Promise.all([
        room.post('reviewer11', exam, '/sign', seen),
        room.post('reviewer21', exam, '/amend/cancel', REASON),
      ]);
      expect([signed.status, cancelled.status].sort()).toEqual([200, 409]);
      expect(await room.stateOf(exam)).toBe('SIGNED');
      expect(await versionsOf(exam)).toHaveLength(signed.status === 200 ? 2 : 1);
      won[signed.status === 200 ? 'signed' : 'cancelled'] += 1;
    }
    expect(won.signed + won.cancelled).toBe(20);
  });

  it('is signed once by thirty hands at the same moment', async () => {
    const { exam } = await room.delivered();
    const seen = seenOf(await room.correction(exam));
    const signers = (['reviewer11', 'reviewer22', 'chief1'] as const).flatMap((who) =>
      Array.from({ length: 10 }, () => who),
    );
    const answers = await Promise.all(signers.map((who) => room.post(who, exam, '/sign', seen)));
    const signed = signers.filter((_, i) => answers[i]!.status === 200);
    expect(signed).toEqual(Array.from({ length: 10 }, () => signed[0]));
    expect(new Set(answers.flatMap(({ status, body }) => (status === 200 ? [body.versionId] : []))).size).toBe(1);
    expect(await versionsOf(exam)).toMatchObject([{ number: 1 }, { reviewer_id: room.idOf(signed[0]!) }]);
  });

  it('signed once more by who has signed it, is answered as the first time; and what it replaced no longer', async () => {
    const { exam, seen: first } = await room.desk.underReview();
    must(await room.post('reviewer21', exam, '/sign', first));
    const seen = seenOf(await room.correction(exam));
    expect(codeOf(await room.post('reviewer21', exam, '/sign', first))).toEqual([409, 'stale_fence']);
    const signed = must(await room.post('reviewer11', exam, '/sign', seen));
    const audited = (): Promise<unknown[]> =>
      room.rows(
        "SELECT id FROM audit_event WHERE actor_kind = 'person' AND (subject_id = $1 OR details->>'examId' = $1::text) ORDER BY id",
        exam,
      );
    const before = await audited();
    expect(must(await room.post('reviewer11', exam, '/sign', seen))).toEqual(signed);
    expect(await audited()).toEqual(before);
    const refusals = [
      await room.post('reviewer22', exam, '/sign', seen),
      await room.post('reviewer11', exam, '/sign', { ...seen, version: seen.version + 1 }),
      await room.post('reviewer21', exam, '/sign', first),
    ];
    for (const { status, body } of refusals) expect([status, body.params.state]).toEqual([409, 'SIGNED']);
    expect(await versionsOf(exam)).toHaveLength(2);
  });
});

describe('an addendum', () => {
  const ADDED = { reason: '补充描述', findings: '另见肝囊肿。', impression: '肝囊肿。' };

  it('adds to the report that stands, which is neither marked nor replaced', async () => {
    const { exam, versionId, entry } = await room.delivered();
    must(await room.see(entry));
    const handed = must(await room.post('writer11', exam, '/addendum', ADDED)) as Claim;
    expect(handed).toMatchObject({ state: 'SIGNED', amendmentState: 'SUBMITTED', kind: 'addendum' });
    expect(codeOf(await room.post('reviewer21', exam, '/recall', REASON))).toEqual([409, 'revision_open']);
    expect(must(await room.post('reviewer21', exam, '/sign', seenOf(handed)))).toMatchObject({
      number: 2,
      kind: 'addendum',
    });
    const [first, second] = await room.entries(exam, 2);
    expect(first).toMatchObject({ supersededBy: null, amending: null, state: 'SEEN' });
    expect(second).toMatchObject({
      kind: 'addendum',
      supersedes: 1,
      changes: null,
      reason: '补充描述',
      report: { impression: '肝囊肿。', technique: '' },
    });
    const { versions } = (await room.people.doctor01.get(report(exam))).body;
    expect(versions).toMatchObject([
      { versionId, supersededBy: null, amending: null, impression: TEXT.impression },
      { kind: 'addendum', positive: 1 },
    ]);
  });

  it('leaves the report as positive as it is where its writer has emptied the mark', async () => {
    const { exam } = await room.delivered();
    const handed = must(await room.post('writer11', exam, '/addendum', ADDED)) as Claim;
    const text = { findings: ADDED.findings, impression: ADDED.impression, technique: '', positive: null };
    const edited = await room.desk.put(room.people.reviewer21, exam, seenOf(handed), text);
    must(await room.post('reviewer21', exam, '/sign', edited));
    const { versions } = (await room.people.doctor01.get(report(exam))).body;
    expect(versions.map((version: { positive: number }) => version.positive)).toEqual([1, 1]);
  });

  it('is confirmed by another than its writer, and says something', async () => {
    const { exam } = await room.delivered();
    expect((await room.post('reviewer21', exam, '/addendum', { ...ADDED, findings: ' ', impression: '' })).status).toBe(
      400,
    );
    const handed = must(await room.post('reviewer21', exam, '/addendum', { ...ADDED, positive: 0 })) as Claim;
    expect(codeOf(await room.post('reviewer21', exam, '/sign', seenOf(handed)))).toEqual([409, 'own_report']);
    expect(codeOf(await room.post('writer11', exam, '/addendum', ADDED))).toEqual([409, 'revision_open']);
    const signed = must(await room.post('reviewer22', exam, '/sign', seenOf(handed)));
    expect(must(await room.post('reviewer22', exam, '/sign', seenOf(handed)))).toEqual(signed);
    const { versions } = (await room.people.doctor01.get(report(exam))).body;
    expect(versions.map((version: { positive: number }) => version.positive)).toEqual([1, 0]);
  });

  it('is taken into a correction that follows it, which is compared with the text it corrects', async () => {
    const { exam } = await room.delivered();
    const handed = must(await room.post('writer11', exam, '/addendum', ADDED)) as Claim;
    must(await room.post('reviewer21', exam, '/sign', seenOf(handed)));
    const opened = must(await room.post('reviewer21', exam, '/amend', REASON)) as Claim;
    const { amendment } = (await room.people.reviewer21.get(report(exam))).body;
    expect([amendment.findings, amendment.impression]).toEqual([
      `${TEXT.findings}\n补充：另见肝囊肿。`,
      `${TEXT.impression}\n补充：肝囊肿。`,
    ]);
    expect(codeOf(await room.post('reviewer21', exam, '/submit', seenOf(opened)))).toEqual([
      409,
      'amendment_unchanged',
    ]);
    const text = { findings: amendment.findings, impression: '左肺上叶结节，肝囊肿。' };
    const written = await room.desk.put(room.people.reviewer21, exam, seenOf(opened), text);
    const submitted = must(await room.post('reviewer21', exam, '/submit', written)) as Claim;
    must(await room.post('reviewer11', exam, '/sign', seenOf(submitted)));
    const entries = await room.entries(exam, 3);
    const last = entries.at(-1)!;
    expect(entries.map(({ supersededBy }) => supersededBy)).toEqual([last.deliveryId, last.deliveryId, null]);
    expect(last).toMatchObject({ kind: 'corrected', reportVersion: { number: 3 } });
    const { body } = await room.people.doctor01.get(`/api/reports/${last.reportVersion.versionId}/changes`);
    expect([body.since, Object.keys(body.changes.sections)]).toEqual([1, ['findings', 'impression']]);
  });
});
