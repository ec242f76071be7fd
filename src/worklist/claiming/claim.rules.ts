import type { Exam, ExamState } from '../../exams';
import { NO_BADGE } from '../handover/badge.rules';
import { NOT_PARKED } from '../handover/park.rules';
import type { ReadingItem, Stage, TakenHow } from '../reading-item.entity';

/** Who reads, for which hospital, and what he may do. */
export interface Reader {
  readonly id: string;
  readonly hospitalId: string;
  readonly stages: readonly Stage[];
}

/** States out of which a claim of a stage leads; a STAT exam may be claimed while its images still come (边传边看). */
export const CLAIMABLE: Readonly<Record<Stage, readonly ExamState[]>> = {
  write: ['QUEUED', 'REVISING', 'UPLOADING'],
  review: ['PENDING_REVIEW', 'PRELIM_ISSUED'],
};
/** The state a claim of a stage leads to, and the one its release leads back to. */
export const CLAIMED_AS: Readonly<Record<Stage, ExamState>> = { write: 'CLAIMED', review: 'REVIEWING' };
export const RELEASED_TO: Readonly<Record<Stage, ExamState>> = { write: 'QUEUED', review: 'PENDING_REVIEW' };
/**
 * Where a claim given back leads: a review of an exam whose preliminary report is out goes back to waiting for the
 * formal one.
 */
export function releasedTo(stage: Stage, exam: Pick<Exam, 'preliminary_at'>): ExamState {
  return stage === 'review' && exam.preliminary_at !== null ? 'PRELIM_ISSUED' : RELEASED_TO[stage];
}
/** States in which somebody may hold the item. */
export const HELD_IN: readonly ExamState[] = ['CLAIMED', 'REVIEWING', 'CONSULTING'];

/** 驳回待改 belongs to its writer alone for this long, and no longer than he is on duty. */
export const RESERVED_MS = 15 * 60_000;

/**
 * In review mode the clinic writes: until its text is handed in, the exam is no reader's. A rejected one becomes the
 * centre's by a reader's claim.
 */
export function isTheClinics({ mode, state }: Pick<Exam, 'mode' | 'state'>): boolean {
  return mode === 'review' && (state === 'QUEUED' || state === 'UPLOADING');
}

/** What an item's row gets written by a command; copied columns are none of a command's business. */
export type ItemPatch = Partial<
  Pick<
    ReadingItem,
    | 'state'
    | 'state_rev'
    | 'mode'
    | 'image_set'
    | 'identity_hold'
    | 'hospital_id'
    | 'assigned_person_id'
    | 'assignment_reason'
    | 'assignment_mode'
    | 'assigned_at'
    | 'broaden_at'
    | 'broadened_at'
    | 'stage'
    | 'holder_id'
    | 'holder_hospital_id'
    | 'fence'
    | 'lease_until'
    | 'heartbeat_at'
    | 'active_at'
    | 'parked_at'
    | 'parked_until'
    | 'park_reason'
    | 'badge_kind'
    | 'badge_reason'
    | 'badge_by'
    | 'badge_at'
    | 'taken_how'
    | 'taken_from_id'
    | 'taken_reason'
    | 'taken_at'
    | 'writer_id'
    | 'writer_hospital_id'
    | 'hand_ids'
    | 'client_id'
    | 'reserved_until'
    | 'claimed_at'
    | 'submitted_at'
    | 'review_claimed_at'
    | 'signed_at'
  >
>;

export type ClaimFault =
  'held_by_other' | 'lapsed' | 'own_report' | 'reserved' | 'not_permitted' | 'the_clinics' | 'wrong_state';

/**
 * Why a claim is refused, or the stage it is for. `held_by_me` is a claim that stands already; `lapsed` one whose lease
 * ran out and that nobody has cleared away yet.
 */
export function claimVerdict(item: ReadingItem, reader: Reader, now: Date): Stage | 'held_by_me' | ClaimFault {
  if (item.holder_id) {
    if (!reader.stages.includes(item.stage)) return 'not_permitted';
    if (item.lease_until && item.lease_until <= now && item.state !== 'CONSULTING') return 'lapsed';
    return item.holder_id === reader.id ? 'held_by_me' : 'held_by_other';
  }
  const stage = stageOf(item);
  if (!stage) return 'wrong_state';
  if (!reader.stages.includes(stage)) return 'not_permitted';
  if (isTheClinics(item)) return 'the_clinics';
  if (stage === 'review' && isOwn(item, reader.id)) return 'own_report';
  const reserved = item.state === 'REVISING' && item.reserved_until !== null && item.reserved_until > now;
  return reserved && item.writer_id !== reader.id ? 'reserved' : stage;
}

/**
 * His own text: he handed it in, or put words into it before another handed it in. Another doctor has to review it; what
 * somebody changed as its reviewer makes it nobody's own.
 */
export const isOwn = (item: Pick<ReadingItem, 'writer_id' | 'hand_ids'>, personId: string | null): boolean =>
  personId !== null && (item.writer_id === personId || item.hand_ids.includes(personId));

function stageOf(item: ReadingItem): Stage | undefined {
  if (item.state === 'UPLOADING' && item.priority !== 'STAT') return undefined;
  return (['write', 'review'] as const).find((stage) => CLAIMABLE[stage].includes(item.state));
}

const ENDED = {
  holder_id: null,
  holder_hospital_id: null,
  lease_until: null,
  heartbeat_at: null,
  active_at: null,
  ...NOT_PARKED,
} as const satisfies ItemPatch;

/** A claim begins: its holder is there, and nothing is left of how it came about the last time. */
const begun = (leaseUntil: Date, now: Date) =>
  ({ lease_until: leaseUntil, heartbeat_at: now, active_at: now, ...NOT_PARKED, ...NOT_TAKEN }) satisfies ItemPatch;

const NOT_TAKEN = { taken_how: null, taken_from_id: null, taken_reason: null, taken_at: null } as const;

/**
 * 放弃, or the lease ran out: back to where it was claimed from, as if this claim had never been; due time and place stay.
 * Whoever gave it up, it is meant for him no more.
 */
export function released(item: ReadingItem): ItemPatch {
  const undone: ItemPatch =
    item.stage === 'write' ? { claimed_at: null, submitted_at: null } : { review_claimed_at: null };
  const his = item.holder_id !== null && item.assigned_person_id === item.holder_id;
  const freed: ItemPatch = his ? { assigned_person_id: null, assignment_reason: null } : {};
  return { ...ENDED, state: RELEASED_TO[item.stage], ...undone, ...freed };
}

/**
 * 退回: the clinic's turn; who was writing is asked first when it comes back. What the clinic's own doctor wrote is his
 * again without that: he writes for no hospital, and no list would show it to him.
 */
export function returned(item: ReadingItem): ItemPatch {
  const back: ItemPatch = { ...ENDED, state: 'RETURNED', stage: 'write' };
  if (item.writer_id !== null && item.writer_hospital_id === null) return { ...back, ...assignedForReview(item) };
  return {
    ...back,
    assigned_person_id: item.writer_id ?? item.holder_id,
    assignment_reason: '退回后由原医师继续',
    assignment_mode: 'returned',
  };
}

/** The exam left the readers while somebody held it (withdrawn, void, bound to other images): the claim ends. */
export function claimEnded(): ItemPatch {
  return { ...ENDED };
}

/** 提交: T5, the holder is the writer from now on; `hands` are all whose words the text has. */
export function submitted(item: ReadingItem, hands: readonly string[], now: Date): ItemPatch {
  return {
    ...ENDED,
    ...assignedForReview(item),
    ...NO_BADGE,
    state: 'PENDING_REVIEW',
    stage: 'review',
    writer_id: item.holder_id,
    writer_hospital_id: item.holder_hospital_id,
    hand_ids: [...hands],
    submitted_at: notBefore(now, item.claimed_at),
    review_claimed_at: null,
  };
}

/** The clinic's own doctor has written (*review* mode): T5 without a claim; he writes for no hospital. */
export function handedIn(
  item: ReadingItem,
  { writerId, hands }: { readonly writerId: string; readonly hands: readonly string[] },
  now: Date,
): ItemPatch {
  return {
    ...ENDED,
    ...assignedForReview(item),
    ...NO_BADGE,
    state: 'PENDING_REVIEW',
    stage: 'review',
    writer_id: writerId,
    writer_hospital_id: null,
    hand_ids: [...hands],
    reserved_until: null,
    claimed_at: null,
    submitted_at: notBefore(now, item.queued_at),
    review_claimed_at: null,
  };
}

/** 收回 by the clinic's own doctor: his turn again; nobody claims, and no list shows it. */
export function backAtClinic(): ItemPatch {
  return { ...ENDED, state: 'QUEUED', stage: 'write', submitted_at: null };
}

/** 呈交: a trainee hands his draft to his supervisor, who finds it among his own. */
export function presented(item: ReadingItem, supervisorId: string, reason: string): ItemPatch {
  return { ...released(item), assigned_person_id: supervisorId, assignment_reason: reason };
}

/** 收回: the writer's again under a new claim. */
export function takenBack(item: ReadingItem, leaseUntil: Date, now: Date): ItemPatch {
  return {
    state: 'CLAIMED',
    stage: 'write',
    holder_id: item.writer_id,
    holder_hospital_id: item.writer_hospital_id,
    fence: item.fence + 1,
    ...begun(leaseUntil, now),
    submitted_at: null,
  };
}

/** 驳回: his alone for a while, unless he has left; the draft waits for whoever takes it then. */
export function rejected(now: Date, { writerAway }: { readonly writerAway: boolean }): ItemPatch {
  return {
    ...ENDED,
    state: 'REVISING',
    stage: 'write',
    reserved_until: writerAway ? null : new Date(now.getTime() + RESERVED_MS),
    review_claimed_at: null,
  };
}

/** 召回 after the signature: the writer's again as after 驳回, and not signed any more. */
export function recalled(now: Date, writer: { readonly writerAway: boolean }): ItemPatch {
  return { ...rejected(now, writer), signed_at: null };
}

/** 审签: T7. With the single-sign privilege the writer's own signature is also his submission (T5 = T7). */
export function signed(item: ReadingItem, single: boolean, now: Date): ItemPatch {
  const signedAt = notBefore(now, item.review_claimed_at, item.submitted_at, item.claimed_at);
  const own: ItemPatch = {
    stage: 'review',
    writer_id: item.holder_id,
    writer_hospital_id: item.holder_hospital_id,
    submitted_at: signedAt,
  };
  return { ...ENDED, ...NO_BADGE, state: 'SIGNED', ...(single ? own : {}), signed_at: signedAt };
}

export interface Taking {
  readonly leaseUntil: Date;
  readonly now: Date;
  readonly taken: { readonly how: TakenHow; readonly from: string; readonly reason: string };
}

/** The claim passes to another reader of the same stage; the item says from whom and why. */
export function takenOver(item: ReadingItem, reader: Reader, { leaseUntil, now, taken }: Taking): ItemPatch {
  const writer: ItemPatch =
    item.stage === 'write' ? { writer_id: reader.id, writer_hospital_id: reader.hospitalId } : {};
  return {
    holder_id: reader.id,
    holder_hospital_id: reader.hospitalId,
    fence: item.fence + 1,
    ...begun(leaseUntil, now),
    taken_how: taken.how,
    taken_from_id: taken.from,
    taken_reason: taken.reason,
    taken_at: now,
    ...writer,
  };
}

/** The review of what a hospital was dealt is its own first; a group that was chosen for the writing ends with it. */
function assignedForReview({ assignment_mode: mode }: ReadingItem): ItemPatch {
  if (mode === 'roster' || mode === 'quota' || mode === 'specialty') return { assigned_person_id: null };
  return { assigned_person_id: null, hospital_id: null, assignment_reason: null };
}

/** The clock of one machine may run behind another's: a later step never gets an earlier time. */
function notBefore(now: Date, ...earlier: readonly (Date | null)[]): Date {
  return new Date(Math.max(now.getTime(), ...earlier.map((at) => at?.getTime() ?? 0)));
}
