import { EXAM_STATES } from '../exams';
import type { ExamView, Outcome } from './figures';
import { emptyStates, figuresOf, losses, percentile, statesLine } from './figures';
import { pushed, type PushedExam } from './feed/pushed-exam';
import { planExams } from './plan/exam-plan';
import type { Goal } from './plan/goals';
import { RealFiles } from './plan/real-files';

const plan = planExams(new Date('2026-03-02T01:30:00Z'), new RealFiles());
const examOf = (goal: Goal, signToDeliveredMs?: number): PushedExam => ({
  ...pushed(plan.find((exam) => exam.goal === goal)!),
  signToDeliveredMs,
});

const NEVER = { t3: null, t4: null, t5: null, t6: null, t7: null, t8: null, t9: null };
const QUEUED = { ...NEVER, t3: '2026-03-02T01:31:00.000Z' };
const SIGNED = { ...QUEUED, t4: '2026-03-02T01:32:00.000Z', t7: '2026-03-02T01:40:00.000Z' };

/** A signed one has the formal report alone, unless said otherwise. */
const view = (state: string, timeline: ExamView['timeline'], ...deliveries: string[]): ExamView => ({
  state,
  imageSet: 1,
  identityHold: false,
  reading: null,
  reports: timeline.t7 === null ? [] : [{ kind: 'final' }],
  timeline,
  deliveries: deliveries.map((one) => ({ state: one })),
});

describe('figures', () => {
  const list: Outcome[] = [
    { exam: examOf('seen', 40), view: view('SIGNED', SIGNED, 'SEEN', 'DELIVERED') },
    { exam: examOf('delivered', 20), view: view('SIGNED', SIGNED, 'DELIVERED') },
    { exam: examOf('queued'), view: view('QUEUED', QUEUED) },
    { exam: examOf('registered'), view: view('REGISTERED', NEVER) },
  ];

  it('count what the interface answers', () => {
    expect(figuresOf(list, 321, 1234.5)).toEqual({
      exams: 3,
      instances: 321,
      queued: 3,
      signed: 2,
      delivered: 3,
      seen: 1,
      unfinished: 2,
      signToDeliveredMs: { p50: 20, p95: 40 },
      totalMs: 1235,
    });
  });

  it('find nothing lost where everything is where it was to be', () => {
    expect(
      losses(
        list.map(({ exam }) => exam),
        list,
      ),
    ).toEqual([]);
  });
});

describe('losses', () => {
  it.each<[string, Goal, ExamView, RegExp]>([
    ['an exam in another state', 'queued', view('UPLOADING', QUEUED), /is UPLOADING, was to be QUEUED/],
    ['a whole upload that never came to the list', 'queued', view('QUEUED', NEVER), /never queued/],
    [
      'a report that is not signed',
      'delivered',
      view('SIGNED', QUEUED, 'DELIVERED'),
      /the reports \[\], not \[final\]/,
    ],
    ['a report that did not arrive', 'delivered', view('SIGNED', SIGNED, 'SENT'), /1 deliveries were to arrive, 0 did/],
    ['a report that was never sent', 'delivered', view('SIGNED', SIGNED), /1 deliveries were to arrive, 0 did/],
    [
      'a correction that was never made',
      'corrected',
      view('SIGNED', SIGNED, 'SEEN', 'SEEN'),
      /the reports \[final\], not \[final,corrected\]/,
    ],
    [
      'a recall that the clinic was not told of',
      'recalled',
      view('REVISING', QUEUED, 'DELIVERED'),
      /2 deliveries were to arrive, 1 did/,
    ],
    ['a report that nobody is known to have opened', 'seen', view('SIGNED', SIGNED, 'DELIVERED'), /not marked as seen/],
    [
      'clocks that run backwards',
      'queued',
      view('QUEUED', { ...SIGNED, t4: SIGNED.t7, t7: null, t8: QUEUED.t3 }),
      /run backwards/,
    ],
    ['an identity hold that is not there', 'held', view('QUEUED', QUEUED), /no identity hold/],
  ])('tell of %s', (_, goal, seen, text) => {
    const exam = examOf(goal);
    expect(losses([exam], [{ exam, view: seen }])).toEqual([expect.stringMatching(text)]);
  });

  it('tell of an exam that the centre does not know', () => {
    expect(losses([examOf('queued')], [])).toEqual([expect.stringMatching(/not at the centre/)]);
  });
});

describe('the county that is left', () => {
  const at = (goal: Goal, state: string): Outcome => ({ exam: examOf(goal), view: view(state, QUEUED) });

  it('has no exam in a state that none was left in', () => {
    const rest = EXAM_STATES.filter((state) => state !== 'RECALLED' && state !== 'CONSULTING');
    expect(emptyStates(rest.map((state) => at('queued', state)))).toEqual(['no exam is left in CONSULTING']);
  });

  it('is summed up state by state', () => {
    expect(statesLine([at('queued', 'QUEUED'), at('held', 'QUEUED'), at('claimed', 'CLAIMED')])).toBe(
      'QUEUED 2, CLAIMED 1',
    );
  });
});

describe('percentile', () => {
  it('is the nearest rank', () => {
    const ten = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    expect([percentile(ten, 0.5), percentile(ten, 0.95), percentile([7], 0.95)]).toEqual([5, 10, 7]);
  });

  it('is null of nothing', () => {
    expect(percentile([], 0.5)).toBeNull();
  });
});
