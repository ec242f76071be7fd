import type { ExamState } from '../../exams';
import { isOwn, isTheClinics, type ItemPatch, type Reader, takenOver } from '../claiming/claim.rules';
import type { ReadingItem, Stage } from '../reading-item.entity';
import { mayDo } from './deed.rules';

/** What of a hospital's open work a shift hands to the next. */
export const HANDOVER_KINDS = ['inWork', 'parked', 'preliminary', 'revising', 'pendingReview'] as const;
export type HandoverKind = (typeof HANDOVER_KINDS)[number];

/** The heading an item stands under; undefined when it is not a matter of handing over. */
export function handoverKind(item: Pick<ReadingItem, 'state' | 'parked_until'>): HandoverKind | undefined {
  if (item.parked_until) return 'parked';
  return KINDS[item.state];
}

const KINDS: Readonly<Partial<Record<ExamState, HandoverKind>>> = {
  CLAIMED: 'inWork',
  REVIEWING: 'inWork',
  CONSULTING: 'inWork',
  PRELIM_ISSUED: 'preliminary',
  REVISING: 'revising',
  PENDING_REVIEW: 'pendingReview',
};

export interface HandoverPlan {
  readonly from: string;
  readonly to: Reader;
  readonly note: string;
}

/**
 * `claim` passes on under a new fence; what waits is meant for the other from now on; `done` was handed over before.
 */
export type PassVerdict = 'claim' | 'assign' | 'done' | PassFault;
export type PassFault = 'not_theirs' | 'own_report' | 'not_permitted';

/** How one item passes from one reader to the other, or why it cannot. `state` is the exam's own. */
export function passVerdict(item: ReadingItem, state: ExamState, { from, to }: HandoverPlan): PassVerdict {
  const stage = item.holder_id ? item.stage : waitingStage(state);
  if (!isTheirs(item, state, from)) return wasPassed(item, state, from, to.id) ? 'done' : 'not_theirs';
  if (!to.stages.includes(stage)) return 'not_permitted';
  if (stage === 'review' && isOwn(item, to.id)) return 'own_report';
  return item.holder_id ? 'claim' : 'assign';
}

/** Held, rejected to, written by, or meant for this reader, and to be gone on with. */
function isTheirs(item: ReadingItem, state: ExamState, from: string): boolean {
  if (item.holder_id) return item.holder_id === from && mayDo('handOver', state);
  if (!mayDo('passOn', state) || isTheClinics({ mode: item.mode, state })) return false;
  if (item.assigned_person_id) return item.assigned_person_id === from;
  return state !== 'QUEUED' && item.writer_id === from;
}

function wasPassed(item: ReadingItem, state: ExamState, from: string, to: string): boolean {
  const passed = item.taken_how === 'handover' && item.taken_from_id === from;
  if (item.holder_id) return passed && item.holder_id === to && mayDo('handOver', state);
  return passed && item.assigned_person_id === to && mayDo('passOn', state);
}

const waitingStage = (state: ExamState): Stage =>
  state === 'PENDING_REVIEW' || state === 'PRELIM_ISSUED' ? 'review' : 'write';

/** What the item gets: another holder under a new fence, or another name on what waits. */
export function passedOn(
  item: ReadingItem,
  how: 'claim' | 'assign',
  { from, to, note }: HandoverPlan,
  { leaseUntil, now }: { readonly leaseUntil: Date; readonly now: Date },
): ItemPatch {
  const taken = { how: 'handover', from, reason: note } as const;
  // No heartbeat yet: the receiver has his lease to open it, and a silent hospital is not judged by it meanwhile.
  if (how === 'claim') return { ...takenOver(item, to, { leaseUntil, now, taken }), heartbeat_at: null };
  return {
    assigned_person_id: to.id,
    hospital_id: null,
    assignment_reason: `交接班：${note}`,
    reserved_until: null,
    taken_how: 'handover',
    taken_from_id: from,
    taken_reason: note,
    taken_at: now,
  };
}
