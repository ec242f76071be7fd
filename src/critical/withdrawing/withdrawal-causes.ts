/** Why what was told to a clinic is taken back, or told anew. */
export type WithdrawalCause = 'corrected' | 'changed' | 'exam_void' | 'exam_withdrawn';
/** …for good. */
export type TakenBack = Exclude<WithdrawalCause, 'changed'>;

/** Why it ended, as its record keeps it. */
export const END_REASONS: Readonly<Record<WithdrawalCause, string>> = {
  corrected: '更正后的报告已无此表述',
  changed: '更正后的报告侧别或程度不同',
  exam_void: '所属检查已作废',
  exam_withdrawn: '所属检查已撤回',
};
