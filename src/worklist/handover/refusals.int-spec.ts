import { ManualClock, MINUTE } from '../../../test/harness/manual-clock';
import { startSystem, type System } from '../../../test/harness/system';
import { EXAM_STATES } from '../../exams';
import { type Deed, mayDo } from './deed.rules';
import { Shift } from '../shift.fixture';

/** Every deed over HTTP in every state of the exam: it happens where the table says so, otherwise it is a conflict. */
let clock: ManualClock;
let system: System;
let shift: Shift;

beforeAll(async () => {
  clock = new ManualClock();
  system = await startSystem({ clock, role: 'api' });
  shift = await Shift.begin(system, ['writer11', 'writer12', 'chief1', 'admin']);
});
afterAll(() => system.stop());

interface Attempt {
  readonly deed: Deed;
  readonly who: string;
  readonly verb: string;
  readonly body: (fence: number) => object;
}
const REASON = { reason: '换班' };
const ATTEMPTS: readonly Attempt[] = [
  { deed: 'release', who: 'writer11', verb: 'release', body: (fence) => ({ fence, ...REASON }) },
  { deed: 'return', who: 'writer11', verb: 'return', body: (fence) => ({ fence, code: 'Q01', wanted: 'retake' }) },
  { deed: 'park', who: 'writer11', verb: 'park', body: (fence) => ({ fence, ...REASON, until: inAnHour() }) },
  { deed: 'unpark', who: 'writer11', verb: 'unpark', body: (fence) => ({ fence }) },
  { deed: 'takeover', who: 'chief1', verb: 'takeover', body: () => REASON },
  { deed: 'unlock', who: 'admin', verb: 'takeover', body: () => REASON },
];
const inAnHour = (): string => new Date(clock.now().getTime() + 60 * MINUTE).toISOString();

describe.each(ATTEMPTS)('$deed', ({ deed, who, verb, body }) => {
  it.each(EXAM_STATES)('in %s', async (state) => {
    const { examId, fence } = await shift.held('writer11');
    await shift.room.setItem(examId, { parked_at: clock.now(), parked_until: clock.now(), park_reason: '等' });
    if (state === 'REVIEWING') await shift.room.setItem(examId, { stage: 'review', writer_id: shift.id('writer12') });
    // The list has not heard of it yet: what counts is the exam.
    const before = state === 'CONSULTING' ? { state_before_consulting: 'CLAIMED' as const } : {};
    await shift.room.changeExam(examId, { state, ...before });
    const item = await shift.room.item(examId);
    const answer = await shift.command(who, examId, verb, body(fence));
    if (mayDo(deed, state)) {
      expect([state, answer.status]).toEqual([state, 200]);
      return;
    }
    expect([answer.status, answer.body.code, answer.body.params.state]).toEqual([409, 'exam_state_conflict', state]);
    expect(await shift.room.item(examId)).toEqual(item);
    expect(await shift.room.examState(examId)).toBe(state);
    expect(await shift.audited(examId, `exam.${verb}.refused`)).toMatchObject([{ details: { state } }]);
  });
});

it.each(['release', 'return', 'park', 'unpark', 'heartbeat'])(
  '%s of another’s claim, or under an old fence, changes nothing',
  async (verb) => {
    const { examId, fence } = await shift.held('writer11');
    const item = await shift.room.item(examId);
    const attempt = ATTEMPTS.find((one) => one.verb === verb);
    const body = (of: number): object => attempt?.body(of) ?? { fence: of };
    for (const [who, of] of [
      ['writer12', fence],
      ['writer11', fence + 1],
    ] as const) {
      const answer = await shift.command(who, examId, verb, body(of));
      expect([answer.status, answer.body.code]).toEqual([409, 'stale_fence']);
      expect(answer.body.params).toMatchObject({ fence, state: 'CLAIMED', holder: '报告11' });
    }
    expect(await shift.room.item(examId)).toEqual(item);
    expect(await shift.audited(examId, `exam.${verb}.refused`)).toHaveLength(2);
  },
);
