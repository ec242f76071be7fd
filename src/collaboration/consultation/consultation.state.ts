/**
 * The states of a consultation (会诊), as data. While it is open the exam is CONSULTING and its claim is kept; every way
 * out of the open states brings the exam back. The guarded UPDATEs take their guards from {@link statesBefore}.
 */
export const CONSULTATION_STATES = [
  'REQUESTED',
  'ACCEPTED',
  'ANSWERED',
  'CLOSED',
  'DECLINED',
  'CANCELLED',
  'EXPIRED',
] as const;
export type ConsultationState = (typeof CONSULTATION_STATES)[number];

export const CONSULTATION_STATE_NAMES: Readonly<Record<ConsultationState, string>> = {
  REQUESTED: '待接受',
  ACCEPTED: '会诊中',
  ANSWERED: '已答复',
  CLOSED: '已结束',
  DECLINED: '已谢绝',
  CANCELLED: '已取消',
  EXPIRED: '已超时',
};

/** From → where it may go. Who accepted may still find that it is not his subject. */
export const CONSULTATION_MOVES: Readonly<Record<ConsultationState, readonly ConsultationState[]>> = {
  REQUESTED: ['ACCEPTED', 'DECLINED', 'CANCELLED', 'EXPIRED'],
  ACCEPTED: ['ANSWERED', 'DECLINED', 'CANCELLED', 'EXPIRED'],
  ANSWERED: ['CLOSED'],
  CLOSED: [],
  DECLINED: [],
  CANCELLED: [],
  EXPIRED: [],
};

/** The states from which a consultation may come into `to`: what the guard of the UPDATE lists. */
export function statesBefore(to: ConsultationState): ConsultationState[] {
  return CONSULTATION_STATES.filter((from) => CONSULTATION_MOVES[from].includes(to));
}

/** The asked hospital may look at the exam, and the exam waits. Word for word the predicate of the partial indexes. */
export const OPEN_CONSULTATION: readonly ConsultationState[] = ['REQUESTED', 'ACCEPTED'];

/** Somebody still has something to do with it: the asked hospital, or the asker who has not looked at the answer. */
export const UNFINISHED_CONSULTATION: readonly ConsultationState[] = [...OPEN_CONSULTATION, 'ANSWERED'];

/** What the asked hospital is asked for: a word of advice, or one with a name under it. */
export const ACCESSES = ['read_only', 'co_sign'] as const;
export type Access = (typeof ACCESSES)[number];
