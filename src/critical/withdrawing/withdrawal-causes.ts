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

/** Why a withdrawal ended that nobody has closed before the next one of the same finding. */
export const OVERTAKEN_REASON = '同一危急值已再次撤回，以新的撤回通知为准';
