import type { ExamState } from '../../exams';

const WORKED_ON = ['CLAIMED', 'REVIEWING'] as const;
/** During a consultation the claim stays, and may pass to another; only the consultation's end moves the exam. */
const HELD = [...WORKED_ON, 'CONSULTING'] as const;
/** Nobody holds it, and somebody is to. */
const WAITING = ['QUEUED', 'PENDING_REVIEW', 'REVISING', 'PRELIM_ISSUED'] as const;

/**
 * What people and timers do to a reading that is not a step forward, and the states in which they may. What is not
 * listed is refused with the present state.
 */
export const DEEDS = {
  /** 放弃 */
  release: WORKED_ON,
  /** 退回 */
  return: WORKED_ON,
  /** 驳回 */
  reject: ['REVIEWING'],
  /** 收回 */
  takeBack: ['PENDING_REVIEW'],
  takeover: HELD,
  /** An administrator who does not read ends a claim. */
  unlock: WORKED_ON,
  /** The lease ran out. */
  expire: WORKED_ON,
  /**
   * 离岗, or the whole hospital is silent. A consultation goes on; its end finds nobody and gives the exam to the list.
   */
  leave: HELD,
  /** 挂起 and its end */
  park: WORKED_ON,
  unpark: WORKED_ON,
  /** 交接班: a claim passes on, or what waits is meant for another. */
  handOver: HELD,
  passOn: WAITING,
  /** 分派; of an exam whose preliminary report is out, the formal one. */
  assign: WAITING,
} as const satisfies Record<string, readonly ExamState[]>;
export type Deed = keyof typeof DEEDS;

export function mayDo(deed: Deed, state: ExamState): boolean {
  return (DEEDS[deed] as readonly ExamState[]).includes(state);
}
