/**
 * The exam's states (检查状态) and every move between them, as data. A move says where an exam may go; the guarded
 * UPDATE in {@link ExamStates} is what enforces it. One table, because clinic, reader and administrator all move the
 * same exam and must never disagree on where it is.
 */
export const EXAM_STATES = [
  'REGISTERED',
  'UPLOADING',
  'INCOMPLETE',
  'QUEUED',
  'CLAIMED',
  'PENDING_REVIEW',
  'REVIEWING',
  'REVISING',
  'PRELIM_ISSUED',
  'SIGNED',
  'AMENDING',
  'RECALLED',
  'RETURNED',
  'WITHDRAWN',
  'CONSULTING',
  'VOID',
] as const;
export type ExamState = (typeof EXAM_STATES)[number];

export const EXAM_STATE_NAMES: Readonly<Record<ExamState, string>> = {
  REGISTERED: '已登记',
  UPLOADING: '上传中',
  INCOMPLETE: '待补资料',
  QUEUED: '待报告',
  CLAIMED: '书写中',
  PENDING_REVIEW: '待审核',
  REVIEWING: '审核中',
  REVISING: '驳回待改',
  PRELIM_ISSUED: '已发临时报告',
  SIGNED: '已审签',
  AMENDING: '更正中',
  RECALLED: '已召回',
  RETURNED: '已退回',
  WITHDRAWN: '已撤回',
  CONSULTING: '会诊中',
  VOID: '作废',
};

/** From → where it may go. CONSULTING ends in the state it began in (`state_before_consulting`). */
export const EXAM_MOVES: Readonly<Record<ExamState, readonly ExamState[]>> = {
  // Metadata-only exams and whole manifests skip UPLOADING; a wrong registration with images under hold may be voided.
  REGISTERED: ['UPLOADING', 'INCOMPLETE', 'QUEUED', 'WITHDRAWN', 'VOID'],
  // CLAIMED: a STAT exam is read while its images come.
  UPLOADING: ['QUEUED', 'INCOMPLETE', 'CLAIMED', 'WITHDRAWN', 'VOID'],
  INCOMPLETE: ['QUEUED', 'WITHDRAWN', 'VOID'],
  // PENDING_REVIEW: in review mode the clinic's own doctor has written; nobody of the centre claimed before.
  QUEUED: ['CLAIMED', 'PENDING_REVIEW', 'WITHDRAWN', 'RETURNED', 'VOID'],
  CLAIMED: ['QUEUED', 'PENDING_REVIEW', 'PRELIM_ISSUED', 'RETURNED', 'CONSULTING', 'SIGNED', 'VOID'],
  // QUEUED: the clinic's own doctor takes back what he handed in; it is his again without a claim.
  PENDING_REVIEW: ['REVIEWING', 'CLAIMED', 'QUEUED', 'VOID'],
  // PRELIM_ISSUED: the review of the formal report was given back; the preliminary one is still out.
  REVIEWING: ['SIGNED', 'REVISING', 'PENDING_REVIEW', 'PRELIM_ISSUED', 'RETURNED', 'CONSULTING', 'VOID'],
  REVISING: ['CLAIMED', 'PENDING_REVIEW', 'VOID'],
  PRELIM_ISSUED: ['REVIEWING', 'VOID'],
  SIGNED: ['AMENDING', 'RECALLED', 'VOID'],
  AMENDING: ['SIGNED'],
  RECALLED: ['REVISING'],
  RETURNED: ['UPLOADING', 'QUEUED', 'VOID'],
  WITHDRAWN: ['REGISTERED'],
  CONSULTING: ['CLAIMED', 'REVIEWING'],
  VOID: [],
};

export function mayMove(from: ExamState, to: ExamState): boolean {
  return EXAM_MOVES[from].includes(to);
}

/** The states from which an exam may go to `to`. */
export function mayComeFrom(to: ExamState): ExamState[] {
  return EXAM_STATES.filter((state) => mayMove(state, to));
}

/** States in which a radiologist may have the exam on a list. */
export const OPEN_FOR_READING: readonly ExamState[] = [
  'QUEUED',
  'CLAIMED',
  'PENDING_REVIEW',
  'REVIEWING',
  'REVISING',
  'PRELIM_ISSUED',
  'CONSULTING',
];

/** States before any reader has claimed: the clinic may still withdraw, images still decide about queueing. */
export const BEFORE_CLAIM: readonly ExamState[] = ['REGISTERED', 'UPLOADING', 'INCOMPLETE', 'QUEUED'];

/** A signed report stands, or stood: its exam's content is no longer the clinic's to change. */
export const AFTER_SIGNING: readonly ExamState[] = ['SIGNED', 'AMENDING', 'RECALLED'];
