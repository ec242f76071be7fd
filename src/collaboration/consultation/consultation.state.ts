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
  'WITHDRAWN',
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
  WITHDRAWN: '意见已撤回',
};

/**
 * From → where it may go. Who accepted may still find that it is not his subject, and who answered that he was wrong: an
 * opinion can be withdrawn however long ago it was given.
 */
export const CONSULTATION_MOVES: Readonly<Record<ConsultationState, readonly ConsultationState[]>> = {
  REQUESTED: ['ACCEPTED', 'DECLINED', 'CANCELLED', 'EXPIRED'],
  ACCEPTED: ['ANSWERED', 'DECLINED', 'CANCELLED', 'EXPIRED'],
  ANSWERED: ['CLOSED', 'WITHDRAWN'],
  CLOSED: ['WITHDRAWN'],
  DECLINED: [],
  CANCELLED: [],
  EXPIRED: [],
  WITHDRAWN: [],
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

/**
 * 联合署名 under an opinion, worked out from what was signed and what stands there: it falls with the first changed
 * character, and comes back only by the author's confirming the new text.
 */
export const CO_SIGNATURES = ['NONE', 'AWAITED', 'SIGNED', 'FALLEN'] as const;
export type CoSignature = (typeof CO_SIGNATURES)[number];

export const CO_SIGNATURE_MOVES: Readonly<Record<CoSignature, readonly CoSignature[]>> = {
  // Of a word of advice there never is one.
  NONE: [],
  AWAITED: ['SIGNED'],
  SIGNED: ['FALLEN'],
  FALLEN: ['SIGNED'],
};

export interface CoSigned {
  readonly access: Access;
  readonly opinion_sha256: string | null;
  readonly co_signed_sha256: string | null;
}

export function coSignatureOf({ access, opinion_sha256: stands, co_signed_sha256: signed }: CoSigned): CoSignature {
  if (access === 'read_only') return 'NONE';
  if (signed === null) return 'AWAITED';
  return signed === stands ? 'SIGNED' : 'FALLEN';
}

/** 采用: what the asker has made of the opinion. He may think better of it; the next version of the report follows. */
export const TAKE_OVERS = ['UNDECIDED', 'TAKEN', 'LEFT'] as const;
export type TakeOver = (typeof TAKE_OVERS)[number];

export const TAKE_OVER_MOVES: Readonly<Record<TakeOver, readonly TakeOver[]>> = {
  UNDECIDED: ['TAKEN', 'LEFT'],
  TAKEN: ['LEFT'],
  LEFT: ['TAKEN'],
};

/** `taken_over` as a state: null until the asker has said so. */
export const takeOverOf = (takenOver: boolean | null): TakeOver =>
  takenOver === null ? 'UNDECIDED' : takenOver ? 'TAKEN' : 'LEFT';
