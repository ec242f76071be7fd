import { EXAM_STATES, type ExamState } from '../../exams';
import { CLAIMED_AS, HELD_IN } from '../claiming/claim.rules';
import { type Deed, DEEDS, mayDo } from './deed.rules';

/** Every state by every deed, written out: x = may. */
const TABLE: Readonly<Record<ExamState, string>> = {
  //              release return reject takeBack takeover unlock expire leave park unpark handOver passOn assign
  REGISTERED: '     .      .      .      .        .        .      .      .     .    .      .        .      .',
  UPLOADING: '      .      .      .      .        .        .      .      .     .    .      .        .      .',
  INCOMPLETE: '     .      .      .      .        .        .      .      .     .    .      .        .      .',
  QUEUED: '         .      .      .      .        .        .      .      .     .    .      .        x      x',
  CLAIMED: '        x      x      .      .        x        x      x      x     x    x      x        .      .',
  PENDING_REVIEW: ' .      .      .      x        .        .      .      .     .    .      .        x      x',
  REVIEWING: '      x      x      x      .        x        x      x      x     x    x      x        .      .',
  REVISING: '       .      .      .      .        .        .      .      .     .    .      .        x      x',
  PRELIM_ISSUED: '  .      .      .      .        .        .      .      .     .    .      .        x      x',
  SIGNED: '         .      .      .      .        .        .      .      .     .    .      .        .      .',
  AMENDING: '       .      .      .      .        .        .      .      .     .    .      .        .      .',
  RECALLED: '       .      .      .      .        .        .      .      .     .    .      .        .      .',
  RETURNED: '       .      .      .      .        .        .      .      .     .    .      .        .      .',
  WITHDRAWN: '      .      .      .      .        .        .      .      .     .    .      .        .      .',
  CONSULTING: '     .      .      .      .        x        .      .      x     .    .      x        .      .',
  VOID: '           .      .      .      .        .        .      .      .     .    .      .        .      .',
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
  'assign',
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

it('a holder may give back, return and park in exactly the states in which his claim is required', () => {
  for (const deed of ['release', 'return', 'park', 'unpark'] as const)
    expect([...DEEDS[deed]]).toEqual(Object.values(CLAIMED_AS));
});

it('a claim that stays may be taken over and handed over wherever somebody may hold one', () => {
  expect([...DEEDS.takeover].sort()).toEqual([...HELD_IN].sort());
  expect([...DEEDS.handOver].sort()).toEqual([...HELD_IN].sort());
});
