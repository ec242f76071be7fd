import {
  CONSULTATION_MOVES,
  CONSULTATION_STATE_NAMES,
  CONSULTATION_STATES,
  type ConsultationState,
  OPEN_CONSULTATION,
  statesBefore,
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

it('is unfinished exactly where it may still go somewhere', () => {
  expect(CONSULTATION_STATES.filter((state) => CONSULTATION_MOVES[state].length > 0)).toEqual(UNFINISHED_CONSULTATION);
});

it('has a name for every state', () => {
  expect(new Set(Object.values(CONSULTATION_STATE_NAMES)).size).toBe(CONSULTATION_STATES.length);
});
