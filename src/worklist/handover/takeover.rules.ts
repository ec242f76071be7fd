import type { ReadingItem, Stage } from '../reading-item.entity';
import { isOwn } from '../claiming/claim.rules';
import { mayDo } from './deed.rules';

/** A tab in which nobody has worked for this long may be taken over by any reader of the stage. */
export const IDLE_MS = 30 * 60_000;

/** Who wants the claim. Nobody reads at all with no stages: he only unlocks. */
export interface Taker {
  readonly id: string | null;
  readonly stages: readonly Stage[];
  /** A chief of any hospital, for the list is the county's, or an administrator: he may end or take any claim. */
  readonly manages: boolean;
}

export type TakeoverVerdict = 'takeover' | 'idle' | 'unlock';
export type TakeoverFault = 'wrong_state' | 'not_held' | 'already_yours' | 'not_permitted' | 'own_report' | 'not_idle';

type Held = Pick<
  ReadingItem,
  'state' | 'stage' | 'holder_id' | 'writer_id' | 'hand_ids' | 'claimed_at' | 'active_at' | 'parked_until'
>;

/** From when on the claim counts as left alone; null while nobody holds it or its holder has parked it. */
export function idleAt(item: Pick<Held, 'holder_id' | 'active_at' | 'parked_until'>): Date | null {
  if (!item.holder_id || !item.active_at || item.parked_until) return null;
  return new Date(item.active_at.getTime() + IDLE_MS);
}

/** How the taker gets the claim, or why he does not. The chief's word goes before the thirty minutes. */
export function takeoverVerdict(item: Held, taker: Taker, now: Date): TakeoverVerdict | TakeoverFault {
  if (!item.holder_id) return 'not_held';
  if (!mayDo('takeover', item.state)) return 'wrong_state';
  if (taker.stages.length === 0) return unlockVerdict(item, taker);
  if (item.holder_id === taker.id) return 'already_yours';
  if (!taker.stages.includes(item.stage)) return 'not_permitted';
  if (item.stage === 'review' && isOwn(item, taker.id)) return 'own_report';
  if (taker.manages) return 'takeover';
  const idle = idleAt(item);
  return idle && idle <= now ? 'idle' : 'not_idle';
}

function unlockVerdict(item: Held, taker: Taker): TakeoverVerdict | TakeoverFault {
  if (!taker.manages) return 'not_permitted';
  return mayDo('unlock', item.state) ? 'unlock' : 'wrong_state';
}
