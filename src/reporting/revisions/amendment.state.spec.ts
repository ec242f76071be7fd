import {
  AMENDMENT_STATES,
  type AmendmentState,
  amendmentMayMove,
  DEMOGRAPHICS_MOVES,
  DEMOGRAPHICS_STATES,
  OPEN_AMENDMENT,
} from './amendment.state';

const ALLOWED = new Set([
  'WRITING>SUBMITTED',
  'WRITING>CANCELLED',
  'SUBMITTED>WRITING',
  'SUBMITTED>SIGNED',
  'SUBMITTED>CANCELLED',
]);

const pairs = AMENDMENT_STATES.flatMap((from) => AMENDMENT_STATES.map((to) => [from, to] as const));

it.each(pairs)('an amendment from %s to %s', (from, to) => {
  expect(amendmentMayMove(from, to)).toBe(ALLOWED.has(`${from}>${to}`));
});

it('is never signed by the hand that is still writing it, and never comes back from its end', () => {
  expect(amendmentMayMove('WRITING', 'SIGNED')).toBe(false);
  const ended = AMENDMENT_STATES.filter((state) => !OPEN_AMENDMENT.includes(state));
  expect(ended).toEqual<AmendmentState[]>(['SIGNED', 'CANCELLED']);
});

it.each(DEMOGRAPHICS_STATES.flatMap((from) => DEMOGRAPHICS_STATES.map((to) => [from, to] as const)))(
  'a request for other patient data from %s to %s',
  (from, to) => {
    expect(DEMOGRAPHICS_MOVES[from].includes(to)).toBe(from === 'ASKED' && to !== 'ASKED');
  },
);
