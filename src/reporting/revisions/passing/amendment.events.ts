import type { DomainEvent } from '../../../platform/outbox';
import type { ReportAmendment } from '../revisions.entities';

/** An amendment has another writer, or was left without one (subject: the exam). */
export const AMENDMENT_PASSED = 'AmendmentPassed';

export interface PassedFacts {
  readonly amendmentId: string;
  readonly clinicId: string;
  readonly kind: ReportAmendment['kind'];
  readonly from: string;
  /** null: nobody writes it. */
  readonly to: string | null;
}

export function amendmentPassed(after: ReportAmendment, from: string): DomainEvent {
  const facts: PassedFacts = {
    amendmentId: after.id,
    clinicId: after.clinic_id,
    kind: after.kind,
    from,
    to: after.released_at === null ? after.writer_id : null,
  };
  return { kind: AMENDMENT_PASSED, subjectId: after.exam_id, payload: { ...facts } };
}
