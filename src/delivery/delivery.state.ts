/**
 * The states of one delivery (one signed version on one channel), as data. Two axes lie in it: our leg (PENDING, SENT,
 * FAILED, DEAD) and the clinic's acknowledgement (DELIVERED by its system, SEEN by a named person), which only ever moves
 * forward. The guarded UPDATEs are what enforces it; they take their guards from {@link statesBefore}.
 */
export const DELIVERY_STATES = [
  'PENDING',
  'SENT',
  'FAILED',
  'DEAD',
  'DELIVERED',
  'SEEN',
  'SUPERSEDED',
  'RECALLED',
] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

export const DELIVERY_STATE_NAMES: Readonly<Record<DeliveryState, string>> = {
  PENDING: '待回传',
  SENT: '已发出',
  FAILED: '回传失败，待重试',
  DEAD: '已停止回传',
  DELIVERED: '已送达',
  SEEN: '已查看',
  SUPERSEDED: '已由新版本代替，不再回传',
  RECALLED: '报告已召回，不再回传',
};

/**
 * From → where it may go.
 *
 * Whatever our leg says, the clinic's word counts more: an entry may be acknowledged that we never saw handed out, that
 * we took for failed (the answer got lost), or that we gave up. DEAD to PENDING is the redrive. SUPERSEDED and RECALLED end
 * what has not gone out: a later version goes in its place, or the report was called back. SUPERSEDED to PENDING: that
 * later version was called back itself.
 */
export const DELIVERY_MOVES: Readonly<Record<DeliveryState, readonly DeliveryState[]>> = {
  PENDING: ['SENT', 'DEAD', 'DELIVERED', 'SEEN', 'SUPERSEDED', 'RECALLED'],
  SENT: ['FAILED', 'DEAD', 'DELIVERED', 'SEEN'],
  FAILED: ['SENT', 'PENDING', 'DEAD', 'DELIVERED', 'SEEN', 'RECALLED'],
  DEAD: ['PENDING', 'DELIVERED', 'SEEN', 'RECALLED'],
  DELIVERED: ['SEEN'],
  SEEN: [],
  SUPERSEDED: ['PENDING'],
  RECALLED: [],
};

/** The states from which a delivery may come into `to`: what the guard of the UPDATE lists. */
export function statesBefore(to: DeliveryState): DeliveryState[] {
  return DELIVERY_STATES.filter((from) => DELIVERY_MOVES[from].includes(to));
}

/** A webhook delivery in one of these keeps its lane from going on to the next version. */
export const WAITING: readonly DeliveryState[] = ['PENDING', 'SENT', 'FAILED'];
