import { EXAM_STATES } from '../../exams';
import type { ReadingItem } from '../reading-item.entity';
import { sampleItem } from '../sample-item.fixture';
import { HANDOVER_KINDS, handoverKind, type HandoverPlan, passedOn, passVerdict } from './handover.rules';

const NOW = new Date('2026-03-02T02:00:00Z');
const LATER = new Date('2026-03-02T02:15:00Z');
const PLAN: HandoverPlan = {
  from: 'w',
  to: { id: 'n', hospitalId: 'h1', stages: ['write', 'review'] },
  note: '夜班接手',
};
const WRITER_ONLY: HandoverPlan = { ...PLAN, to: { ...PLAN.to, stages: ['write'] } };
const held: Partial<ReadingItem> = { holder_id: 'w', holder_hospital_id: 'h1', writer_id: 'w', fence: 3 };

describe.each(EXAM_STATES)('in %s', (state) => {
  it('a claim passes on where one may be held', () => {
    const expected = ['CLAIMED', 'REVIEWING', 'CONSULTING'].includes(state) ? 'claim' : 'not_theirs';
    expect(passVerdict(sampleItem({ ...held, state }), state, PLAN)).toBe(expected);
  });
  it('what waits for them passes on as an assignment', () => {
    const expected = ['QUEUED', 'PENDING_REVIEW', 'REVISING', 'PRELIM_ISSUED'].includes(state)
      ? 'assign'
      : 'not_theirs';
    expect(passVerdict(sampleItem({ assigned_person_id: 'w', state }), state, PLAN)).toBe(expected);
  });
  it('what they wrote passes on where others have to go on with it', () => {
    const expected = ['PENDING_REVIEW', 'REVISING', 'PRELIM_ISSUED'].includes(state) ? 'assign' : 'not_theirs';
    expect(passVerdict(sampleItem({ writer_id: 'w', state }), state, PLAN)).toBe(expected);
  });
});

it.each<[string, Partial<ReadingItem>, HandoverPlan, string]>([
  ['another’s claim', { ...held, state: 'CLAIMED', holder_id: 'x' }, PLAN, 'not_theirs'],
  ['a review to a writer', { ...held, state: 'REVIEWING', stage: 'review' }, WRITER_ONLY, 'not_permitted'],
  [
    'a review to who wrote the text',
    { ...held, state: 'REVIEWING', stage: 'review', writer_id: 'n' },
    PLAN,
    'own_report',
  ],
  [
    'a review to whoever put words into the text',
    { ...held, state: 'REVIEWING', stage: 'review', hand_ids: ['n', 'w'] },
    PLAN,
    'own_report',
  ],
  ['a preliminary to a writer', { state: 'PRELIM_ISSUED', writer_id: 'w' }, WRITER_ONLY, 'not_permitted'],
  ['a rejected report to a writer', { state: 'REVISING', writer_id: 'w' }, WRITER_ONLY, 'assign'],
  ['what was assigned to a third', { state: 'REVISING', writer_id: 'w', assigned_person_id: 'x' }, PLAN, 'not_theirs'],
])('%s', (_, changes, plan, verdict) => {
  const item = sampleItem(changes);
  expect(passVerdict(item, item.state, plan)).toBe(verdict);
});

it.each([
  ['claim', { ...held, state: 'CLAIMED' }],
  ['assign', { state: 'REVISING', writer_id: 'w', reserved_until: LATER }],
] as const)('handed over twice (%s) it is done, not handed over again', (how, changes) => {
  const item = sampleItem(changes);
  const after = Object.assign(sampleItem(changes), passedOn(item, how, PLAN, { leaseUntil: LATER, now: NOW }));
  expect(passVerdict(after, after.state, PLAN)).toBe('done');
  expect(passVerdict(after, after.state, { ...PLAN, from: 'z' })).toBe('not_theirs');
});

it('gives a claim under a new fence with a whole lease, and says from whom and why', () => {
  const item = sampleItem({ ...held, state: 'CLAIMED' });
  expect(passedOn(item, 'claim', PLAN, { leaseUntil: LATER, now: NOW })).toMatchObject({
    holder_id: 'n',
    fence: 4,
    lease_until: LATER,
    heartbeat_at: null,
    taken_how: 'handover',
    taken_from_id: 'w',
    taken_reason: '夜班接手',
    taken_at: NOW,
  });
});

it('lists what is parked as parked, whatever its state, and every kind that there is', () => {
  expect(handoverKind(sampleItem({ ...held, state: 'REVIEWING', parked_until: LATER }))).toBe('parked');
  const kinds = EXAM_STATES.map((state) => handoverKind(sampleItem({ state })));
  expect(new Set(kinds)).toEqual(new Set([undefined, ...HANDOVER_KINDS.filter((kind) => kind !== 'parked')]));
});
