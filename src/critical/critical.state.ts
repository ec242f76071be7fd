/**
 * A critical value (危急值), domain.md §2.4, as data. Two parties move it and neither waits for the other: the radiologist
 * records the call (notify), the clinic enters that it knows (acknowledge). So both are facts with columns of their own,
 * and the state says how far the value has come; a call recorded after the clinic has acknowledged changes no state.
 */
export const CRITICAL_STATES = [
  'SUSPECTED',
  'CONFIRMED',
  'ESCALATED',
  'NOTIFIED',
  'ACKNOWLEDGED',
  'HANDLED',
  'CLOSED',
  'FALSE_ALARM',
] as const;
export type CriticalState = (typeof CRITICAL_STATES)[number];

export const CRITICAL_STATE_NAMES: Readonly<Record<CriticalState, string>> = {
  SUSPECTED: '疑似',
  CONFIRMED: '已确认',
  ESCALATED: '已升级',
  NOTIFIED: '已通知到人',
  ACKNOWLEDGED: '双方记录',
  HANDLED: '已处置',
  CLOSED: '已关闭',
  FALSE_ALARM: '误报',
};

/** confirm, notify, dismiss: readers; acknowledge, handle: people of the clinic; escalate: the ladder; close: either side. */
export const CRITICAL_ACTIONS = ['confirm', 'escalate', 'notify', 'acknowledge', 'handle', 'close', 'dismiss'] as const;
export type CriticalAction = (typeof CRITICAL_ACTIONS)[number];

export const CRITICAL_MOVES: Readonly<Record<CriticalState, Partial<Record<CriticalAction, CriticalState>>>> = {
  SUSPECTED: { confirm: 'CONFIRMED', dismiss: 'FALSE_ALARM' },
  CONFIRMED: {
    escalate: 'ESCALATED',
    notify: 'NOTIFIED',
    acknowledge: 'ACKNOWLEDGED',
    dismiss: 'FALSE_ALARM',
  },
  ESCALATED: { notify: 'NOTIFIED', acknowledge: 'ACKNOWLEDGED', dismiss: 'FALSE_ALARM' },
  NOTIFIED: { acknowledge: 'ACKNOWLEDGED', dismiss: 'FALSE_ALARM' },
  ACKNOWLEDGED: { notify: 'ACKNOWLEDGED', handle: 'HANDLED', dismiss: 'FALSE_ALARM' },
  HANDLED: { notify: 'HANDLED', close: 'CLOSED' },
  CLOSED: {},
  FALSE_ALARM: {},
};

/** Where `action` leads from `state`; undefined where it is not allowed. */
export const after = (state: CriticalState, action: CriticalAction): CriticalState | undefined =>
  CRITICAL_MOVES[state][action];

/** The states that `?open` lists; queries repeat them word for word for the partial index. */
export const OPEN_STATES: readonly CriticalState[] = CRITICAL_STATES.filter(
  (state) => Object.keys(CRITICAL_MOVES[state]).length > 0,
);
export const OPEN = "state NOT IN ('CLOSED', 'FALSE_ALARM')";

/** Nobody of the clinic has been reached by anyone: the ladder goes on. */
export const UNREACHED: readonly CriticalState[] = ['CONFIRMED', 'ESCALATED'];
