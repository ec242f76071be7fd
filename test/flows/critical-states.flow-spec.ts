import type { Answered } from '../../src/reporting/desk.fixture';
import { MINUTE } from '../harness/manual-clock';
import { must } from '../harness/signed-exam';
import { until } from '../harness/wait';
import { CountyDay, type Who } from './county-day';
import { edit, report, sign, via, write } from './steps';

/**
 * The critical value (危急值), one test per state: reached, left by every way that is allowed, and refusing the others with
 * the present state; then the two facts, the six fields, the ladder by its timers, and what a correction does.
 */

const TABLE = {
  SUSPECTED: ['疑似', ['CONFIRMED', 'FALSE_ALARM']],
  CONFIRMED: ['已确认', ['NOTIFIED', 'ACKNOWLEDGED', 'ESCALATED', 'FALSE_ALARM']],
  ESCALATED: ['已升级', ['NOTIFIED', 'ACKNOWLEDGED', 'FALSE_ALARM']],
  NOTIFIED: ['已通知到人', ['ACKNOWLEDGED', 'FALSE_ALARM']],
  ACKNOWLEDGED: ['双方记录', ['HANDLED', 'FALSE_ALARM']],
  HANDLED: ['已处置', ['CLOSED']],
  CLOSED: ['已关闭', []],
  FALSE_ALARM: ['误报', []],
} as const;
type State = keyof typeof TABLE;

const FINDING = '急性肺栓塞';
const EMBOLISM = { findings: '右肺动脉主干见充盈缺损。', impression: '急性肺栓塞。', recommendation: '' };
const CLEAR = { findings: '两肺清晰。', impression: '胸部未见异常。', recommendation: '', positive: 0 };

let today: CountyDay;
beforeAll(async () => {
  today = await CountyDay.begin();
});
afterAll(() => today.end());

interface Value {
  readonly exam: string;
  readonly id: string;
}
type Begin = () => Promise<Value>;
type Step = (value: Value) => Promise<Answered>;

const valueOf = async (id: string, who: Who = 'writer11'): Promise<any> =>
  (await must(today.as(who).get(`/api/critical/${id}`))).body;

/** An exam in its writer's hands, in which somebody marks the finding. */
const marked =
  (who: Who): Begin =>
  async () => {
    const { exam } = await today.desk.written({}, { orderingDoctor: '医师1' });
    const { body } = await must(today.exams(who, exam, 'critical', { finding: FINDING }));
    return { exam, id: body.criticalId };
  };

const step =
  (who: Who, verb: string, body: object = {}): Step =>
  ({ id }) =>
    today.as(who).post(`/api/critical/${id}/${verb}`, body);
const confirm = step('writer11', 'confirm');
const call = step('writer11', 'notify', { receiver: '王医师', readBack: true, way: 'phone' });
const acknowledge = step('doctor01', 'acknowledge');
const handle = step('doctor01', 'handle', { measures: '已联系上级医院转诊' });
const close = step('doctor01', 'close');
const dismiss = step('writer11', 'dismiss', { reason: '伪影' });
/** What has been recorded once by another is refused too. */
const callAgain = step('reviewer11', 'notify', { receiver: '李医师', readBack: true, way: 'phone' });

const then =
  (begin: Begin, ...steps: readonly Step[]): Begin =>
  async () => {
    const value = await begin();
    for (const one of steps) await must(one(value));
    return value;
  };

/** Nobody of the clinic is reached for eight minutes. */
const unanswered: Step = async ({ id }) => {
  today.clock.advance(8 * MINUTE);
  await until('the ladder to be climbed', async () => (await valueOf(id)).state === 'ESCALATED');
  return { status: 200, body: null };
};

const suspected = marked('tech01');
const confirmed = marked('writer11');
const escalated = then(confirmed, unanswered);
const notified = then(confirmed, call);
const acknowledged = then(notified, acknowledge);
const handled = then(acknowledged, handle);
const closed = then(handled, close);

interface Row {
  readonly begin: Begin;
  readonly leaves: readonly (readonly [to: State, step: Step])[];
  readonly refuses: Readonly<Record<string, Step>>;
}

const ROWS: Readonly<Record<State, Row>> = {
  SUSPECTED: {
    begin: suspected,
    leaves: [
      ['CONFIRMED', confirm],
      ['FALSE_ALARM', dismiss],
    ],
    refuses: { call, acknowledge, handle, close },
  },
  CONFIRMED: {
    begin: confirmed,
    leaves: [
      ['NOTIFIED', call],
      ['ACKNOWLEDGED', acknowledge],
      ['ESCALATED', unanswered],
      ['FALSE_ALARM', dismiss],
    ],
    refuses: { handle, close, 'another’s confirming': step('reviewer11', 'confirm') },
  },
  ESCALATED: {
    begin: escalated,
    leaves: [
      ['NOTIFIED', call],
      ['ACKNOWLEDGED', acknowledge],
      ['FALSE_ALARM', dismiss],
    ],
    refuses: { handle, close, 'another’s confirming': step('reviewer11', 'confirm') },
  },
  NOTIFIED: {
    begin: notified,
    leaves: [
      ['ACKNOWLEDGED', acknowledge],
      ['FALSE_ALARM', dismiss],
    ],
    refuses: { handle, close, confirm, callAgain },
  },
  ACKNOWLEDGED: {
    begin: acknowledged,
    leaves: [
      ['HANDLED', handle],
      ['FALSE_ALARM', dismiss],
    ],
    refuses: { close, confirm, callAgain, 'another’s word': step('tech01', 'acknowledge') },
  },
  HANDLED: {
    begin: handled,
    leaves: [['CLOSED', close]],
    refuses: { dismiss, confirm, 'another’s word': step('tech01', 'acknowledge') },
  },
  CLOSED: { begin: closed, leaves: [], refuses: { dismiss, handle, confirm, callAgain } },
  FALSE_ALARM: { begin: then(confirmed, dismiss), leaves: [], refuses: { call, acknowledge, handle, close, confirm } },
};

it.each(Object.keys(TABLE) as State[])('%s', async (state) => {
  const { begin, leaves, refuses } = ROWS[state];
  const value = await begin();
  const before = await valueOf(value.id, 'doctor01');
  expect(before).toMatchObject({ state, stateName: TABLE[state][0], finding: FINDING, examId: value.exam });
  const { items } = (await must(today.as('doctor01').get(`/api/critical?open=true&exam=${value.exam}`))).body;
  expect(items.map(({ criticalId }: { criticalId: string }) => criticalId)).toEqual(
    state === 'CLOSED' || state === 'FALSE_ALARM' ? [] : [value.id],
  );
  for (const [what, attempt] of Object.entries(refuses)) {
    const { status, body } = await attempt(value);
    expect([what, status, body.params?.state]).toEqual([what, 409, state]);
  }
  expect(await valueOf(value.id, 'doctor01')).toEqual(before);
  expect(leaves.map(([to]) => to)).toEqual(TABLE[state][1]);
  for (const [to, leave] of leaves) {
    const { id } = await then(begin, leave)();
    expect((await valueOf(id)).state).toBe(to);
  }
});

describe('the two facts', () => {
  it('stand apart with all six fields; the clock does not wait for the report', async () => {
    const value = await confirmed();
    const found = today.clock.now().toISOString();
    expect(await today.page(value.exam)).toMatchObject({ state: 'CLAIMED' });
    const empty = { receiver: null, receivedAt: null, way: null };
    expect((await valueOf(value.id)).sixFields).toEqual({
      ...{ finding: FINDING, foundAt: found, radiologist: '报告11' },
      ...empty,
    });
    today.clock.advance(MINUTE);
    await must(call(value));
    expect(await valueOf(value.id)).toMatchObject({
      notified: { by: '报告11', receiver: '王医师', readBack: true, afterSeconds: 60 },
      acknowledged: null,
    });
    today.clock.advance(MINUTE);
    await must(acknowledge(value));
    expect(await valueOf(value.id)).toMatchObject({
      acknowledged: { by: '医师1', afterSeconds: 120, inTime: true },
      sixFields: {
        ...{ finding: FINDING, foundAt: found, radiologist: '报告11' },
        ...{ receiver: '医师1', receivedAt: today.clock.now().toISOString(), way: 'phone' },
      },
    });
  });

  it('may come in the other order: the call is then recorded without moving anything', async () => {
    const { id } = await then(confirmed, acknowledge, call)();
    expect(await valueOf(id)).toMatchObject({ state: 'ACKNOWLEDGED', notified: { receiver: '王医师' } });
  });

  it('only a named person of the requesting clinic counts, and only within ten minutes', async () => {
    const value = await notified();
    const path = `/api/critical/${value.id}/acknowledge`;
    expect((await today.machine.post(path, {})).status).toBe(403);
    expect((await today.as('doctor02').post(path, {})).status).toBe(404);
    for (const who of ['writer11', 'chief1', 'admin'] as const)
      expect((await today.as(who).post(path, {})).status).toBe(403);
    expect(await valueOf(value.id)).toMatchObject({ state: 'NOTIFIED', acknowledged: null });
    // The call has stopped the ladder, not the ten minutes.
    today.clock.advance(11 * MINUTE);
    await until('the breach', async () => (await valueOf(value.id)).breachedAt !== null);
    await must(acknowledge(value));
    const late = await valueOf(value.id);
    expect(late).toMatchObject({ acknowledged: { inTime: false, afterSeconds: 660 }, breachedAt: late.breachAt });
    expect(rungsOf(late)).toEqual([]);
  });
});

const rungsOf = (value: any): number[] =>
  value.trail.flatMap((event: any) => (event.action === 'rung' ? [event.details.afterSeconds] : []));

it('the ladder: ordering doctor at 2 minutes, the clinic at 5, head and chief at 8, the breach at 10', async () => {
  const { exam, id } = await confirmed();
  const marking = (await today.told('doctor01', exam)).map(({ kind }) => kind);
  expect(marking).toEqual(['critical.marked']);
  const rungs: number[] = [];
  for (const [minutes, rung] of [
    [2, 120],
    [3, 300],
    [3, 480],
  ] as const) {
    expect(rungsOf(await valueOf(id))).toEqual(rungs);
    today.clock.advance(minutes * MINUTE);
    rungs.push(rung);
    await until(`the rung at ${rung} s`, async () => rungsOf(await valueOf(id)).length === rungs.length);
  }
  expect(await valueOf(id)).toMatchObject({ state: 'ESCALATED', breachedAt: null });
  const kinds = async (who: Who) => new Set((await today.told(who, exam)).map(({ kind }) => kind));
  expect(await kinds('doctor01')).toEqual(new Set(['critical.marked', 'critical.rung']));
  expect(await kinds('tech01')).toEqual(new Set(['critical.marked', 'critical.rung']));
  expect(await kinds('chief1')).toEqual(new Set(['critical.rung']));
  // At every step the radiologist is reminded to phone.
  expect(await kinds('writer11')).toEqual(new Set(['critical.call']));
  expect(await kinds('doctor02')).toEqual(new Set());

  today.clock.advance(2 * MINUTE);
  await until('the breach', async () => (await valueOf(id)).breachedAt !== null);
  const value = await valueOf(id);
  expect([value.breachedAt, value.nextDueAt]).toEqual([value.breachAt, null]);
  expect(await kinds('admin')).toEqual(new Set(['critical.breach']));
});

it('a call that reached nobody is kept, and the ladder goes on', async () => {
  const value = await confirmed();
  await must(step('writer11', 'calls', { outcome: 'no_answer', to: '申请医师', phone: '000-1111' })(value));
  expect((await step('writer11', 'notify', { receiver: '王医师', readBack: false })(value)).status).toBe(400);
  today.clock.advance(2 * MINUTE);
  await until('the first rung', async () => rungsOf(await valueOf(value.id)).length === 1);
  expect((await valueOf(value.id)).trail).toContainEqual(
    expect.objectContaining({ action: 'call', details: expect.objectContaining({ outcome: 'no_answer' }) }),
  );
});

const ofExam = async (exam: string): Promise<any[]> =>
  (await must(today.as('reviewer21').get(`/api/critical?exam=${exam}`))).body.items.reverse();

/** 更正 by the one who signed last, reviewed by another. */
const amend = (exam: string, text: object, [signer, other]: readonly [Who, Who]) =>
  via(
    async () => ({ exam }),
    report(signer, 'amend', { reason: '误判' }),
    edit(signer, text),
    write(signer, 'submit'),
    sign(other),
  )(today);

it('the text only asks: a phrase that is neither negated nor old makes a suspicion for the signer', async () => {
  const { exam } = await today.desk.signed(EMBOLISM);
  const [value] = await until('the question', async () => {
    const found = await ofExam(exam);
    return found.length > 0 && found;
  });
  expect(value).toMatchObject({ state: 'SUSPECTED', source: 'text', finding: FINDING, foundAt: null });
  expect((await today.told('reviewer21', exam)).map(({ kind }) => kind)).toEqual(['critical.suspected']);
  expect(await today.told('doctor01', exam)).toEqual([]);
});

it('a correction that takes the finding back opens a new cycle, which the clinic acknowledges anew', async () => {
  const { exam } = await today.desk.signed(EMBOLISM);
  const [first] = await until('the question', async () => {
    const found = await ofExam(exam);
    return found.length > 0 && found;
  });
  const value = { exam, id: first.criticalId };
  await must(step('reviewer21', 'confirm')(value));
  await must(acknowledge(value));
  await amend(exam, CLEAR, ['reviewer21', 'reviewer11']);
  const [old, taken] = await until('the new cycle', async () => {
    const found = await ofExam(exam);
    return found.length === 2 && found;
  });
  expect(old).toMatchObject({ criticalId: value.id, state: 'FALSE_ALARM', nextDueAt: null });
  expect(taken).toMatchObject({ kind: 'withdrawn', state: 'CONFIRMED', withdraws: value.id, acknowledged: null });
  const again = { exam, id: taken.criticalId };
  await must(acknowledge(again));
  expect(await valueOf(again.id)).toMatchObject({ state: 'ACKNOWLEDGED', acknowledged: { by: '医师1' } });
  // And one that brings the finding back asks once more.
  await amend(exam, EMBOLISM, ['reviewer11', 'reviewer21']);
  await until('the second question', async () => (await ofExam(exam)).at(-1).state === 'SUSPECTED');
});
