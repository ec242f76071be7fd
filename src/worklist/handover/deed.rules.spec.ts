import { EXAM_STATES, type ExamState, mayMove } from '../../exams';
import { CLAIMED_AS, HELD_IN, RELEASED_TO } from '../claim.rules';
import { type Deed, DEEDS, LEADS_TO, mayDo } from './deed.rules';

/** Every state by every deed, written out: x = may. */
const TABLE: Readonly<Record<ExamState, string>> = {
  //              release return reject takeBack takeover unlock expire leave park unpark handOver passOn
  REGISTERED: '     .      .      .      .        .        .      .      .     .    .      .        .',
  UPLOADING: '      .      .      .      .        .        .      .      .     .    .      .        .',
  INCOMPLETE: '     .      .      .      .        .        .      .      .     .    .      .        .',
  QUEUED: '         .      .      .      .        .        .      .      .     .    .      .        x',
  CLAIMED: '        x      x      .      .        x        x      x      x     x    x      x        .',
  PENDING_REVIEW: ' .      .      .      x        .        .      .      .     .    .      .        x',
  REVIEWING: '      x      x      x      .        x        x      x      x     x    x      x        .',
  REVISING: '       .      .      .      .        .        .      .      .     .    .      .        x',
  PRELIM_ISSUED: '  .      .      .      .        .        .      .      .     .    .      .        x',
  SIGNED: '         .      .      .      .        .        .      .      .     .    .      .        .',
  AMENDING: '       .      .      .      .        .        .      .      .     .    .      .        .',
  RECALLED: '       .      .      .      .        .        .      .      .     .    .      .        .',
  RETURNED: '       .      .      .      .        .        .      .      .     .    .      .        .',
  WITHDRAWN: '      .      .      .      .        .        .      .      .     .    .      .        .',
  CONSULTING: '     .      .      .      .        x        .      .      x     .    .      x        .',
  VOID: '           .      .      .      .        .        .      .      .     .    .      .        .',
};
const COLUMNS: readonly Deed[] = [
  'release',
  'return',
  'reject',
  'takeBack',
  'takeover',
  'unlock',
  'expire',
  'leave',
  'park',
  'unpark',
  'handOver',
  'passOn',
];

it('the table names every deed', () => {
  expect([...COLUMNS].sort()).toEqual(Object.keys(DEEDS).sort());
});

describe.each(EXAM_STATES)('in %s', (state) => {
  const row = TABLE[state].trim().split(/\s+/);
  it.each(COLUMNS.map((deed, i) => [deed, row[i]] as const))('%s: %s', (deed, mark) => {
    expect(mayDo(deed, state)).toBe(mark === 'x');
  });
});

it('leads only along moves that the exam has', () => {
  const moves = Object.entries(LEADS_TO).flatMap(([deed, to]) =>
    (['write', 'review'] as const)
      .filter((stage) => mayDo(deed as Deed, CLAIMED_AS[stage]))
      .map((stage) => [deed, CLAIMED_AS[stage], to[stage], mayMove(CLAIMED_AS[stage], to[stage])] as const),
  );
  expect(moves.length).toBeGreaterThan(8);
  expect(moves.filter(([, , , may]) => !may)).toEqual([]);
});

it('gives back to where a claim of that stage was taken from', () => {
  for (const deed of ['release', 'unlock', 'expire', 'leave'] as const) expect(LEADS_TO[deed]).toEqual(RELEASED_TO);
});

it('a holder may give back, return and park in exactly the states in which his claim is required', () => {
  for (const deed of ['release', 'return', 'park', 'unpark'] as const)
    expect([...DEEDS[deed]]).toEqual(Object.values(CLAIMED_AS));
});

it('a claim that stays may be taken over and handed over wherever somebody may hold one', () => {
  expect([...DEEDS.takeover].sort()).toEqual([...HELD_IN].sort());
  expect([...DEEDS.handOver].sort()).toEqual([...HELD_IN].sort());
});
