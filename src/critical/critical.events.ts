import type { DomainEvent } from '../platform/outbox';
import type { CriticalCycle } from './critical.entities';

/** A critical value was raised or has moved on (subject: the cycle). */
export const CRITICAL_CHANGED = 'CriticalChanged';

/** Plain facts; times are ISO 8601. */
export interface CriticalFacts {
  readonly examId: string;
  readonly clinicId: string;
  readonly kind: CriticalCycle['kind'];
  readonly state: CriticalCycle['state'];
  readonly foundAt: string | null;
  readonly acknowledgedAt: string | null;
}

export function criticalChanged(cycle: CriticalCycle): DomainEvent {
  const facts: CriticalFacts = {
    examId: cycle.exam_id,
    clinicId: cycle.clinic_id,
    kind: cycle.kind,
    state: cycle.state,
    foundAt: cycle.found_at?.toISOString() ?? null,
    acknowledgedAt: cycle.acknowledged_at?.toISOString() ?? null,
  };
  return { kind: CRITICAL_CHANGED, subjectId: cycle.id, payload: { ...facts } };
}
