import {
  REFERRAL_MOVES,
  REFERRAL_STATE_NAMES,
  REFERRAL_STATES,
  type ReferralState,
  statesBefore,
  UNFINISHED_REFERRAL,
} from './referral.state';

const ALLOWED = new Set([
  'REQUESTED>ACCEPTED',
  'REQUESTED>DECLINED',
  'REQUESTED>ARRIVED',
  'REQUESTED>CANCELLED',
  'ACCEPTED>ARRIVED',
  'ACCEPTED>CANCELLED',
  'ARRIVED>ANSWERED',
  'ANSWERED>CLOSED',
]);
const PAIRS = REFERRAL_STATES.flatMap((from) =>
  REFERRAL_STATES.map((to): [ReferralState, ReferralState] => [from, to]),
);

it.each(PAIRS)('%s → %s', (from, to) => {
  expect(REFERRAL_MOVES[from].includes(to)).toBe(ALLOWED.has(`${from}>${to}`));
  expect(statesBefore(to).includes(from)).toBe(ALLOWED.has(`${from}>${to}`));
});

it('owes the sender an answer once the patient is there', () => {
  expect(REFERRAL_MOVES.ARRIVED).toEqual(['ANSWERED']);
});

it('is unfinished exactly where it may still go somewhere', () => {
  const unfinished = REFERRAL_STATES.filter((state) => REFERRAL_MOVES[state].length > 0);
  expect(new Set(unfinished)).toEqual(new Set(UNFINISHED_REFERRAL));
});

it('has a name for every state', () => {
  expect(new Set(Object.values(REFERRAL_STATE_NAMES)).size).toBe(REFERRAL_STATES.length);
});
