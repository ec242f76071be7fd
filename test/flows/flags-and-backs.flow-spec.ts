import { HOUR, MINUTE } from '../harness/manual-clock';
import { must } from '../harness/signed-exam';
import { until } from '../harness/wait';
import { CountyDay, REASON, type Stand, type Who } from './county-day';
import {
  type Begin,
  claim,
  claimed,
  comesOntoTheList,
  exams,
  giveBack,
  pending,
  queued,
  release,
  reviewing,
  sign,
  signed,
  type Step,
  uploaded,
  uploading,
  via,
  voided,
  withdraw,
  write,
} from './steps';

/**
 * What an exam carries beside its state: the identity hold (身份存疑), the park (挂起), messages (沟通); and the four ways
 * back, each with its mandatory reason, its badge and its notice.
 */

let today: CountyDay;
beforeAll(async () => {
  today = await CountyDay.begin();
});
afterAll(() => today.end());

const hold = (who: Who): Step => exams(who, 'hold', { reason: '姓名与申请单不符' });
const cleared = exams('tech01', 'release', { reason: '已核对腕带' });
const codeOf = ({ status, body }: { status: number; body: any }) => [status, body.code, body.params?.state];

describe('身份存疑', () => {
  const FROM: readonly (readonly [state: string, begin: Begin, who: Who])[] = [
    ['UPLOADING', uploading, 'tech01'],
    ['QUEUED', queued, 'tech01'],
    ['CLAIMED', claimed, 'writer11'],
    ['PENDING_REVIEW', pending, 'doctor01'],
    ['REVIEWING', reviewing, 'reviewer21'],
    ['SIGNED', signed, 'chief1'],
  ];

  it.each(FROM)('is a flag, raised in %s by clinic or reader, and moves nothing', async (state, begin, who) => {
    const { exam } = await via(begin, hold(who))(today);
    expect(await today.page(exam)).toMatchObject({ state, identityHold: true, hold: { reason: '姓名与申请单不符' } });
    expect(codeOf(await hold('tech01')(today, { exam }))).toEqual([409, 'already_on_hold', state]);
    await must(cleared(today, { exam }));
    expect(await today.page(exam)).toMatchObject({ state, identityHold: false, hold: null });
    expect(codeOf(await cleared(today, { exam }))).toEqual([409, 'not_on_hold', state]);
  });

  it('stops signing until it is released', async () => {
    const stand = await via(reviewing, hold('reviewer21'))(today);
    expect(codeOf(await sign('reviewer21')(today, stand))).toEqual([409, 'identity_on_hold', 'REVIEWING']);
    await until('the list to show it', async () => (await today.listed(stand.exam))?.identityHold === true);
    await must(cleared(today, stand));
    await must(sign('reviewer21')(today, stand));
  });

  it('is told to whoever reads or has signed, by whomever it is raised or lifted, and not to himself', async () => {
    const { exam } = await via(reviewing, hold('reviewer21'))(today);
    const told = async (who: Who): Promise<string[]> => {
      const { body } = await today.as(who).get<{ items: { kind: string; examId: string }[] }>('/api/notices?limit=200');
      return body.items
        .filter((one) => one.examId === exam && /^exam\.(held|hold-released)$/.test(one.kind))
        .map(({ kind }) => kind);
    };
    await must(cleared(today, { exam }));
    // Doubt and end are told by two messages, in any order.
    await today.through('collaboration.follow-doubt');
    expect(await told('reviewer21')).toEqual(['exam.hold-released']);
    expect(await told('writer11')).toHaveLength(2);
  });

  it('is told to the reader as ended with the images that were taken away', async () => {
    const { exam } = await via(uploaded, comesOntoTheList, claim('writer11'), hold('tech01'))(today);
    const { exam: right } = await today.registered();
    const [studyInstanceUid] = await studiesOf(exam);
    await must(today.exams('tech01', exam, 'rebind', { studyInstanceUid, toExamId: right, ...REASON }));
    const told = async (): Promise<string[]> => {
      const { body } = await today
        .as('writer11')
        .get<{ items: { text: string; examId: string }[] }>('/api/notices?limit=200');
      return body.items.filter((one) => one.examId === exam).map(({ text }) => text);
    };
    await today.through('collaboration.follow-doubt');
    expect((await told()).join()).toContain('本检查已无影像');
    expect((await told()).join()).not.toContain('请确认患者与影像相符后再继续');
  });

  it('stops printing, and puts a banner on what the clinic has', async () => {
    const { exam } = await signed(today);
    const [entry] = await today.entries(exam, 1);
    const sheet = () => today.as('doctor01').get(`/api/reports/${entry.reportVersion.versionId}/pdf`);
    await until('the sheet', async () => (await sheet()).status === 200);
    await must(hold('tech01')(today, { exam }));
    expect(codeOf(await sheet())).toEqual([409, 'identity_on_hold', 'SIGNED']);
    expect((await today.entriesOf(exam))[0].identityHold).toMatchObject({ reason: '姓名与申请单不符' });
    await must(cleared(today, { exam }));
    expect((await sheet()).status).toBe(200);
    expect((await today.entriesOf(exam))[0].identityHold).toBeNull();
  });

  const studiesOf = async (exam: string): Promise<string[]> =>
    (await today.page(exam)).studies.map((study: { studyInstanceUid: string }) => study.studyInstanceUid);

  it('ends when the images are bound to the right exam', async () => {
    const wrong = await via(uploaded, hold('tech01'))(today);
    const { exam: right } = await today.registered();
    const [studyInstanceUid] = await studiesOf(wrong.exam);
    await must(today.exams('tech01', wrong.exam, 'rebind', { studyInstanceUid, toExamId: right, ...REASON }));
    expect(await studiesOf(right)).toEqual([studyInstanceUid]);
    expect(await studiesOf(wrong.exam)).toEqual([]);
    expect(await today.page(wrong.exam)).toMatchObject({ identityHold: false });
  });

  it('ends when two patients’ images are exchanged', async () => {
    const one = await via(uploaded, hold('tech01'))(today);
    const two = await via(uploaded, hold('tech01'))(today);
    const [before, after] = [await studiesOf(one.exam), await studiesOf(two.exam)];
    await must(today.exams('tech01', one.exam, 'exchange', { withExamId: two.exam, ...REASON }));
    expect([await studiesOf(one.exam), await studiesOf(two.exam)]).toEqual([after, before]);
    for (const { exam } of [one, two]) expect(await today.page(exam)).toMatchObject({ identityHold: false });
  });

  it('ends with the exam, and cannot be put on one that is void', async () => {
    const { exam } = await via(queued, hold('tech01'), voided)(today);
    expect(await today.page(exam)).toMatchObject({ state: 'VOID', identityHold: false });
    expect(codeOf(await hold('tech01')(today, { exam }))).toEqual([409, 'exam_state_conflict', 'VOID']);
  });
});

describe('挂起', () => {
  const park = (stand: Stand, hours: number, who: Who = 'writer11') => {
    const limit = new Date(today.clock.now().getTime() + hours * HOUR).toISOString();
    const body = { fence: stand.seen!.fence, reason: '等待既往片', until: limit };
    return today.worklist(who, stand.exam, 'park', body);
  };

  it('keeps the exam with its reader, its reason and limit in sight, past any lease', async () => {
    const stand = await claimed(today);
    const { dueAt } = await today.page(stand.exam);
    expect((await must(park(stand, 2))).body).toMatchObject({ state: 'CLAIMED', parked: { reason: '等待既往片' } });
    today.clock.advance(HOUR);
    expect(await today.listed(stand.exam)).toMatchObject({
      ...{ state: 'CLAIMED', holder: { name: '报告11' }, parked: { reason: '等待既往片' } },
      dueAt,
    });
    const other = await today.worklist('writer12', stand.exam, 'claim');
    expect(codeOf(other)).toEqual([409, 'claimed_by_other', 'CLAIMED']);
    // At its limit it is back on his desk, and he is told.
    today.clock.advance(HOUR);
    await until('the limit', async () => (await today.page(stand.exam)).reading.parked === null);
    expect(await today.page(stand.exam)).toMatchObject({ state: 'CLAIMED', reading: { holder: { name: '报告11' } } });
    expect(await today.told('writer11', stand.exam)).toMatchObject([{ kind: 'worklist.unpark' }]);
    await must(write('writer11', 'submit')(today, stand));
  });

  it('is its holder’s alone, has a limit, and ends by his hand', async () => {
    const stand = await claimed(today);
    expect(codeOf(await park(stand, 1, 'writer12'))).toEqual([409, 'stale_fence', 'CLAIMED']);
    expect(codeOf(await park(stand, 73))).toEqual([400, 'park_limit', 'CLAIMED']);
    const unpark = () => today.worklist('writer11', stand.exam, 'unpark', { fence: stand.seen!.fence });
    expect(codeOf(await unpark())).toEqual([409, 'not_parked', 'CLAIMED']);
    await must(park(stand, 1));
    expect((await must(unpark())).body).toMatchObject({ state: 'CLAIMED', parked: null });
    const { exam } = await pending(today);
    expect(codeOf(await park({ ...stand, exam }, 1))[0]).toBe(409);
  });
});

it('沟通: question and answer without giving the exam back', async () => {
  const { exam } = await claimed(today);
  const talk = (who: Who, body: object) => today.exams(who, exam, 'messages', body);
  const asked = (await must(talk('writer11', { text: '有无外伤史？' }))).body;
  await must(talk('doctor01', { text: '昨日跌倒。', replyTo: asked.messageId }));
  expect((await talk('doctor02', { text: '？' })).status).toBe(404);
  const { items } = (await must(today.as('writer11').get(`/api/exams/${exam}/messages`))).body;
  expect(items).toMatchObject([
    { side: 'clinic', text: '昨日跌倒。', author: { name: '医师1' }, replyTo: asked.messageId },
    { side: 'reader', text: '有无外伤史？', author: { name: '报告11' } },
  ]);
  expect(await today.page(exam)).toMatchObject({ state: 'CLAIMED', reading: { holder: { name: '报告11' } } });
});

interface Back {
  readonly begin: Begin;
  readonly back: Step;
  readonly unreasoned: Step;
  readonly to: string;
  readonly badge: { readonly kind: string; readonly reason: string; readonly by: string };
  /** Who hears of it; 放弃 is seen on the list. */
  readonly tells?: readonly [who: Who, kind: string];
  /** Takes the exam on, after which nothing is to be explained any more. */
  readonly on: readonly Step[];
}

const BACKS: Readonly<Record<string, Back>> = {
  '退回 to the clinic': {
    begin: claimed,
    back: giveBack('writer11'),
    unreasoned: (day, { exam, seen }) =>
      day.worklist('writer11', exam, 'return', { fence: seen!.fence, wanted: 'retake' }),
    to: 'RETURNED',
    badge: { kind: 'return', reason: 'Q05 扫描/照射范围不足', by: '报告11' },
    tells: ['doctor01', 'worklist.return'],
    on: [
      exams('tech01', 'resubmit', { note: '已补充' }),
      comesOntoTheList,
      claim('writer11'),
      write('writer11', 'submit'),
    ],
  },
  '驳回 to the writer': {
    begin: reviewing,
    back: write('reviewer21', 'reject', { reason: '左右写反' }),
    unreasoned: write('reviewer21', 'reject', { reason: ' ' }),
    to: 'REVISING',
    badge: { kind: 'reject', reason: '左右写反', by: '审核21' },
    tells: ['writer11', 'worklist.reject'],
    on: [claim('writer11'), write('writer11', 'submit')],
  },
  '放弃 of a claim': {
    begin: claimed,
    back: release('writer11'),
    unreasoned: (day, { exam, seen }) => day.worklist('writer11', exam, 'release', { fence: seen!.fence, reason: '' }),
    to: 'QUEUED',
    badge: { kind: 'release', reason: REASON.reason, by: '报告11' },
    on: [claim('writer12'), write('writer12', 'submit')],
  },
  '撤回 by the clinic': {
    begin: queued,
    back: withdraw,
    unreasoned: exams('tech01', 'withdraw', { reason: '' }),
    to: 'WITHDRAWN',
    badge: { kind: 'withdraw', reason: REASON.reason, by: '技师1' },
    tells: ['writer12', 'worklist.withdraw'],
    on: [exams('tech01', 'resubmit', {})],
  },
};

it.each(Object.entries(BACKS))('%s', async (_, { begin, back, unreasoned, to, badge, tells, on }) => {
  const stand = await begin(today);
  const { exam } = stand;
  // A withdrawal is told to whoever was to read it.
  if (to === 'WITHDRAWN') {
    const meant = { personId: today.idOf('writer12'), reason: '胸部组' };
    await must(today.worklist('chief1', exam, 'assign', meant));
  }
  expect((await unreasoned(today, stand)).status).toBe(400);
  const at = today.clock.now().toISOString();
  await must(back(today, stand));
  const page = await today.inState(exam, to);
  const shown = to === 'RETURNED' || to === 'WITHDRAWN' ? page.badge : page.reading.badge;
  expect(shown).toMatchObject({ ...badge, at });
  const audited = (await today.audited(exam)).filter(({ reason }) => reason === badge.reason);
  expect(new Set(audited.map(({ actor }) => actor.name))).toEqual(new Set([badge.by]));
  if (tells) {
    const [who, kind] = tells;
    const notices = await until(`${who} to be told`, async () =>
      (await today.told(who, exam)).find((notice) => notice.kind === kind),
    );
    expect(notices.text).toContain(page.accessionNumber);
  }
  today.clock.advance(MINUTE);
  await via(async () => stand, ...on)(today);
  await until('nothing to be explained', async () => {
    const after = await today.page(exam);
    return after.badge === null && after.reading.badge === null;
  });
});
