/** 重要异常 (suspected tumour …) and 疑似传染病 (TB …), as data. */
export const TIERS = ['important', 'infectious'] as const;
export type Tier = (typeof TIERS)[number];
export const TIER_NAMES: Readonly<Record<Tier, string>> = { important: '重要异常', infectious: '疑似传染病' };

export const IMPORTANT_STATES = ['OPEN', 'RECEIVED', 'FOLLOWED_UP', 'CLOSED'] as const;
export type ImportantState = (typeof IMPORTANT_STATES)[number];
export const IMPORTANT_STATE_NAMES: Readonly<Record<ImportantState, string>> = {
  OPEN: '待接收',
  RECEIVED: '已接收',
  FOLLOWED_UP: '已随访',
  CLOSED: '已关闭',
};

/** receive, followUp: people of the clinic; close: a reader who takes it back, or either side once it was followed up. */
export const IMPORTANT_ACTIONS = ['receive', 'followUp', 'close'] as const;
export type ImportantAction = (typeof IMPORTANT_ACTIONS)[number];

export const IMPORTANT_MOVES: Readonly<Record<ImportantState, Partial<Record<ImportantAction, ImportantState>>>> = {
  OPEN: { receive: 'RECEIVED', close: 'CLOSED' },
  RECEIVED: { followUp: 'FOLLOWED_UP', close: 'CLOSED' },
  FOLLOWED_UP: { close: 'CLOSED' },
  CLOSED: {},
};

/** What `?open` lists and the limit applies to, in the words of the partial indexes. */
export const OPEN = "state IN ('OPEN', 'RECEIVED')";
