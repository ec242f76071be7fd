/**
 * What may happen to a report, as data: which kind of version may follow which, and how a submission may end. The guarded
 * UPDATE and the unique numbers in the database are what enforces it.
 */
export const REPORT_KINDS = ['preliminary', 'final', 'corrected', 'addendum', 'demographics', 'void'] as const;
export type ReportKind = (typeof REPORT_KINDS)[number];

export const REPORT_KIND_NAMES: Readonly<Record<ReportKind, string>> = {
  preliminary: '临时报告',
  final: '正式报告',
  corrected: '更正报告',
  addendum: '补充报告',
  demographics: '信息更正报告',
  void: '作废报告',
};

const AFTER_SIGNING: readonly ReportKind[] = ['corrected', 'addendum', 'demographics', 'void'];

/** What an exam's chain ends in: `none` = nothing has been signed yet, `recalled` = the latest version was called back (召回). */
export type Standing = ReportKind | 'none' | 'recalled';

/** End of an exam's chain → what the next version may be. */
export const KINDS_AFTER: Readonly<Record<Standing, readonly ReportKind[]>> = {
  none: ['preliminary', 'final'],
  preliminary: ['final', 'void'],
  final: AFTER_SIGNING,
  corrected: AFTER_SIGNING,
  addendum: AFTER_SIGNING,
  demographics: AFTER_SIGNING,
  void: [],
  // Written and reviewed anew. A preliminary version may still stand before the recalled one, and may have to be voided.
  recalled: ['final', 'void'],
};

export const standingOf = (
  latest: { readonly kind: ReportKind; readonly recalled?: boolean } | null | undefined,
): Standing => (latest?.recalled ? 'recalled' : (latest?.kind ?? 'none'));

export function mayFollow(latest: Standing, next: ReportKind): boolean {
  return KINDS_AFTER[latest].includes(next);
}

/** lapsed: the exam left the review by another way (back to the clinic) and was written anew. */
export type SubmissionOutcome = 'signed' | 'rejected' | 'taken_back' | 'lapsed';

/** 阳性标志: 1 positive, 0 negative, −1 undecided. */
export type Positive = -1 | 0 | 1;

/**
 * 临时报告 of one doctor: never; where he is the only one on call, or it is an emergency (`on_call`, which every county begins
 * with); always.
 */
export const PRELIMINARY_ALLOWED = ['never', 'on_call', 'always'] as const;
export type PreliminaryAllowed = (typeof PRELIMINARY_ALLOWED)[number];

/** refused: the save lost its claim; replaced: another wrote over it; presented: as a trainee handed it in. */
export type DraftCopyReason = 'refused' | 'replaced' | 'presented';

/**
 * Whether a later version takes an earlier one's place. An addendum takes nobody's; corrected demographics say nothing
 * against what an addendum adds, while a correction has taken it into its text.
 */
export const takesPlaceOf = (later: ReportKind, earlier: ReportKind): boolean =>
  later !== 'addendum' && !(later === 'demographics' && earlier === 'addendum');

/** {@link takesPlaceOf} for a statement over two columns of kinds. */
export const takesPlaceSql = (later: string, earlier: string): string =>
  `(${later} <> 'addendum' AND (${later} <> 'demographics' OR ${earlier} <> 'addendum'))`;
