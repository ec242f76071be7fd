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
  INCOMPLETE: '待匹配/待补资料',
  QUEUED: '待报告',
  CLAIMED: '书写中',
  PENDING_REVIEW: '待审核',
  REVIEWING: '审核中',
  REVISING: '驳回待改',
  PRELIM_ISSUED: '已发临时报告',
  SIGNED: '已审签',
  AMENDING: '更正中',
  RECALLED: '撤销审核(召回)',
  RETURNED: '已退回',
  WITHDRAWN: '已撤回',
  CONSULTING: '会诊中',
  VOID: '作废',
};

/** From → where it may go. A line over a row says why it goes beyond the domain's table of states. */
export const EXAM_MOVES: Readonly<Record<ExamState, readonly ExamState[]>> = {
  // Metadata-only exams, whole manifests and exams that come back with their images skip UPLOADING.
  // VOID: 身份存疑 may begin in any state, and ends by 作废 too.
  REGISTERED: ['UPLOADING', 'INCOMPLETE', 'QUEUED', 'WITHDRAWN', 'VOID'],
  // CLAIMED: a STAT exam is read while its images come. VOID: as above, another patient's images may be coming in.
  UPLOADING: ['QUEUED', 'INCOMPLETE', 'CLAIMED', 'WITHDRAWN', 'VOID'],
  INCOMPLETE: ['QUEUED', 'WITHDRAWN', 'VOID'],
  // PENDING_REVIEW: in review mode the clinic's own doctor has written; nobody of the centre claimed before.
  QUEUED: ['CLAIMED', 'PENDING_REVIEW', 'WITHDRAWN', 'RETURNED', 'VOID'],
  CLAIMED: ['QUEUED', 'PENDING_REVIEW', 'PRELIM_ISSUED', 'RETURNED', 'CONSULTING', 'SIGNED', 'VOID'],
  // QUEUED: the clinic's own doctor takes back what he handed in; it is his again without a claim.
  PENDING_REVIEW: ['REVIEWING', 'CLAIMED', 'QUEUED', 'VOID'],
  // PRELIM_ISSUED: the review of the formal report was given back; the preliminary one is still out.
  REVIEWING: ['SIGNED', 'REVISING', 'PENDING_REVIEW', 'PRELIM_ISSUED', 'RETURNED', 'CONSULTING', 'VOID'],
  // PENDING_REVIEW: in review mode the clinic's own doctor has mended it; he writes without a claim.
  REVISING: ['CLAIMED', 'PENDING_REVIEW', 'VOID'],
  PRELIM_ISSUED: ['REVIEWING', 'VOID'],
  SIGNED: ['AMENDING', 'RECALLED', 'VOID'],
  AMENDING: ['SIGNED'],
  RECALLED: ['REVISING'],
  RETURNED: ['UPLOADING', 'QUEUED', 'VOID'],
  WITHDRAWN: ['REGISTERED'],
  // The state it began in (`state_before_consulting`), and no VOID: who asked ends the consultation first. Meanwhile 身份存疑
  // stops signing and printing of what was meant for another patient.
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

/** What of an exam says whether a report of it is out. */
export interface Reported {
  readonly state: ExamState;
  readonly preliminary_at: Date | null;
}

/**
 * Whether the clinic may be treating by a report of it. A preliminary one (临时报告) is out from `preliminary_at` on: while
 * the formal one is written, reviewed or rejected, and while the exam is back at the clinic.
 */
export function reportIsOut({ state, preliminary_at: preliminaryAt }: Reported): boolean {
  if (state === 'VOID' || state === 'WITHDRAWN') return false;
  return preliminaryAt !== null || state === 'PRELIM_ISSUED' || AFTER_SIGNING.includes(state);
}
