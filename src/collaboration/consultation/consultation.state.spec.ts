import {
  CO_SIGNATURE_MOVES,
  CO_SIGNATURES,
  type CoSignature,
  coSignatureOf,
  CONSULTATION_MOVES,
  CONSULTATION_STATE_NAMES,
  CONSULTATION_STATES,
  type ConsultationState,
  OPEN_CONSULTATION,
  statesBefore,
  TAKE_OVER_MOVES,
  TAKE_OVERS,
  type TakeOver,
  takeOverOf,
  UNFINISHED_CONSULTATION,
} from './consultation.state';

const ALLOWED = new Set([
  'REQUESTED>ACCEPTED',
  'REQUESTED>DECLINED',
  'REQUESTED>CANCELLED',
  'REQUESTED>EXPIRED',
  'ACCEPTED>ANSWERED',
  'ACCEPTED>DECLINED',
  'ACCEPTED>CANCELLED',
  'ACCEPTED>EXPIRED',
  'ANSWERED>CLOSED',
  'ANSWERED>WITHDRAWN',
  'CLOSED>WITHDRAWN',
]);
const PAIRS = CONSULTATION_STATES.flatMap((from) =>
  CONSULTATION_STATES.map((to): [ConsultationState, ConsultationState] => [from, to]),
);

it.each(PAIRS)('%s → %s', (from, to) => {
  expect(CONSULTATION_MOVES[from].includes(to)).toBe(ALLOWED.has(`${from}>${to}`));
  expect(statesBefore(to).includes(from)).toBe(ALLOWED.has(`${from}>${to}`));
});

it('can always come to an end, by the clock too, as long as the exam waits for it', () => {
  for (const state of OPEN_CONSULTATION)
    expect(CONSULTATION_MOVES[state]).toEqual(expect.arrayContaining(['CANCELLED', 'EXPIRED']));
});

it('is unfinished exactly where it may still go somewhere, but for a change of mind afterwards', () => {
  const goesOn = (state: ConsultationState): boolean => CONSULTATION_MOVES[state].some((to) => to !== 'WITHDRAWN');
  expect(CONSULTATION_STATES.filter(goesOn)).toEqual(UNFINISHED_CONSULTATION);
});

it('can be withdrawn exactly where there is an opinion', () => {
  expect(statesBefore('WITHDRAWN')).toEqual(['ANSWERED', 'CLOSED']);
});

it('has a name for every state', () => {
  expect(new Set(Object.values(CONSULTATION_STATE_NAMES)).size).toBe(CONSULTATION_STATES.length);
});

describe('a co-signature', () => {
  const allowed = new Set(['AWAITED>SIGNED', 'SIGNED>FALLEN', 'FALLEN>SIGNED']);
  const pairs = CO_SIGNATURES.flatMap((from) => CO_SIGNATURES.map((to): [CoSignature, CoSignature] => [from, to]));

  it.each(pairs)('%s → %s', (from, to) => {
    expect(CO_SIGNATURE_MOVES[from].includes(to)).toBe(allowed.has(`${from}>${to}`));
  });

  it.each<[Parameters<typeof coSignatureOf>[0], CoSignature]>([
    [{ access: 'read_only', opinion_sha256: 'a', co_signed_sha256: null }, 'NONE'],
    [{ access: 'co_sign', opinion_sha256: null, co_signed_sha256: null }, 'AWAITED'],
    [{ access: 'co_sign', opinion_sha256: 'a', co_signed_sha256: 'a' }, 'SIGNED'],
    [{ access: 'co_sign', opinion_sha256: 'b', co_signed_sha256: 'a' }, 'FALLEN'],
  ])('of %j is %s', (row, state) => expect(coSignatureOf(row)).toBe(state));
});

describe('taking over', () => {
  const allowed = new Set(['UNDECIDED>TAKEN', 'UNDECIDED>LEFT', 'TAKEN>LEFT', 'LEFT>TAKEN']);
  const pairs = TAKE_OVERS.flatMap((from) => TAKE_OVERS.map((to): [TakeOver, TakeOver] => [from, to]));

  it.each(pairs)('%s → %s', (from, to) => {
    expect(TAKE_OVER_MOVES[from].includes(to)).toBe(allowed.has(`${from}>${to}`));
  });

  it('is read from the row', () => {
    expect([null, true, false].map(takeOverOf)).toEqual(['UNDECIDED', 'TAKEN', 'LEFT']);
  });
});
