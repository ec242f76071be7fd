/**
 * 更正 and 补充, as data: a text of its own beside the version that stands. One writes it, another confirms it. Every
 * step raises the fence, so a step from where the amendment no longer is finds nothing to change. Another writer is no
 * other state: passing/passing.rules.ts says who may become one.
 */
export const AMENDMENT_STATES = ['WRITING', 'SUBMITTED', 'SIGNED', 'CANCELLED'] as const;
export type AmendmentState = (typeof AMENDMENT_STATES)[number];

export const AMENDMENT_KIND_NAMES: Readonly<Record<AmendmentKind, string>> = { corrected: '更正', addendum: '补充' };

const STATE_WORDS: Readonly<Record<AmendmentState, string>> = {
  WRITING: '书写中',
  SUBMITTED: '待审签',
  SIGNED: '已审签',
  CANCELLED: '已取消',
};

/** 更正待审签, 补充已取消 … */
export const amendmentStateName = ({ kind, state }: { kind: AmendmentKind; state: AmendmentState }): string =>
  `${AMENDMENT_KIND_NAMES[kind]}${STATE_WORDS[state]}`;

/** From → where it may go. SUBMITTED to WRITING is the reviewer's 驳回 or the writer's taking back. */
export const AMENDMENT_MOVES: Readonly<Record<AmendmentState, readonly AmendmentState[]>> = {
  WRITING: ['SUBMITTED', 'CANCELLED'],
  SUBMITTED: ['WRITING', 'SIGNED', 'CANCELLED'],
  SIGNED: [],
  CANCELLED: [],
};

export const amendmentMayMove = (from: AmendmentState, to: AmendmentState): boolean =>
  AMENDMENT_MOVES[from].includes(to);

/** An amendment in one of these is the exam's only one. */
export const OPEN_AMENDMENT: readonly AmendmentState[] = ['WRITING', 'SUBMITTED'];

/** corrected takes the place of the version that stands; addendum adds to it and leaves it as it is. */
export type AmendmentKind = 'corrected' | 'addendum';

/** takeover: from its writer; released: nobody wrote it any more; handover: its writer or a chief named who goes on. */
export type TakenHow = 'takeover' | 'released' | 'handover';

/** 信息更正 as the clinic asks for it: decided once. */
export const DEMOGRAPHICS_STATES = ['ASKED', 'CONFIRMED', 'DECLINED'] as const;
export type DemographicsState = (typeof DEMOGRAPHICS_STATES)[number];

export const DEMOGRAPHICS_MOVES: Readonly<Record<DemographicsState, readonly DemographicsState[]>> = {
  ASKED: ['CONFIRMED', 'DECLINED'],
  CONFIRMED: [],
  DECLINED: [],
};

/**
 * What the signer makes of images that came after his signature: 确认无变化, 补充, 更正; or the report that was signed
 * without them is out of force.
 */
export type LateImagesAnswer = 'unchanged' | 'addendum' | 'corrected' | 'void' | 'recalled';

/** How somebody came to know a version: said so (`seen`), had it on the screen, on paper or as a file. */
export type SightingHow = 'seen' | 'read' | 'printed' | 'downloaded';
