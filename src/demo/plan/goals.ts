import type { ExamState } from '../../exams';

/** What a clinic finds in its inbox about one exam, entry by entry. */
export type EntryKind = 'preliminary' | 'final' | 'corrected' | 'addendum' | 'void' | 'recalled';

interface GoalSpec {
  /** In which the demo leaves the exam. */
  readonly state: ExamState;
  readonly text: string;
  /** What has come to the clinic by then. */
  readonly entries: readonly EntryKind[];
  /** The ordering doctor opens the sheet of every entry. */
  readonly opened?: true;
  /** The finding that its images show: a case of one of the synthetic exam items. */
  readonly shows?: { readonly itemName: string; readonly caseName: string };
}

const FINAL = ['final'] as const;
const CHEST_FILM = { itemName: 'DR胸部正位', caseName: 'bronchitis' } as const;
const CHEST_CT = { itemName: 'CT胸部平扫', caseName: 'emphysema' } as const;

/** What becomes of an exam, and where the demo leaves it. Signed ones come first: they are read before the rest arrives. */
export const GOALS = {
  seen: { state: 'SIGNED', text: '已审签并已阅', entries: FINAL, opened: true },
  delivered: { state: 'SIGNED', text: '已审签、已送达、未阅', entries: FINAL },
  corrected: {
    state: 'SIGNED',
    text: '已更正、再次查看、已告知患者',
    entries: ['final', 'corrected'],
    opened: true,
    shows: CHEST_FILM,
  },
  addendum: { state: 'SIGNED', text: '已补充', entries: ['final', 'addendum'], opened: true },
  demographics: { state: 'SIGNED', text: '卫生院申请更正信息', entries: FINAL, opened: true },
  amending: { state: 'AMENDING', text: '更正中', entries: FINAL, opened: true, shows: CHEST_FILM },
  voided: { state: 'VOID', text: '审签后作废、已告知两家', entries: ['final', 'void'], opened: true },
  recalled: { state: 'REVISING', text: '召回、驳回待改', entries: ['final', 'recalled'] },
  critical: {
    state: 'SIGNED',
    text: '危急值已处置',
    entries: FINAL,
    opened: true,
    shows: { itemName: 'CT颅脑平扫', caseName: 'haemorrhage' },
  },
  criticalOpen: {
    state: 'SIGNED',
    text: '危急值待通知',
    entries: FINAL,
    shows: { itemName: 'DR胸部正位', caseName: 'pneumothorax' },
  },
  important: {
    state: 'SIGNED',
    text: '重要异常待随访',
    entries: FINAL,
    opened: true,
    shows: { itemName: 'DR胸部正位', caseName: 'nodule' },
  },
  referred: {
    state: 'SIGNED',
    text: '转诊已回复',
    entries: FINAL,
    opened: true,
    shows: { itemName: 'CT全腹部平扫', caseName: 'obstruction' },
  },
  discussed: { state: 'SIGNED', text: '有沟通', entries: FINAL, opened: true },
  teaching: { state: 'SIGNED', text: '带教病例', entries: FINAL, opened: true },
  earlier: { state: 'SIGNED', text: '既往检查', entries: FINAL, opened: true, shows: CHEST_CT },
  later: { state: 'QUEUED', text: '同一人在另一家卫生院复查', entries: [], shows: CHEST_CT },
  queued: { state: 'QUEUED', text: '待报告', entries: [] },
  held: { state: 'QUEUED', text: '待报告、身份存疑', entries: [] },
  presented: { state: 'QUEUED', text: '进修医师已呈交', entries: [] },
  claimed: { state: 'CLAIMED', text: '书写中、挂起', entries: [] },
  preliminary: {
    state: 'PRELIM_ISSUED',
    text: '已发临时报告',
    entries: ['preliminary'],
    opened: true,
    shows: { itemName: 'CT颅脑平扫(外伤)', caseName: 'normal' },
  },
  consulting: { state: 'CONSULTING', text: '会诊中', entries: [] },
  consulted: { state: 'PENDING_REVIEW', text: '会诊后待审核', entries: [] },
  clinicWritten: { state: 'PENDING_REVIEW', text: '卫生院书写、待审核', entries: [] },
  submitted: { state: 'PENDING_REVIEW', text: '待审核', entries: [] },
  reviewing: { state: 'REVIEWING', text: '审核中、挂起', entries: [] },
  revising: { state: 'REVISING', text: '驳回待改', entries: [] },
  returned: { state: 'RETURNED', text: '已退回', entries: [] },
  withdrawn: { state: 'WITHDRAWN', text: '已撤回', entries: [] },
  void: { state: 'VOID', text: '作废', entries: [] },
  registered: { state: 'REGISTERED', text: '已登记、影像未到', entries: [] },
  uploading: { state: 'UPLOADING', text: '上传中', entries: [] },
  incomplete: { state: 'INCOMPLETE', text: '影像已到、申请未到', entries: [] },
} as const satisfies Record<string, GoalSpec>;
export type Goal = keyof typeof GOALS;

/** The same, as what every goal has in common. */
export const goalOf = (goal: Goal): GoalSpec => GOALS[goal];

/** Exams that are read from queueing to the clinic's screen; the others are left where their goal says. */
export const READ_TO_THE_END: ReadonlySet<Goal> = new Set(
  (Object.keys(GOALS) as Goal[]).filter((goal) => goalOf(goal).entries[0] === 'final'),
);
/** Exams whose upload is never finished, so that they never come to the list. */
export const NOT_WHOLE: ReadonlySet<Goal> = new Set(['registered', 'uploading', 'incomplete']);
/** Two exams of one person, at two clinics: their identity card is the same. */
export const OF_ONE_PERSON: ReadonlySet<Goal> = new Set(['earlier', 'later']);

/**
 * How an exam comes in. `resumed` is a manifest upload whose line is cut once and goes on from where it was. `matched` are
 * images without an accession number: they become an exam of their own, until a person matches them with their request.
 */
export type Door = 'request-first' | 'manifest' | 'resumed' | 'images-first' | 'metadata-only' | 'matched';
