import { TEXT } from '../../src/reporting/desk.fixture';
import { imagesOf, must } from '../harness/signed-exam';
import { stow } from '../harness/stow';
import { until } from '../harness/wait';
import { CountyDay, type Stand } from './county-day';
import {
  amending,
  type Begin,
  claim,
  claimed,
  corrected,
  edit,
  emergency,
  preliminary,
  report,
  reviewing,
  sign,
  signed,
  type Step,
  via,
  write,
} from './steps';

/**
 * The report (报告): a draft, then a chain of immutable versions, one test per kind. Each version is delivered anew, takes
 * the place of the one before it, is seen once more at the clinic, and says under its code where it stands.
 */

let today: CountyDay;
beforeAll(async () => {
  today = await CountyDay.begin();
});
afterAll(() => today.end());

interface Version {
  readonly versionId: string;
  readonly number: number;
  readonly kind: string;
  readonly findings: string;
  readonly impression: string;
  readonly contentSha256: string;
  readonly signature: object;
  readonly signedAt: string;
  readonly verificationCode: string;
  readonly subject: { readonly patientName: string };
  readonly writer: { readonly name: string; readonly at: string };
  readonly reviewer: { readonly name: string; readonly at: string };
}

const versionsOf = async (exam: string): Promise<Version[]> =>
  (await must(today.as('doctor01').get(`/api/exams/${exam}/report`))).body.versions;

/** What was signed; where it stands since is no part of it. */
const asSigned = ({ versionId, number, kind, findings, impression, contentSha256, signature, signedAt }: Version) => ({
  ...{ versionId, number, kind, findings, impression },
  ...{ contentSha256, signature, signedAt },
});

const verdictOf = async ({ verificationCode }: Version): Promise<string> => {
  const { body } = await must(today.as('doctor01').get(`/api/verify/${verificationCode}`));
  expect(body).toMatchObject({ intact: true, patientName: expect.stringContaining('*') });
  return body.verdict;
};

/** The sheet as the clinic prints it, as soon as it has been set in type. */
async function print({ versionId }: Version): Promise<void> {
  const sheet = await until('the sheet', async () => {
    const answer = await today.as('doctor01').get(`/api/reports/${versionId}/pdf`);
    return answer.status === 200 && answer;
  });
  expect([sheet.headers.get('content-type'), sheet.body.slice(0, 5)]).toEqual(['application/pdf', '%PDF-']);
  expect((await today.as('doctor02').get(`/api/reports/${versionId}/pdf`)).status).toBe(404);
  const prints = await today.audited(versionId, 'report.print');
  expect(prints).toMatchObject([{ actor: { name: '医师1' }, details: { paper: 'A4' } }]);
}

/** The clinic has seen and printed what there is. */
const atTheClinic =
  (begin: Begin): Begin =>
  async (day) => {
    const stand = await begin(day);
    const versions = await versionsOf(stand.exam);
    for (const entry of await day.entries(stand.exam, versions.length)) await must(day.see(entry));
    for (const version of versions) await print(version);
    return stand;
  };

interface Kind {
  readonly before: Begin;
  readonly steps: readonly Step[];
  readonly version: Partial<Record<keyof Version | 'reason' | 'singleSign' | 'supersedes', unknown>>;
  /** What the clinic is told; `kind` may be another than the version's. */
  readonly entry: { readonly kind: string; readonly supersedes: number | null; readonly changes?: unknown };
  /** Of each version, the oldest first. */
  readonly verdicts: readonly string[];
  /** An addendum stands beside the version it adds to. */
  readonly addsTo?: true;
  readonly patientTold?: true;
}

const changed = (section: string) => ({ sections: { [section]: expect.anything() } });
const signedBoth = { writer: { name: '报告11' }, reviewer: { name: '审核21' } };
const ADDED = { reason: '补充描述', findings: '另见肝囊肿。', impression: '肝囊肿。' };
const ASKED = { changes: { patientName: '张叁', idNumber: '11010519491231002X' }, evidence: '身份证原件，窗口核对' };
const formal = [claim('reviewer21'), edit('reviewer21', { impression: '左肺下叶肺炎。' }), sign('reviewer21')];

/** 信息更正: the clinic asks with evidence, a reviewer confirms. */
const demographics: Step = async (day, { exam }) => {
  const { body } = await must(day.report('tech01', exam, 'demographics', ASKED));
  expect((await day.report('writer11', exam, `demographics/${body.requestId}/confirm`, {})).status).toBe(403);
  return day.report('reviewer22', exam, `demographics/${body.requestId}/confirm`, {});
};

const KINDS: Readonly<Record<string, Kind>> = {
  '临时 preliminary': {
    before: emergency,
    steps: [write('writer11', 'preliminary')],
    version: { kind: 'preliminary', supersedes: null, singleSign: true, writer: { name: '报告11' } },
    entry: { kind: 'preliminary', supersedes: null, changes: null },
    verdicts: ['unchanged'],
  },
  '正式 final after a preliminary that said something else': {
    before: preliminary,
    steps: formal,
    version: { kind: 'final', supersedes: 1, singleSign: false, ...signedBoth },
    entry: { kind: 'corrected', supersedes: 1, changes: changed('impression') },
    verdicts: ['superseded', 'unchanged'],
  },
  '正式 final': {
    before: reviewing,
    steps: [sign('reviewer21')],
    version: { kind: 'final', supersedes: null, singleSign: false, ...signedBoth },
    entry: { kind: 'final', supersedes: null, changes: null },
    verdicts: ['unchanged'],
  },
  '更正 corrected': {
    before: signed,
    steps: [
      report('reviewer21', 'amend', { reason: '侧别有误' }),
      edit('reviewer21', { findings: '左肺上叶见小结节。' }),
      write('reviewer21', 'submit'),
      sign('reviewer11'),
    ],
    version: {
      ...{ kind: 'corrected', supersedes: 1, reason: '侧别有误' },
      ...{ writer: { name: '审核21' }, reviewer: { name: '审核11' } },
    },
    entry: { kind: 'corrected', supersedes: 1, changes: changed('findings') },
    verdicts: ['superseded', 'unchanged'],
    patientTold: true,
  },
  '补充 addendum': {
    before: signed,
    steps: [report('writer11', 'addendum', ADDED), sign('reviewer22')],
    version: { ...ADDED, kind: 'addendum', supersedes: 1 },
    entry: { kind: 'addendum', supersedes: 1, changes: null },
    verdicts: ['unchanged', 'unchanged'],
    addsTo: true,
  },
  '信息更正 demographics': {
    before: signed,
    steps: [demographics],
    version: {
      ...{
        kind: 'demographics',
        supersedes: 1,
        subject: { patientName: '张叁' },
        reason: expect.stringContaining('姓名'),
      },
      // The findings are their writer's still; who confirms signs.
      ...{ findings: TEXT.findings, impression: TEXT.impression },
      ...{ writer: { name: '报告11' }, reviewer: { name: '审核22' } },
    },
    entry: { kind: 'demographics', supersedes: 1, changes: null },
    verdicts: ['superseded', 'unchanged'],
  },
  '作废 entered-in-error': {
    before: corrected,
    steps: [report('chief1', 'void', { reason: '患者有误' })],
    version: { kind: 'void', supersedes: 2, reason: '患者有误' },
    entry: { kind: 'void', supersedes: 2, changes: null },
    verdicts: ['void', 'void', 'void'],
    patientTold: true,
  },
};

it.each(Object.entries(KINDS))('%s', async (_, { before, steps, version, entry, verdicts, addsTo, patientTold }) => {
  const stand = await atTheClinic(before)(today);
  const { exam } = stand;
  const earlier = await versionsOf(exam);
  await via(async () => stand, ...steps)(today);

  // A delivery of its own, which supersedes the one before and is to be seen anew.
  const entries = await today.entries(exam, earlier.length + 1);
  const [last, previous] = [entries.at(-1), entries.at(-2)];
  expect(last).toMatchObject({ ...entry, state: 'SENT', seenAt: null });
  if (previous) {
    expect(last.seq).toBeGreaterThan(previous.seq);
    expect(previous).toMatchObject({ state: 'SEEN', supersededBy: addsTo ? null : last.deliveryId });
  }

  // A version of its own, opened by the clinic; those before it are as they were signed.
  const versions = await versionsOf(exam);
  const latest = versions.at(-1)!;
  expect(versions).toHaveLength(earlier.length + 1);
  expect(versions.slice(0, -1).map(asSigned)).toEqual(earlier.map(asSigned));
  expect(latest).toMatchObject({ number: versions.length, ...version });
  expect(latest.contentSha256).toMatch(/^[0-9a-f]{64}$/);

  expect(last.reportVersion).toMatchObject({ versionId: latest.versionId });
  expect((await must(today.see(last))).body).toMatchObject({ state: 'SEEN', seenBy: '医师1' });
  expect((await today.page(exam)).deliveries.at(-1)).toMatchObject({ state: 'SEEN', seenBy: '医师1' });

  const said: string[] = [];
  for (const one of versions) said.push(await verdictOf(one));
  expect(said).toEqual(verdicts);
  await print(latest);
  if (patientTold) await patientIsTold(latest, exam);
});

/** 告知患者: open until somebody of the clinic has written down who was told, when and how. */
async function patientIsTold({ versionId, kind }: Version, exam: string): Promise<void> {
  const open = (): Promise<any> => today.as('doctor01').get(`/api/patient-notices?open=true&exam=${exam}`);
  const notice = await until('the duty to tell the patient', async () =>
    (await open()).body.items.find((one: { causeId: string }) => one.causeId === versionId),
  );
  expect(notice).toMatchObject({ cause: kind, state: 'OPEN' });
  const path = `/api/patient-notices/${notice.patientNoticeId}/close`;
  const told = { who: '患者本人', when: today.clock.now().toISOString(), how: '电话', oldPaperWithdrawn: true };
  expect((await today.as('doctor02').post(path, told)).status).toBe(404);
  expect((await must(today.as('doctor01').post(path, told))).body).toMatchObject({
    state: 'CLOSED',
    closed: { by: '医师1', who: '患者本人', how: '电话', oldPaperWithdrawn: true },
  });
  const left = (await open()).body.items.map((one: { causeId: string }) => one.causeId);
  expect(left).not.toContain(versionId);
}

const save = ({ exam, seen }: Stand, text: object = {}) =>
  today.as('writer11').put(`/api/exams/${exam}/report/draft`, {
    ...{ fence: seen!.fence, version: seen!.version },
    ...{ ...TEXT, ...text },
  });

it('草稿 draft', async () => {
  const stand = await claimed(today);
  const { exam } = stand;
  const seen = stand.seen!;
  expect((await must(save(stand, { impression: '右肺上叶磨玻璃结节。' }))).body.version).toBe(2);
  const stale = await save(stand, { impression: '另一页旧稿。' });
  expect([stale.status, stale.body.code, stale.body.params]).toMatchObject([409, 'stale_version', { version: 2 }]);
  const now = { ...seen, version: 2 };
  // What is submitted or signed is what was before the eyes: claim, text and images.
  const wrong = { stale_fence: { fence: 9 }, stale_version: { version: 1 }, stale_image_set: { imageSet: 7 } };
  for (const [code, over] of Object.entries(wrong)) {
    const { status, body } = await today.report('writer11', exam, 'submit', { ...now, ...over });
    expect([status, body.code, body.params.state]).toEqual([409, code, 'CLAIMED']);
  }
  // No word of it leaves the centre.
  const clinic = (await must(today.as('doctor01').get(`/api/exams/${exam}/report`))).body;
  expect(clinic).toMatchObject({ draft: null, submissions: [], versions: [] });
  expect(await today.entriesOf(exam)).toEqual([]);
  const { draft } = (await must(today.as('writer12').get(`/api/exams/${exam}/report`))).body;
  expect(draft).toMatchObject({
    version: 2,
    impression: '右肺上叶磨玻璃结节。',
    own: false,
    author: { name: '报告11' },
  });

  today.clock.advance(60_000);
  await must(today.report('writer11', exam, 'submit', now));
  expect((await today.worklist('writer11', exam, 'claim')).status).toBe(403);
  const review = await today.claim('reviewer21', exam);
  today.clock.advance(60_000);
  const edited = await today.desk.put(today.as('reviewer21'), exam, review, { impression: '右肺上叶结节，随访。' });
  for (const [code, over] of Object.entries(wrong)) {
    const { status, body } = await today.report('reviewer21', exam, 'sign', { ...edited, ...over });
    expect([status, body.code, body.params.state]).toEqual([409, code, 'REVIEWING']);
  }
  await must(today.report('reviewer21', exam, 'sign', edited));
  // Two doctors, two times, and both texts.
  const [version] = await versionsOf(exam);
  expect(version).toMatchObject({ impression: '右肺上叶结节，随访。', ...signedBoth });
  expect(Date.parse(version!.reviewer.at) - Date.parse(version!.writer.at)).toBe(60_000);
  const { steps } = (await must(today.as('writer11').get(`/api/exams/${exam}/report/trace`))).body;
  expect(steps).toMatchObject([
    { step: 'submitted', by: { name: '报告11' }, changes: {} },
    { step: 'signed', by: { name: '审核21' }, changes: { impression: expect.any(Array) } },
  ]);
});

it('a report is signed by another than its writer', async () => {
  // A reviewer may write too; then another reviews.
  const stand = await via(
    async (day) => ({ exam: await day.desk.queued() }),
    claim('reviewer21'),
    edit('reviewer21', {}),
    write('reviewer21', 'submit'),
  )(today);
  const own = await today.worklist('reviewer21', stand.exam, 'claim');
  expect([own.status, own.body.code, own.body.params.state]).toEqual([409, 'own_report', 'PENDING_REVIEW']);
  const amended = await via(
    amending,
    edit('reviewer21', { findings: '左肺上叶见小结节。' }),
    write('reviewer21', 'submit'),
  )(today);
  const same = await sign('reviewer21')(today, amended);
  expect([same.status, same.body.code, same.body.params.state]).toEqual([409, 'own_report', 'AMENDING']);
  expect(await versionsOf(amended.exam)).toHaveLength(1);
});

it('images that come after the signature are a task of the signer', async () => {
  const { exam } = await signed(today);
  const { accessionNumber, patientLocalId, patientName } = await today.page(exam);
  const images = imagesOf({ accessionNumber, patientLocalId, patientName });
  const files = images.map(({ bytes }) => bytes);
  expect((await stow(today.system.url, today.county.clinics[0]!.key, files)).status).toBe(200);
  const open = async () =>
    (await must(today.as('reviewer21').get('/api/late-images?open=true&limit=200'))).body.items.filter(
      (task: { examId: string }) => task.examId === exam,
    );
  const [task] = await until('the task', async () => {
    const found = await open();
    return found.length > 0 && found;
  });
  const confirm = `/api/late-images/${task.taskId}/confirm`;
  const seen = { imageSet: task.imageSet };
  expect((await today.as('reviewer22').post(confirm, seen)).status).toBe(403);
  expect((await must(today.as('reviewer21').post(confirm, seen))).body).toMatchObject({ answer: 'unchanged' });
  expect(await open()).toEqual([]);
  expect(await versionsOf(exam)).toHaveLength(1);
});
