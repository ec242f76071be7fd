import type { Answered } from '../../src/reporting/desk.fixture';
import { MINUTE, SECOND } from '../harness/manual-clock';
import { examRequest, must } from '../harness/signed-exam';
import { stow } from '../harness/stow';
import { until } from '../harness/wait';
import { CountyDay, REASON, type Stand } from './county-day';
import {
  amending,
  type Begin,
  claim,
  claimed,
  comesOntoTheList,
  consult,
  corrected,
  DONE,
  exams,
  giveBack,
  incomplete,
  leaseEnds,
  opinion,
  pending,
  preliminary,
  queued,
  registered,
  rejected,
  release,
  report,
  resubmit,
  returned,
  reviewing,
  sign,
  signed,
  type Step,
  submit,
  takeBack,
  uploaded,
  uploading,
  urge,
  via,
  voided,
  withdraw,
  write,
} from './steps';

/**
 * The exam's states (检查), one test per row of the table. Each state is reached, left by every way the row allows, and
 * refuses what the row forbids with the present state and no change; all of it as people and machines do it, over HTTP.
 */

/** The table as it is written down: state, its Chinese name, where it may go. RECALLED has a test of its own. */
const TABLE = {
  REGISTERED: ['已登记', ['UPLOADING', 'WITHDRAWN']],
  UPLOADING: ['上传中', ['QUEUED', 'INCOMPLETE', 'WITHDRAWN', 'CLAIMED']],
  INCOMPLETE: ['待匹配/待补资料', ['QUEUED', 'WITHDRAWN', 'VOID']],
  QUEUED: ['待报告', ['CLAIMED', 'WITHDRAWN', 'RETURNED', 'VOID']],
  CLAIMED: ['书写中', ['QUEUED', 'PENDING_REVIEW', 'PRELIM_ISSUED', 'RETURNED', 'CONSULTING', 'SIGNED', 'VOID']],
  PENDING_REVIEW: ['待审核', ['REVIEWING', 'CLAIMED', 'VOID']],
  REVIEWING: ['审核中', ['SIGNED', 'REVISING', 'PENDING_REVIEW', 'RETURNED', 'CONSULTING', 'VOID']],
  REVISING: ['驳回待改', ['CLAIMED', 'VOID']],
  PRELIM_ISSUED: ['已发临时报告', ['REVIEWING', 'VOID']],
  SIGNED: ['已审签', ['AMENDING', 'REVISING', 'VOID']],
  AMENDING: ['更正中', ['SIGNED']],
  RETURNED: ['已退回', ['UPLOADING', 'QUEUED', 'VOID']],
  WITHDRAWN: ['已撤回', ['REGISTERED']],
  CONSULTING: ['会诊中', ['CLAIMED', 'REVIEWING']],
  VOID: ['作废', []],
} as const;
type State = keyof typeof TABLE;

/** Shorter than the silence after which a whole hospital counts as gone: the two are told apart. */
const LEASE_SECONDS = 120;

let today: CountyDay;
beforeAll(async () => {
  today = await CountyDay.begin({ LEASE_SECONDS: String(LEASE_SECONDS) });
});
afterAll(() => today.end());

interface Row {
  readonly begin: Begin;
  /** On the readers' list. */
  readonly listed: boolean;
  /** Kind of the newest entry in the clinic's inbox. */
  readonly entry?: string;
  /** What the exam's page says. */
  readonly page?: object;
  readonly leaves: readonly (readonly [to: State, way: Begin, page?: object])[];
  readonly refuses: Readonly<Record<string, Step>>;
}

const withdrawn = via(registered, withdraw);
const consulting = via(claimed, consult('writer11', 2));
const gone = via(queued, voided);
const patientGone = exams('tech01', 'resubmit', { patientGone: true, reason: '患者已回家' });
/** What images do not say of themselves. */
const REST = { itemName: 'CT胸部平扫', orderingDoctor: '医师1', orderingPhone: '0000-1234567' };
const returnedImages = via(uploaded, comesOntoTheList, claim('writer11'), giveBack('writer11'));

const ROWS: Readonly<Record<State, Row>> = {
  REGISTERED: {
    begin: registered,
    listed: false,
    leaves: [
      ['UPLOADING', uploading],
      ['WITHDRAWN', via(registered, withdraw)],
    ],
    refuses: { resubmit, urge, claim: claim('writer11') },
  },
  UPLOADING: {
    begin: uploading,
    listed: false,
    page: { upload: { stored: 1, total: 2 }, imagesComplete: null },
    leaves: [
      ['QUEUED', uploaded, { imagesComplete: 'manifest' }],
      ['QUEUED', via(sentWithoutManifest, quietTimePasses), { imagesComplete: 'assumed' }],
      ['INCOMPLETE', incomplete],
      ['WITHDRAWN', via(uploading, withdraw)],
      ['CLAIMED', readWhileItComes],
    ],
    refuses: { claim: claim('writer11'), resubmit, urge },
  },
  INCOMPLETE: {
    begin: incomplete,
    listed: false,
    page: { missing: expect.arrayContaining(['orderingDoctor', 'orderingPhone']) },
    leaves: [
      ['QUEUED', via(incomplete, exams('tech01', 'supplement', REST)), { missing: [] }],
      ['QUEUED', via(incomplete, requestFollows), { missing: [] }],
      ['WITHDRAWN', via(incomplete, withdraw)],
      ['VOID', via(incomplete, voided)],
    ],
    refuses: { claim: claim('writer11'), resubmit, urge },
  },
  QUEUED: {
    begin: queued,
    listed: true,
    page: { reading: { stage: 'write', holder: null } },
    leaves: [
      ['CLAIMED', via(queued, claim('writer11'))],
      ['WITHDRAWN', via(queued, withdraw)],
      // Whoever sends it back has looked at it: he claims it.
      ['RETURNED', via(queued, claim('writer11'), giveBack('writer11'))],
      ['VOID', via(queued, voided)],
    ],
    refuses: { resubmit, 'submit unclaimed': submit, 'return unclaimed': giveBack('writer11') },
  },
  CLAIMED: {
    begin: claimed,
    listed: true,
    page: { reading: { stage: 'write', fence: 1, holder: { name: '报告11' } } },
    leaves: [
      ['QUEUED', via(claimed, release('writer11')), { reading: { badge: { kind: 'release' } } }],
      ['QUEUED', via(claimed, leaseEnds(LEASE_SECONDS))],
      ['PENDING_REVIEW', pending],
      ['PRELIM_ISSUED', preliminary],
      ['RETURNED', returned],
      ['CONSULTING', consulting],
      ['SIGNED', signedAlone],
      ['VOID', via(claimed, voided)],
    ],
    refuses: { withdraw, resubmit, 'another claim': claim('writer12') },
  },
  PENDING_REVIEW: {
    begin: pending,
    listed: true,
    page: { reading: { stage: 'review', holder: null, writer: { name: '报告11' } } },
    leaves: [
      ['REVIEWING', via(pending, claim('reviewer21'))],
      ['REVIEWING', via(writtenAtTheClinic, claim('reviewer21')), { reading: { writer: { name: '医师1' } } }],
      ['CLAIMED', via(pending, takeBack('writer11')), { reading: { fence: 2 } }],
      ['VOID', via(pending, voided)],
    ],
    refuses: { withdraw, 'sign unclaimed': sign('reviewer21'), 'another’s taking back': takeBack('writer12') },
  },
  REVIEWING: {
    begin: reviewing,
    listed: true,
    page: { reading: { stage: 'review', fence: 2, holder: { name: '审核21' }, writer: { name: '报告11' } } },
    leaves: [
      ['SIGNED', via(reviewing, sign('reviewer21'))],
      ['REVISING', rejected],
      ['PENDING_REVIEW', via(reviewing, release('reviewer21'))],
      ['PENDING_REVIEW', via(reviewing, leaseEnds(LEASE_SECONDS))],
      ['RETURNED', via(reviewing, giveBack('reviewer21'))],
      ['CONSULTING', via(reviewing, consult('reviewer21', 1))],
      ['VOID', via(reviewing, voided)],
    ],
    refuses: { withdraw, 'taking back': takeBack('writer11'), 'another claim': claim('reviewer22') },
  },
  REVISING: {
    begin: rejected,
    listed: true,
    page: { reading: { stage: 'write', holder: null, badge: { kind: 'reject', reason: '侧别写反' } } },
    leaves: [
      ['CLAIMED', via(rejected, claim('writer11'))],
      ['CLAIMED', via(rejected, reservationEnds, claim('writer12')), { reading: { holder: { name: '报告12' } } }],
      ['VOID', via(rejected, voided)],
    ],
    refuses: { 'another’s claim': claim('writer12'), withdraw, sign: sign('reviewer21') },
  },
  PRELIM_ISSUED: {
    begin: preliminary,
    listed: true,
    entry: 'preliminary',
    // Next begin of duty and four hours more: the next morning's.
    page: { dueAt: '2026-03-03T04:00:00.000Z', reports: [{ number: 1, kind: 'preliminary' }] },
    leaves: [
      ['REVIEWING', via(preliminary, claim('reviewer21'))],
      ['VOID', via(preliminary, exams('chief1', 'void'))],
    ],
    refuses: { withdraw, recall: report('chief1', 'recall'), 'taking back': takeBack('writer11') },
  },
  SIGNED: {
    begin: signed,
    listed: false,
    entry: 'final',
    page: { reports: [{ number: 1, kind: 'final', writer: '报告11', reviewer: '审核21' }] },
    leaves: [
      ['AMENDING', amending],
      // By RECALLED, where it does not rest: see below.
      ['REVISING', via(signed, report('reviewer21', 'recall'))],
      ['VOID', via(signed, exams('chief1', 'void')), { reports: [{ kind: 'final' }, { kind: 'void' }] }],
    ],
    refuses: { withdraw, claim: claim('writer12'), urge, 'another signature': sign('reviewer21') },
  },
  AMENDING: {
    begin: amending,
    listed: false,
    entry: 'final',
    leaves: [
      ['SIGNED', corrected, { reports: [{ kind: 'final', supersededBy: 2 }, { kind: 'corrected' }] }],
      ['SIGNED', via(amending, report('reviewer21', 'amend/cancel')), { reports: [{ kind: 'final' }] }],
    ],
    refuses: {
      recall: report('chief1', 'recall'),
      'a second one': report('chief1', 'amend'),
      claim: claim('writer12'),
    },
  },
  RETURNED: {
    begin: returned,
    listed: false,
    page: { attempt: 1, returned: { code: 'Q05', wanted: 'retake' }, badge: { kind: 'return', by: '报告11' } },
    leaves: [
      ['UPLOADING', via(returnedImages, exams('tech01', 'resubmit', { retake: true })), { attempt: 2 }],
      ['QUEUED', via(returned, resubmit), { limitation: null, reading: { assignment: { personName: '报告11' } } }],
      ['QUEUED', via(returned, patientGone), { limitation: expect.stringContaining('患者已回家') }],
      ['VOID', via(returned, voided)],
    ],
    refuses: { claim: claim('writer11'), withdraw, urge },
  },
  WITHDRAWN: {
    begin: withdrawn,
    listed: false,
    page: { badge: { kind: 'withdraw', reason: REASON.reason, by: '技师1' } },
    leaves: [['REGISTERED', via(withdrawn, exams('tech01', 'resubmit', {})), { badge: null }]],
    refuses: { claim: claim('writer11'), urge, void: voided, 'withdraw again': withdraw },
  },
  CONSULTING: {
    begin: consulting,
    listed: true,
    page: { reading: { stage: 'write', fence: 1, holder: { name: '报告11' } } },
    leaves: [
      ['CLAIMED', via(consulting, opinion('reviewer21')), { reading: { fence: 1, holder: { name: '报告11' } } }],
      ['REVIEWING', via(reviewing, consult('reviewer21', 1), opinion('reviewer11')), { reading: { fence: 2 } }],
    ],
    refuses: { release: release('writer11'), submit, withdraw, void: voided },
  },
  VOID: {
    begin: gone,
    listed: false,
    leaves: [],
    refuses: { resubmit, withdraw, claim: claim('writer11'), 'void again': voided, hold: exams('tech01', 'hold') },
  },
};

it.each(Object.keys(TABLE) as State[])('%s', async (state) => {
  const { begin, page = {}, leaves, refuses } = ROWS[state];
  const stand = await begin(today);
  const { rev } = await today.inState(stand.exam, state, 'tech01');
  await shown(stand.exam, state);
  expect(await today.page(stand.exam)).toMatchObject(page);
  for (const [what, attempt] of Object.entries(refuses)) {
    const { status, body } = await attempt(today, stand);
    expect([what, status, body.params?.state]).toEqual([what, 409, state]);
  }
  expect(await today.page(stand.exam)).toMatchObject({ state, rev, ...page });
  expect(new Set(leaves.map(([to]) => to))).toEqual(new Set(TABLE[state][1]));
  for (const [to, way, after = {}] of leaves) {
    const { exam } = await way(today);
    expect(await today.inState(exam, to)).toMatchObject(after);
  }
});

/** What clinic and readers see of it. */
async function shown(exam: string, state: State): Promise<void> {
  const { listed, entry } = ROWS[state];
  const { body } = await today.as('tech01').get(`/api/exams?state=${state}&limit=200`);
  const found = body.items.find((item: { examId: string }) => item.examId === exam);
  expect(found).toMatchObject({ state, stateName: TABLE[state][0] });
  if (listed) await until(`${state} on the list`, async () => (await today.listed(exam))?.state === state);
  else await until(`${state} off the list`, async () => (await today.listed(exam)) === undefined);
  if (entry) expect((await today.entries(exam, 1)).at(-1)).toMatchObject({ kind: entry });
  else expect(await today.entriesOf(exam)).toEqual([]);
}

it('RECALLED', async () => {
  // A state of one moment: what was called back is at once its writer's again.
  const stand = await signed(today);
  const { exam } = stand;
  await today.entries(exam, 1);
  expect((await must(today.report('reviewer21', exam, 'recall'))).body.state).toBe('REVISING');
  const moves = (await today.audited(exam)).flatMap(({ action, details }) =>
    action === 'exam.recall' || action === 'exam.revise' ? [details.state] : [],
  );
  expect(moves).toEqual(['RECALLED', 'REVISING']);
  expect((await today.entries(exam, 2)).at(-1)).toMatchObject({ kind: 'recalled', report: null });
  const { rev } = await today.inState(exam, 'REVISING');
  for (const attempt of [report('reviewer21', 'recall'), sign('reviewer21'), claim('writer12'), withdraw]) {
    const { status, body } = await attempt(today, stand);
    expect([status, body.params.state]).toEqual([409, 'REVISING']);
  }
  expect((await today.page(exam)).rev).toBe(rev);
  // Once the clinic has seen it, there is 更正 alone.
  const { exam: known } = await signed(today);
  await must(today.see((await today.entries(known, 1))[0]));
  const late = await today.report('reviewer21', known, 'recall');
  expect([late.status, late.body.code, late.body.params.state]).toEqual([409, 'recall_too_late', 'SIGNED']);
  await today.inState(known, 'SIGNED');
});

/** Sent over plain STOW-RS: nobody has said how many there will be. */
async function sentWithoutManifest(day: CountyDay): Promise<Stand> {
  const { exam, images } = await day.registered();
  const files = images.map(({ bytes }) => bytes);
  expect((await stow(day.system.url, day.county.clinics[0]!.key, files)).status).toBe(200);
  await day.inState(exam, 'UPLOADING');
  return { exam };
}

async function quietTimePasses(day: CountyDay): Promise<Answered> {
  day.clock.advance(day.system.config.env.QUIET_SECONDS * SECOND);
  return DONE;
}

/** 边传边看: an emergency is read while its images come; nothing goes out before they are all there. */
async function readWhileItComes(day: CountyDay): Promise<Stand> {
  const { exam, request, images } = await day.registered({ priority: 'STAT', source: 'emergency' });
  await day.announce(request.accessionNumber, images);
  await day.inState(exam, 'UPLOADING');
  await comesOntoTheList(day, { exam });
  const seen = await day.desk.put(day.as('writer11'), exam, await day.claim('writer11', exam));
  const early = await day.report('writer11', exam, 'preliminary', seen);
  expect([early.status, early.body.code, early.body.params.state]).toEqual([409, 'images_incomplete', 'CLAIMED']);
  return { exam };
}

/** The request for images that came without one. */
async function requestFollows(day: CountyDay, { exam }: Stand): Promise<Answered> {
  const { accessionNumber, patientLocalId, patientName } = await day.page(exam);
  return day.machine.post('/api/exams', examRequest({ accessionNumber, patientLocalId, patientName }));
}

/** 审核 mode: the clinic's own doctor writes, who needs a licence of his own for it. */
async function writtenAtTheClinic(day: CountyDay): Promise<Stand> {
  const licence = { licenceNumber: '110330000000001', licenceValidUntil: '2035-12-31' };
  await must(day.as('secadmin').patch(`/api/people/${day.idOf('doctor01')}`, licence));
  const { exam } = await queued(day);
  await must(day.exams('doctor01', exam, 'mode', { mode: 'review', ...REASON }));
  const text = { technique: '', findings: '右肺上叶见小结节。', impression: '右肺上叶结节。', recommendation: '' };
  const draft = { version: 0, positive: 1, ...text };
  const { body } = await must(day.as('doctor01').put(`/api/exams/${exam}/report/clinic-draft`, draft));
  await must(day.report('doctor01', exam, 'clinic-submit', { version: body.version, imageSet: 0 }));
  return { exam };
}

/** Where the county lets one doctor sign alone. */
async function signedAlone(day: CountyDay): Promise<Stand> {
  const policy = (allowed: boolean): Promise<Answered> =>
    must(day.as('admin').put('/api/single-sign', { modality: 'CT', allowed, ...REASON }));
  const stand = await via(queued, claim('reviewer11'))(day);
  const seen = await day.desk.put(day.as('reviewer11'), stand.exam, stand.seen!);
  const alone = await write('reviewer11', 'sign')(day, { ...stand, seen });
  expect([alone.status, alone.body.params.state]).toEqual([409, 'CLAIMED']);
  await policy(true);
  await must(write('reviewer11', 'sign')(day, { ...stand, seen }));
  await policy(false);
  return stand;
}

async function reservationEnds(day: CountyDay): Promise<Answered> {
  day.clock.advance(15 * MINUTE);
  return DONE;
}
