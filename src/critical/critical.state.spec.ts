import {
  after,
  CRITICAL_ACTIONS,
  CRITICAL_MOVES,
  CRITICAL_STATE_NAMES,
  CRITICAL_STATES,
  type CriticalAction,
  type CriticalState,
  OPEN,
  OPEN_STATES,
  UNREACHED,
} from './critical.state';

/** Every state × every action: where it leads, `.` where it is forbidden. */
const MATRIX = `
              confirm    escalate   notify        acknowledge   handle   close   dismiss
SUSPECTED     CONFIRMED  .          .             .             .        .       FALSE_ALARM
CONFIRMED     .          ESCALATED  NOTIFIED      ACKNOWLEDGED  .        .       FALSE_ALARM
ESCALATED     .          .          NOTIFIED      ACKNOWLEDGED  .        .       FALSE_ALARM
NOTIFIED      .          .          .             ACKNOWLEDGED  .        .       FALSE_ALARM
ACKNOWLEDGED  .          .          ACKNOWLEDGED  .             HANDLED  .       FALSE_ALARM
HANDLED       .          .          HANDLED       .             .        CLOSED  .
CLOSED        .          .          .             .             .        .       .
FALSE_ALARM   .          .          .             .             .        .       .
`;
const [head = '', ...rows] = MATRIX.trim().split('\n');
const actions = head.trim().split(/\s+/) as CriticalAction[];
const cells = rows.flatMap((row) => {
  const [state = '', ...targets] = row.trim().split(/\s+/);
  return actions.map((action, i) => ({ state: state as CriticalState, action, to: targets[i]! }));
});

describe('a critical value', () => {
  it('is written down here for every state and action', () => {
    expect(actions).toEqual([...CRITICAL_ACTIONS]);
    expect(rows.map((row) => row.trim().split(/\s+/)[0])).toEqual([...CRITICAL_STATES]);
    expect(cells).toHaveLength(CRITICAL_STATES.length * CRITICAL_ACTIONS.length);
  });

  it.each(cells)('$state, $action → $to', ({ state, action, to }) => {
    expect(after(state, action) ?? '.').toBe(to);
  });

  /** All 8 × 8 pairs: the actions that lead from one to the other. A pair that is not named here is forbidden. */
  const PAIRS: Readonly<Record<string, string>> = {
    'SUSPECTED CONFIRMED': 'confirm',
    'SUSPECTED FALSE_ALARM': 'dismiss',
    'CONFIRMED ESCALATED': 'escalate',
    'CONFIRMED NOTIFIED': 'notify',
    'CONFIRMED ACKNOWLEDGED': 'acknowledge',
    'CONFIRMED FALSE_ALARM': 'dismiss',
    'ESCALATED NOTIFIED': 'notify',
    'ESCALATED ACKNOWLEDGED': 'acknowledge',
    'ESCALATED FALSE_ALARM': 'dismiss',
    'NOTIFIED ACKNOWLEDGED': 'acknowledge',
    'NOTIFIED FALSE_ALARM': 'dismiss',
    'ACKNOWLEDGED ACKNOWLEDGED': 'notify',
    'ACKNOWLEDGED HANDLED': 'handle',
    'ACKNOWLEDGED FALSE_ALARM': 'dismiss',
    'HANDLED HANDLED': 'notify',
    'HANDLED CLOSED': 'close',
  };
  it.each(CRITICAL_STATES.flatMap((from) => CRITICAL_STATES.map((to) => [from, to] as const)))(
    '%s → %s only as the table says',
    (from, to) => {
      const ways = CRITICAL_ACTIONS.filter((action) => CRITICAL_MOVES[from][action] === to);
      expect(ways.join(' ')).toBe(PAIRS[`${from} ${to}`] ?? '');
    },
  );

  it('is open until it is closed or found a false alarm, in words as in SQL', () => {
    const ended = CRITICAL_STATES.filter((state) => !OPEN_STATES.includes(state));
    expect(ended).toEqual(['CLOSED', 'FALSE_ALARM']);
    expect(OPEN).toBe(`state NOT IN (${ended.map((state) => `'${state}'`).join(', ')})`);
  });

  it('keeps the ladder going exactly while neither side has reached the other', () => {
    expect(CRITICAL_STATES.filter((state) => after(state, 'notify') === 'NOTIFIED')).toEqual([...UNREACHED]);
  });

  it('has a Chinese name for every state', () => {
    expect(Object.keys(CRITICAL_STATE_NAMES)).toEqual([...CRITICAL_STATES]);
  });
});
