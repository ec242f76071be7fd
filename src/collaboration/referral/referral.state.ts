/** The states of a referral (转诊), as data. The guarded UPDATEs take their guards from {@link statesBefore}. */
export const REFERRAL_STATES = [
  'REQUESTED',
  'ACCEPTED',
  'DECLINED',
  'ARRIVED',
  'ANSWERED',
  'CLOSED',
  'CANCELLED',
] as const;
export type ReferralState = (typeof REFERRAL_STATES)[number];

export const REFERRAL_STATE_NAMES: Readonly<Record<ReferralState, string>> = {
  REQUESTED: '待接收',
  ACCEPTED: '已接收',
  DECLINED: '已谢绝',
  ARRIVED: '患者已到院',
  ANSWERED: '已回复',
  CLOSED: '已结束',
  CANCELLED: '已取消',
};

/**
 * From → where it may go. A patient in need arrives before anybody has accepted anything; once he is there, nothing is
 * cancelled any more: the sender is owed an answer.
 */
export const REFERRAL_MOVES: Readonly<Record<ReferralState, readonly ReferralState[]>> = {
  REQUESTED: ['ACCEPTED', 'DECLINED', 'ARRIVED', 'CANCELLED'],
  ACCEPTED: ['ARRIVED', 'CANCELLED'],
  DECLINED: [],
  ARRIVED: ['ANSWERED'],
  ANSWERED: ['CLOSED'],
  CLOSED: [],
  CANCELLED: [],
};

/** The states from which a referral may come into `to`. */
export function statesBefore(to: ReferralState): ReferralState[] {
  return REFERRAL_STATES.filter((from) => REFERRAL_MOVES[from].includes(to));
}

/** The hospital still has to act; word for word the predicate of the partial index. */
export const OPEN_REFERRAL: readonly ReferralState[] = ['REQUESTED', 'ACCEPTED', 'ARRIVED'];

/** Somebody still has to act: the hospital, or the sender who has not read the answer. */
export const UNFINISHED_REFERRAL: readonly ReferralState[] = [...OPEN_REFERRAL, 'ANSWERED'];

export const URGENCIES = ['routine', 'urgent', 'emergency'] as const;
export type Urgency = (typeof URGENCIES)[number];
