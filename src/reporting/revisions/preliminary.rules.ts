import type { Priority } from '../../exams';
import type { OnCall } from '../../worklist';
import type { PreliminaryAllowed } from '../report.state';

/** On what ground one doctor's report goes out before another has reviewed it. */
export type PreliminaryGround = 'policy' | 'emergency' | OnCall;

export interface PreliminaryFacts {
  /** What the county says of the modality. */
  readonly allowed: PreliminaryAllowed;
  readonly priority: Priority;
  readonly onCall: OnCall | undefined;
}

/**
 * The ground on which a preliminary report may go out, or why it may not. It is the report of a single doctor on call. An
 * emergency gets one at any hour: a patient whom the report decides about does not wait for the second doctor, and the national
 * indicator (2 h from the start of the exam) counts the preliminary report. A county that says never means emergencies too.
 */
export function preliminaryGround(facts: PreliminaryFacts): PreliminaryGround | 'never' | 'not_on_call' {
  if (facts.allowed === 'never') return 'never';
  if (facts.priority === 'STAT') return 'emergency';
  if (facts.onCall !== undefined) return facts.onCall;
  return facts.allowed === 'always' ? 'policy' : 'not_on_call';
}
