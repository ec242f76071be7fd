import { DELIVERY_MOVES, DELIVERY_STATES, type DeliveryState, statesBefore, WAITING } from './delivery.state';

const ALLOWED = new Set([
  'PENDING>SENT',
  'PENDING>DEAD',
  'PENDING>DELIVERED',
  'PENDING>SEEN',
  'SENT>FAILED',
  'SENT>DEAD',
  'SENT>DELIVERED',
  'SENT>SEEN',
  'FAILED>SENT',
  'FAILED>PENDING',
  'FAILED>DEAD',
  'FAILED>DELIVERED',
  'FAILED>SEEN',
  'DEAD>PENDING',
  'DEAD>DELIVERED',
  'DEAD>SEEN',
  'DELIVERED>SEEN',
  'PENDING>SUPERSEDED',
  'PENDING>RECALLED',
  'SUPERSEDED>PENDING',
  'FAILED>RECALLED',
  'DEAD>RECALLED',
]);
const PAIRS = DELIVERY_STATES.flatMap((from) =>
  DELIVERY_STATES.map((to): [DeliveryState, DeliveryState] => [from, to]),
);

it.each(PAIRS)('%s → %s', (from, to) => {
  expect(DELIVERY_MOVES[from].includes(to)).toBe(ALLOWED.has(`${from}>${to}`));
  expect(statesBefore(to).includes(from)).toBe(ALLOWED.has(`${from}>${to}`));
});

it('never takes an acknowledgement back', () => {
  expect(DELIVERY_MOVES.DELIVERED).toEqual(['SEEN']);
  expect(DELIVERY_MOVES.SEEN).toEqual([]);
});

it('takes nothing back that has gone out', () => {
  expect(statesBefore('SUPERSEDED')).toEqual(['PENDING']);
  expect(statesBefore('RECALLED')).toEqual(['PENDING', 'FAILED', 'DEAD']);
});

it('lets the clinic acknowledge from wherever our leg stands', () => {
  for (const state of [...WAITING, 'DEAD'] as const) expect(DELIVERY_MOVES[state]).toContain('DELIVERED');
});
