import { EXAM_STATES } from '../../exams';
import { sampleItem } from '../sample-item.fixture';
import { IDLE_MS, idleAt, type Taker, takeoverVerdict } from './takeover.rules';

const NOW = new Date('2026-03-02T02:00:00Z');
const before = (ms: number): Date => new Date(NOW.getTime() - ms);
const CHIEF: Taker = { id: 'c', stages: ['write', 'review'], manages: true };
const ADMIN: Taker = { id: 'a', stages: [], manages: true };
const REVIEWER: Taker = { id: 'r', stages: ['write', 'review'], manages: false };
const WRITER: Taker = { id: 'x', stages: ['write'], manages: false };

const writing = {
  state: 'CLAIMED',
  stage: 'write',
  holder_id: 'w',
  writer_id: 'w',
  fence: 1,
  active_at: before(60_000),
} as const;
const review = { ...writing, state: 'REVIEWING', stage: 'review', holder_id: 'z' } as const;
const idle = { active_at: before(IDLE_MS) };

describe.each(EXAM_STATES)('in %s', (state) => {
  const held = ['CLAIMED', 'REVIEWING', 'CONSULTING'].includes(state);
  it('the chief takes what may be held', () => {
    expect(takeoverVerdict(sampleItem({ ...writing, state }), CHIEF, NOW)).toBe(held ? 'takeover' : 'wrong_state');
  });
  it('the administrator unlocks where the exam can go back to the list', () => {
    const expected = held && state !== 'CONSULTING' ? 'unlock' : 'wrong_state';
    expect(takeoverVerdict(sampleItem({ ...writing, state }), ADMIN, NOW)).toBe(expected);
  });
});

it.each([
  ['a chief, at once', writing, CHIEF, 'takeover'],
  ['a reader, while its holder works', writing, REVIEWER, 'not_idle'],
  ['a reader, a second before the half hour', { ...writing, active_at: before(IDLE_MS - 1_000) }, WRITER, 'not_idle'],
  ['a reader of the stage, from the half hour on', { ...writing, ...idle }, WRITER, 'idle'],
  ['a writer, of a review', { ...review, ...idle }, WRITER, 'not_permitted'],
  ['a reviewer, of an idle review', { ...review, ...idle }, REVIEWER, 'idle'],
  ['whose text is under review', { ...review, ...idle, writer_id: 'r' }, REVIEWER, 'own_report'],
  [
    'whose words another has handed in',
    { ...review, ...idle, hand_ids: ['r', 'w'] as string[] },
    REVIEWER,
    'own_report',
  ],
  ['the chief whose text is under review', { ...review, writer_id: 'c' }, CHIEF, 'own_report'],
  ['its own holder', { ...writing, ...idle, holder_id: 'x' }, WRITER, 'already_yours'],
  ['a reader, while it is parked', { ...writing, ...idle, parked_until: new Date('2026-03-03') }, WRITER, 'not_idle'],
  ['a chief, while it is parked', { ...writing, ...idle, parked_until: new Date('2026-03-03') }, CHIEF, 'takeover'],
  ['anybody, of what nobody holds', { ...writing, holder_id: null }, CHIEF, 'not_held'],
  ['who neither reads nor manages', writing, { ...ADMIN, manages: false }, 'not_permitted'],
] as const)('%s', (_, item, taker, verdict) => {
  expect(takeoverVerdict(sampleItem(item), taker, NOW)).toBe(verdict);
});

it('counts the half hour from the last work in the tab, and only while somebody holds it', () => {
  expect(idleAt(sampleItem({ ...writing, active_at: NOW }))).toEqual(new Date(NOW.getTime() + IDLE_MS));
  expect(idleAt(sampleItem({ ...writing, holder_id: null }))).toBeNull();
});
