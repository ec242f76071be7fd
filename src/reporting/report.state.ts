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

/** Latest kind of an exam's chain → what the next version may be; `none` = nothing has been signed yet. */
export const KINDS_AFTER: Readonly<Record<ReportKind | 'none', readonly ReportKind[]>> = {
  none: ['preliminary', 'final'],
  preliminary: ['final', 'void'],
  final: AFTER_SIGNING,
  corrected: AFTER_SIGNING,
  addendum: AFTER_SIGNING,
  demographics: AFTER_SIGNING,
  void: [],
};

export function mayFollow(latest: ReportKind | null, next: ReportKind): boolean {
  return KINDS_AFTER[latest ?? 'none'].includes(next);
}

/** lapsed: the exam left the review by another way (back to the clinic) and was written anew. */
export type SubmissionOutcome = 'signed' | 'rejected' | 'taken_back' | 'lapsed';

/** 阳性标志: 1 positive, 0 negative, −1 undecided. */
export type Positive = -1 | 0 | 1;
