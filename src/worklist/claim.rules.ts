import type { ExamState } from '../exams';
import type { ReadingItem, Stage } from './reading-item.entity';

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
/** States in which somebody may hold the item. */
export const HELD_IN: readonly ExamState[] = ['CLAIMED', 'REVIEWING', 'CONSULTING'];

/** 驳回待改 belongs to its writer alone for this long. */
export const RESERVED_MS = 15 * 60_000;

/** What an item's row gets written by a command; copied columns are none of a command's business. */
export type ItemPatch = Partial<
  Pick<
    ReadingItem,
    | 'state'
    | 'state_rev'
    | 'image_set'
    | 'identity_hold'
    | 'hospital_id'
    | 'assigned_person_id'
    | 'assignment_reason'
    | 'stage'
    | 'holder_id'
    | 'holder_hospital_id'
    | 'fence'
    | 'lease_until'
    | 'heartbeat_at'
    | 'writer_id'
    | 'writer_hospital_id'
    | 'reserved_until'
    | 'claimed_at'
    | 'submitted_at'
    | 'review_claimed_at'
    | 'signed_at'
  >
>;

export type ClaimFault = 'held_by_other' | 'lapsed' | 'own_report' | 'reserved' | 'not_permitted' | 'wrong_state';

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
  if (stage === 'review' && item.writer_id === reader.id) return 'own_report';
  const reserved = item.state === 'REVISING' && item.reserved_until !== null && item.reserved_until > now;
  return reserved && item.writer_id !== reader.id ? 'reserved' : stage;
}

function stageOf(item: ReadingItem): Stage | undefined {
  if (item.state === 'UPLOADING' && item.priority !== 'STAT') return undefined;
  return (['write', 'review'] as const).find((stage) => CLAIMABLE[stage].includes(item.state));
}

const ENDED = {
  holder_id: null,
  holder_hospital_id: null,
  lease_until: null,
  heartbeat_at: null,
} as const satisfies ItemPatch;

/** 放弃, or the lease ran out: back to where it was claimed from, as if this claim had never been; due time and place stay. */
export function released(item: ReadingItem): ItemPatch {
  const undone: ItemPatch =
    item.stage === 'write' ? { claimed_at: null, submitted_at: null } : { review_claimed_at: null };
  return { ...ENDED, state: RELEASED_TO[item.stage], ...undone };
}

/** 退回: the clinic's turn; who was writing is asked first when it comes back. */
export function returned(item: ReadingItem): ItemPatch {
  const readerId = item.writer_id ?? item.holder_id;
  return {
    ...ENDED,
    state: 'RETURNED',
    stage: 'write',
    assigned_person_id: readerId,
    assignment_reason: '退回后由原医师继续',
  };
}

/** The exam left the readers while somebody held it (withdrawn, void, bound to other images): the claim ends. */
export function claimEnded(): ItemPatch {
  return { ...ENDED };
}

/** 提交: T5, the holder is the writer from now on. */
export function submitted(item: ReadingItem, now: Date): ItemPatch {
  return {
    ...ENDED,
    ...UNASSIGNED,
    state: 'PENDING_REVIEW',
    stage: 'review',
    writer_id: item.holder_id,
    writer_hospital_id: item.holder_hospital_id,
    submitted_at: notBefore(now, item.claimed_at),
    review_claimed_at: null,
  };
}

/** 收回: the writer's again under a new claim. */
export function takenBack(item: ReadingItem, leaseUntil: Date, now: Date): ItemPatch {
  return {
    state: 'CLAIMED',
    stage: 'write',
    holder_id: item.writer_id,
    holder_hospital_id: item.writer_hospital_id,
    fence: item.fence + 1,
    lease_until: leaseUntil,
    heartbeat_at: now,
    submitted_at: null,
  };
}

/** 驳回 */
export function rejected(now: Date): ItemPatch {
  return {
    ...ENDED,
    state: 'REVISING',
    stage: 'write',
    reserved_until: new Date(now.getTime() + RESERVED_MS),
    review_claimed_at: null,
  };
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
  return { ...ENDED, state: 'SIGNED', ...(single ? own : {}), signed_at: signedAt };
}

/** The claim passes to another reader of the same stage. */
export function takenOver(item: ReadingItem, reader: Reader, leaseUntil: Date, now: Date): ItemPatch {
  const writer: ItemPatch =
    item.stage === 'write' ? { writer_id: reader.id, writer_hospital_id: reader.hospitalId } : {};
  return {
    holder_id: reader.id,
    holder_hospital_id: reader.hospitalId,
    fence: item.fence + 1,
    lease_until: leaseUntil,
    heartbeat_at: now,
    ...writer,
  };
}

const UNASSIGNED = {
  assigned_person_id: null,
  hospital_id: null,
  assignment_reason: null,
} as const satisfies ItemPatch;

/** The clock of one machine may run behind another's: a later step never gets an earlier time. */
function notBefore(now: Date, ...earlier: readonly (Date | null)[]): Date {
  return new Date(Math.max(now.getTime(), ...earlier.map((at) => at?.getTime() ?? 0)));
}
