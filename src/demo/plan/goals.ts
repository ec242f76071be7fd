/** What becomes of an exam, and in which state the demo leaves it. */
export const GOALS = {
  seen: { state: 'SIGNED', text: '已审签并已阅' },
  delivered: { state: 'SIGNED', text: '已审签、已送达、未阅' },
  queued: { state: 'QUEUED', text: '待报告' },
  held: { state: 'QUEUED', text: '待报告、身份存疑' },
  claimed: { state: 'CLAIMED', text: '书写中' },
  submitted: { state: 'PENDING_REVIEW', text: '待审核' },
  reviewing: { state: 'REVIEWING', text: '审核中' },
  revising: { state: 'REVISING', text: '驳回待改' },
  returned: { state: 'RETURNED', text: '已退回' },
  withdrawn: { state: 'WITHDRAWN', text: '已撤回' },
  void: { state: 'VOID', text: '作废' },
  registered: { state: 'REGISTERED', text: '已登记、影像未到' },
  uploading: { state: 'UPLOADING', text: '上传中' },
  incomplete: { state: 'INCOMPLETE', text: '影像已到、申请未到' },
} as const;
export type Goal = keyof typeof GOALS;

/** Exams that are read from queueing to the clinic's screen; the others are left where their goal says. */
export const READ_TO_THE_END: ReadonlySet<Goal> = new Set(['seen', 'delivered']);
/** Exams whose upload is never finished, so that they never come to the list. */
export const NOT_WHOLE: ReadonlySet<Goal> = new Set(['registered', 'uploading', 'incomplete']);

/**
 * How an exam comes in. `resumed` is a manifest upload whose line is cut once and goes on from where it was. `matched` are
 * images without an accession number: they become an exam of their own, until a person matches them with their request.
 */
export type Door = 'request-first' | 'manifest' | 'resumed' | 'images-first' | 'metadata-only' | 'matched';
