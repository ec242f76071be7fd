import type { DomainEvent } from '../platform/outbox';
import type { ReportKind } from './report.state';

/** A version was signed (subject: the version). */
export const REPORT_SIGNED = 'ReportSigned';

/** Plain facts; `signedAt` is ISO 8601. */
export interface SignedFacts {
  readonly examId: string;
  readonly clinicId: string;
  readonly number: number;
  readonly kind: ReportKind;
  readonly signedAt: string;
}

export const reportSigned = (versionId: string, facts: SignedFacts): DomainEvent => ({
  kind: REPORT_SIGNED,
  subjectId: versionId,
  payload: { ...facts },
});
