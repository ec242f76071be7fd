import { gateway, seedCounty, signIn, type TestCounty } from '../../../test/harness/county';
import { startSystem, type System } from '../../../test/harness/system';
import { until } from '../../../test/harness/wait';
import { type Client, Desk, report, TEXT } from '../desk.fixture';

let system: System;
let county: TestCounty;
let desk: Desk;
let writer: Client;
let reviewer: Client;
let chief: Client;
let doctor: Client;

beforeAll(async () => {
  system = await startSystem();
  county = await seedCounty(system);
  writer = await signIn(system, county, 'writer11');
  reviewer = await signIn(system, county, 'reviewer21');
  chief = await signIn(system, county, 'chief1');
  doctor = await signIn(system, county, 'doctor01');
  desk = new Desk(gateway(system, county.clinics[0]!), writer, reviewer, until);
});
afterAll(() => system.stop());

const id = (username: string): string => county.people.get(username)!.id;
const signedIn = (username: string): Promise<Client> => signIn(system, county, username);

describe('a text outlives the claim under which it was written', () => {
  it('offers the draft to the next reader, marked as another’s, and keeps what he writes over', async () => {
    const { exam, seen } = await desk.written({ impression: '右肺上叶结节，建议复查。' });
    expect((await writer.post(`/api/worklist/${exam}/release`, { fence: seen.fence, reason: '下班' })).status).toBe(
      200,
    );
    const next = await signedIn('writer12');
    const claimed = await desk.claim(next, exam);
    expect(claimed.version).toBe(1);
    const { draft } = (await next.get(report(exam))).body;
    expect(draft).toMatchObject({ version: 1, own: false, author: { personId: id('writer11') }, copiedFrom: null });
    await desk.put(next, exam, claimed, { impression: '右肺上叶炎症。' });
    expect((await next.get(report(exam))).body.draft).toMatchObject({
      own: true,
      author: { personId: id('writer12') },
    });
    const { kept } = (await next.get(report(exam, '/trace'))).body;
    expect(kept).toMatchObject([
      { why: 'replaced', by: { personId: id('writer11') }, impression: '右肺上叶结节，建议复查。' },
    ]);
  });

  it('keeps a save that came after the claim was taken over, once', async () => {
    const { exam, seen } = await desk.written();
    expect((await chief.post(`/api/worklist/${exam}/takeover`, { reason: '急诊' })).status).toBe(200);
    const late = { fence: seen.fence, version: seen.version, ...TEXT, impression: '左肺下叶肺炎。' };
    for (let time = 0; time < 2; time += 1) {
      const { status, body } = await writer.put(report(exam, '/draft'), late);
      expect([status, body.code]).toEqual([409, 'stale_fence']);
    }
    const { kept } = (await chief.get(report(exam, '/trace'))).body;
    expect(kept).toMatchObject([{ why: 'refused', by: { personId: id('writer11') }, impression: '左肺下叶肺炎。' }]);
    expect((await chief.get(report(exam))).body.draft.impression).toBe(TEXT.impression);
  });

  it('keeps a save made from a version that is no longer the newest', async () => {
    const { exam, seen } = await desk.written();
    await desk.put(writer, exam, seen, { impression: '第二次保存。' });
    const { fence, version } = seen;
    const again = await writer.put(report(exam, '/draft'), { fence, version, ...TEXT, impression: '另一个窗口。' });
    expect([again.status, again.body.code]).toEqual([409, 'stale_version']);
    expect((await writer.get(report(exam, '/trace'))).body.kept).toMatchObject([{ impression: '另一个窗口。' }]);
  });

  it('keeps the last of what an editor goes on saving, however often, and nothing that is the draft', async () => {
    const { exam, seen } = await desk.written();
    const now = await desk.put(writer, exam, seen, { impression: '第二次保存。' });
    const { fence, version } = seen;
    const save = (base: number, impression: string) =>
      writer.put(report(exam, '/draft'), { fence, version: base, ...TEXT, impression });
    const keptNow = async (): Promise<string[]> =>
      ((await writer.get(report(exam, '/trace'))).body.kept as { impression: string }[]).map((text) => text.impression);
    // The answer to the very save was lost.
    const repeated = await save(version, '第二次保存。');
    expect([repeated.status, repeated.body]).toEqual([200, { version: version + 1 }]);
    expect(await keptNow()).toEqual([]);
    for (let i = 1; i <= 60; i += 1) await save(version, `另一个窗口第${i}次。`);
    expect(await keptNow()).toEqual(['另一个窗口第60次。']);
    // Another window has another base: of each the last.
    for (let base = 100; base < 155; base += 1) await save(base, `窗口${base}。`);
    const kept = await keptNow();
    expect([kept.length, kept[0]]).toEqual([50, '窗口154。']);
    expect(now.version).toBe(version + 1);
  });

  it('marks a text that was taken over from an earlier report', async () => {
    const { versionId } = await desk.signed({}, { patientLocalId: 'K1' });
    const { exam, seen } = await desk.written({}, { patientLocalId: 'K1' });
    const { fence, version } = seen;
    const strange = { fence, version, ...TEXT, copiedFrom: exam };
    const { status, body } = await writer.put(report(exam, '/draft'), strange);
    expect([status, body.code, body.params.field]).toEqual([400, 'unknown_version', 'copiedFrom']);
    const saved = await writer.put(report(exam, '/draft'), { ...strange, copiedFrom: versionId });
    expect(saved.status).toBe(200);
    expect((await writer.get(report(exam))).body.draft.copiedFrom).toBe(versionId);
    expect((await writer.post(report(exam, '/submit'), { ...seen, version: saved.body.version })).status).toBe(200);
    expect((await reviewer.get(report(exam))).body.submissions).toMatchObject([{ copiedFrom: versionId }]);
    const review = await desk.claim(reviewer, exam);
    expect((await reviewer.post(report(exam, '/sign'), review)).status).toBe(200);
    expect((await reviewer.get(report(exam))).body.versions).toMatchObject([{ copiedFrom: versionId }]);
    // Of a clinic it is nobody's business whose text it was.
    expect((await desk.clinic.get(report(exam))).body.versions).toMatchObject([{ copiedFrom: null }]);
  });
});

it('takes no text over from the report of another patient', async () => {
  const { versionId } = await desk.signed();
  const { exam, seen } = await desk.written();
  const { fence, version } = seen;
  const strange = { fence, version, ...TEXT, impression: '另一位患者的诊断。', copiedFrom: versionId };
  const refused = await writer.put(report(exam, '/draft'), strange);
  expect(refused).toMatchObject({
    status: 403,
    body: { code: 'copied_from_another', params: { field: 'copiedFrom' } },
  });
  expect((await writer.get(report(exam))).body.draft).toMatchObject({ version, impression: TEXT.impression });
  // Another patient's words are not kept beside this one's draft either; that it was tried is.
  expect((await writer.get(report(exam, '/trace'))).body.kept).toEqual([]);
  const { items } = (await (await signedIn('auditor')).get(`/api/audit?subject=${exam}&action=report.draft.refused`))
    .body;
  expect(items).toMatchObject([{ details: { code: 'copied_from_another', versionId } }]);
});

describe('校对', () => {
  it('blocks a signature over a hard error, shows it, and lets the mended text through', async () => {
    const { exam, seen } = await desk.underReview({ findings: '右肺上叶见{大小}结节。' });
    const refused = await reviewer.post(report(exam, '/sign'), seen);
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'lint_errors', params: { codes: ['TEMPLATE_RESIDUE'], count: 1 } },
    });
    expect(JSON.stringify(refused.body)).not.toContain('结节');
    const { body } = await reviewer.get(report(exam, '/lint'));
    expect(body).toMatchObject({ version: 1, results: [{ code: 'TEMPLATE_RESIDUE', severity: 'error' }] });
    const mended = await desk.put(reviewer, exam, seen);
    expect((await reviewer.get(report(exam, '/lint'))).body).toEqual({
      version: 2,
      results: [],
      critical: [],
      obstacle: null,
    });
    expect((await reviewer.post(report(exam, '/sign'), mended)).body).toMatchObject({ state: 'SIGNED', lint: [] });
  });

  it('says at the submission what the lint and the list of critical values say of it', async () => {
    const { exam, seen } = await desk.written({ impression: '右肺上叶{大小}结节，考虑急性肺栓塞。' });
    const { status, body } = await desk.writer.post(report(exam, '/submit'), seen);
    expect([status, body.lint]).toMatchObject([
      200,
      { results: [{ code: 'TEMPLATE_RESIDUE', severity: 'error' }], critical: [{ finding: '急性肺栓塞' }] },
    ]);
    expect((await reviewer.get(report(exam, '/lint'))).body.critical).toHaveLength(1);
  });

  it('lets the signer sign over a warning and tells him of it', async () => {
    const { exam, seen } = await desk.underReview({ findings: '双肺野清晰，未见实质性病变。' });
    const { status, body } = await reviewer.post(report(exam, '/sign'), seen);
    expect([status, body.lint.map(({ severity }: { severity: string }) => severity)]).toEqual([200, ['warning']]);
  });
});

it('counts the use of a template that a draft was begun with', async () => {
  const admin = await signedIn('admin');
  expect((await admin.post('/api/templates/import', { level: 'public', starter: true })).status).toBe(200);
  const [template] = (await writer.get('/api/templates?modality=CT&limit=1')).body.items;
  const exam = await desk.queued();
  const { fence, version } = await desk.claim(writer, exam);
  const save = (body: object) => writer.put(report(exam, '/draft'), { fence, ...TEXT, ...body });
  expect((await save({ version, templateId: template.templateId })).status).toBe(200);
  expect((await save({ version: 1 })).status).toBe(200);
  expect((await writer.get(report(exam))).body.draft.templateId).toBe(template.templateId);
  expect((await writer.get(`/api/templates/${template.templateId}`)).body.usedCount).toBe(1);
  // Archived while he wrote, or none at all: no reason to lose what he has written.
  expect((await admin.post(`/api/templates/${template.templateId}/archive`, { version: 1 })).status).toBe(200);
  expect((await save({ version: 2, templateId: template.templateId })).status).toBe(200);
  expect((await save({ version: 3, templateId: exam })).status).toBe(200);
  expect((await writer.get(report(exam))).body.draft.templateId).toBe(template.templateId);
});

it('shows what every hand changed, word by word', async () => {
  const { exam, seen } = await desk.underReview({ impression: '左侧肋骨骨折。', positive: 0 });
  const edited = await desk.put(reviewer, exam, seen, { impression: '右侧肋骨骨折。', positive: 1 });
  expect((await reviewer.post(report(exam, '/sign'), edited)).status).toBe(200);
  const { status, body } = await writer.get(report(exam, '/trace'));
  expect(status).toBe(200);
  expect(body.steps).toMatchObject([
    { step: 'submitted', by: { personId: id('writer11') }, changes: {}, positive: null },
    {
      step: 'signed',
      number: 1,
      kind: 'final',
      by: { personId: id('reviewer21') },
      changes: {
        impression: [
          { kind: 'removed', text: '左侧' },
          { kind: 'added', text: '右侧' },
          { kind: 'same', text: '肋骨骨折。' },
        ],
      },
      positive: { from: 0, to: 1 },
    },
  ]);
  expect(Object.keys(body.steps[1].changes)).toEqual(['impression']);
  expect((await doctor.get(report(exam, '/trace'))).status).toBe(403);
});

describe('a trainee', () => {
  it('drafts and hands the text to his supervisor, who submits it in his own name', async () => {
    const trainee = await signedIn('trainee11');
    const exam = await desk.queued();
    const seen = await desk.put(trainee, exam, await desk.claim(trainee, exam), { impression: '右肺上叶结节？' });
    expect((await trainee.post(report(exam, '/submit'), seen)).status).toBe(403);
    const presented = await trainee.post(report(exam, '/present'), seen);
    expect(presented).toMatchObject({
      status: 200,
      body: { state: 'QUEUED', supervisor: { personId: id('writer11') } },
    });
    const notices = (await writer.get('/api/notices?open=true')).body.items as { examId: string; kind: string }[];
    expect(notices.filter(({ examId }) => examId === exam).map(({ kind }) => kind)).toEqual(['report.presented']);
    const mine = (await writer.get('/api/worklist?mine=true')).body.items as { examId: string }[];
    expect(mine.map(({ examId }) => examId)).toContain(exam);
    const own = await desk.put(writer, exam, await desk.claim(writer, exam), { impression: '右肺上叶结节。' });
    expect((await writer.post(report(exam, '/submit'), own)).status).toBe(200);
    const steps = (await reviewer.get(report(exam, '/trace'))).body.steps as { step: string; by: object }[];
    expect(steps.map(({ step, by }) => ({ step, by }))).toMatchObject([
      { step: 'presented', by: { personId: id('trainee11') } },
      { step: 'submitted', by: { personId: id('writer11') } },
    ]);
  });

  it('keeps his claim when the text is empty or the supervisor may not submit', async () => {
    const trainee = await signedIn('trainee11');
    const exam = await desk.queued();
    const seen = await desk.claim(trainee, exam);
    expect((await trainee.post(report(exam, '/present'), seen)).body.code).toBe('report_empty');
    const written = await desk.put(trainee, exam, seen);
    const licensed = (until: string): Promise<number> =>
      system.db.relay(system.ctx(county.countyId), (tx) =>
        tx.change('UPDATE person SET licence_valid_until = $2 WHERE id = $1', [id('writer11'), until]),
      );
    await licensed('2020-01-01');
    const refused = await trainee.post(report(exam, '/present'), written);
    await licensed('2035-12-31');
    expect([refused.status, refused.body.code]).toEqual([409, 'licence_invalid']);
    expect((await trainee.post(report(exam, '/present'), written)).status).toBe(200);
  });
});

describe('review mode', () => {
  let sysadmin: Client;
  const licence = (number: string | null): Promise<number> =>
    system.db.relay(system.ctx(county.countyId), (tx) =>
      tx.change(`UPDATE person SET licence_number = $2, licence_valid_until = '2035-12-31' WHERE id = $1`, [
        id('doctor01'),
        number,
      ]),
    );
  const register = async (accessionNumber: string): Promise<string> => {
    const clinic = gateway(system, county.clinics[0]!);
    const { status, body } = await clinic.post('/api/exams', {
      accessionNumber,
      patientLocalId: 'P001',
      patientName: '张三',
      sex: 'M',
      age: 67,
      ageUnit: 'Y',
      modality: 'DX',
      itemName: '胸部正位',
      bodyPart: '胸部',
      examStart: '2026-03-02T08:30:00+08:00',
      orderingDoctor: '王小明',
      orderingPhone: '000-1111',
      metadataOnly: true,
    });
    expect(status).toBe(201);
    return body.examId;
  };

  beforeAll(async () => {
    sysadmin = await signedIn('sysadmin');
    const agreed = await sysadmin.put(`/api/clinics/${county.clinics[0]!.id}/modes`, {
      modality: 'DX',
      mode: 'review',
    });
    expect(agreed.status).toBe(204);
  });

  it('lets the clinic’s own doctor write and the centre sign', async () => {
    const exam = await register('DX202603020001');
    await licence('110330000099');
    expect((await writer.post(`/api/worklist/${exam}/claim`, {})).status).toBe(409);
    const saved = await doctor.put(report(exam, '/clinic-draft'), { version: 0, ...TEXT });
    expect(saved).toMatchObject({ status: 200, body: { version: 1 } });
    expect((await doctor.put(report(exam, '/clinic-draft'), { version: 0, ...TEXT })).body).toEqual(saved.body);
    const late = { version: 0, ...TEXT, findings: '另一段。' };
    expect((await doctor.put(report(exam, '/clinic-draft'), late)).body.code).toBe('stale_version');
    const handedIn = await doctor.post(report(exam, '/clinic-submit'), { version: 1, imageSet: 0 });
    expect(handedIn).toMatchObject({ status: 200, body: { state: 'PENDING_REVIEW' } });
    expect((await doctor.put(report(exam, '/clinic-draft'), { version: 1, ...TEXT })).body.code).toBe(
      'exam_state_conflict',
    );
    const seen = await desk.claim(reviewer, exam);
    const signed = await reviewer.post(report(exam, '/sign'), seen);
    expect(signed.status).toBe(200);
    // What was signed is read in the report, where the look is noted, and not in the trace.
    const steps = async (who: Client) =>
      ((await who.get(report(exam, '/trace'))).body.steps as { step: string }[]).map(({ step }) => step);
    expect([await steps(doctor), await steps(writer)]).toEqual([['submitted'], ['submitted', 'signed']]);
    const { versions } = (await doctor.get(report(exam))).body;
    expect(versions).toMatchObject([
      { writer: { personId: id('doctor01'), hospital: '第1卫生院' }, reviewer: { personId: id('reviewer21') } },
    ]);
  });

  it('gives a rejected text back to the clinic', async () => {
    const exam = await register('DX202603020002');
    await doctor.put(report(exam, '/clinic-draft'), { version: 0, ...TEXT });
    await doctor.post(report(exam, '/clinic-submit'), { version: 1, imageSet: 0 });
    const seen = await desk.claim(reviewer, exam);
    expect((await reviewer.post(report(exam, '/reject'), { ...seen, reason: '请补充右侧肋膈角' })).status).toBe(200);
    expect((await writer.post(`/api/worklist/${exam}/claim`, {})).body.code).toBe('reserved_for_writer');
    expect(
      (await doctor.put(report(exam, '/clinic-draft'), { version: 1, ...TEXT, findings: '右侧肋膈角锐利。' })).status,
    ).toBe(200);
    const again = await doctor.post(report(exam, '/clinic-submit'), { version: 2, imageSet: 0 });
    expect(again).toMatchObject({ status: 200, body: { state: 'PENDING_REVIEW' } });
    expect((await reviewer.post(report(exam, '/sign'), await desk.claim(reviewer, exam))).status).toBe(200);
  });

  it('gives the exam to the centre when the clinic’s doctor is away', async () => {
    const exam = await register('DX202603020004');
    const change = (who: Client, mode: string) => who.post(`/api/exams/${exam}/mode`, { mode, reason: '医师外出学习' });
    expect((await change(writer, 'diagnose')).status).toBe(403);
    expect((await change(doctor, 'review')).body.code).toBe('mode_unchanged');
    expect((await change(doctor, 'diagnose')).status).toBe(200);
    await until(
      'the exam is on the list',
      async () => (await writer.post(`/api/worklist/${exam}/claim`, {})).status === 200,
    );
    expect((await change(doctor, 'review')).body.code).toBe('exam_state_conflict');
  });

  it('wants a licensed doctor of that clinic, a text, and the images as they are', async () => {
    const exam = await register('DX202603020003');
    const stranger = await signedIn('doctor02');
    expect((await stranger.put(report(exam, '/clinic-draft'), { version: 0, ...TEXT })).status).toBe(404);
    const empty = await doctor.post(report(exam, '/clinic-submit'), { version: 0, imageSet: 0 });
    expect([empty.status, empty.body.code]).toEqual([409, 'report_empty']);
    await doctor.put(report(exam, '/clinic-draft'), { version: 0, ...TEXT });
    expect((await doctor.post(report(exam, '/clinic-submit'), { version: 1, imageSet: 1 })).body.code).toBe(
      'stale_image_set',
    );
    await licence(null);
    expect((await doctor.post(report(exam, '/clinic-submit'), { version: 1, imageSet: 0 })).body.code).toBe(
      'licence_invalid',
    );
    const other = await desk.queued();
    expect((await doctor.put(report(other, '/clinic-draft'), { version: 0, ...TEXT })).body.code).toBe(
      'not_clinic_written',
    );
  });
});

describe('单签', () => {
  it('is for the modalities that the county has named, and marks the version', async () => {
    const admin = await signedIn('admin');
    const alone = async (): Promise<{ exam: string; status: number; code: string }> => {
      const exam = await desk.queued();
      const seen = await desk.put(chief, exam, await desk.claim(chief, exam));
      const { status, body } = await chief.post(report(exam, '/sign'), seen);
      return { exam, status, code: body.code };
    };
    expect(await alone()).toMatchObject({ status: 409, code: 'exam_state_conflict' });
    expect((await chief.put('/api/single-sign', { modality: 'CT', allowed: true, reason: '人手不足' })).status).toBe(
      403,
    );
    const allowed = await admin.put('/api/single-sign', { modality: 'CT', allowed: true, reason: '夜间仅一人值班' });
    expect(allowed.body.items).toMatchObject([{ modality: 'CT', reason: '夜间仅一人值班' }]);
    const { exam, status } = await alone();
    expect(status).toBe(200);
    const { versions } = (await chief.get(report(exam))).body;
    expect(versions).toMatchObject([
      { singleSign: true, writer: { personId: id('chief1') }, reviewer: { personId: id('chief1') } },
    ]);
    await admin.put('/api/single-sign', { modality: 'CT', allowed: false, reason: '人员到位' });
    expect(await alone()).toMatchObject({ status: 409, code: 'exam_state_conflict' });
  });
});
