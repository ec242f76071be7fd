import { IMPORTANT_ACTIONS, IMPORTANT_MOVES, IMPORTANT_STATES, OPEN } from './important.state';

/** Every pair of states with the action that leads from one to the other; a pair that is not here is forbidden. */
const PAIRS: Readonly<Record<string, string>> = {
  'OPEN RECEIVED': 'receive',
  'OPEN CLOSED': 'close',
  'RECEIVED FOLLOWED_UP': 'followUp',
  'RECEIVED CLOSED': 'close',
  'FOLLOWED_UP CLOSED': 'close',
};

it.each(IMPORTANT_STATES.flatMap((from) => IMPORTANT_STATES.map((to) => [from, to] as const)))(
  '%s → %s only as the table says',
  (from, to) => {
    const ways = IMPORTANT_ACTIONS.filter((action) => IMPORTANT_MOVES[from][action] === to);
    expect(ways.join(' ')).toBe(PAIRS[`${from} ${to}`] ?? '');
  },
);

it('waits for the clinic exactly while receipt or follow-up is missing', () => {
  const waiting = IMPORTANT_STATES.filter((state) => {
    const { receive, followUp } = IMPORTANT_MOVES[state];
    return receive !== undefined || followUp !== undefined;
  });
  expect(OPEN).toBe(`state IN (${waiting.map((state) => `'${state}'`).join(', ')})`);
});
