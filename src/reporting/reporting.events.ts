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

/** A version was called back before the clinic had seen it (subject: the version). */
export const REPORT_RECALLED = 'ReportRecalled';

export interface RecalledFacts {
  readonly examId: string;
  readonly clinicId: string;
  readonly versionId: string;
  readonly number: number;
}

export const reportRecalled = (facts: RecalledFacts): DomainEvent => ({
  kind: REPORT_RECALLED,
  subjectId: facts.versionId,
  payload: { ...facts },
});

/** A person of the clinic opened a version, by whatever way (subject: the version). Who and when, its sightings say. */
export const REPORT_OPENED = 'ReportOpened';

export interface OpenedFacts {
  readonly examId: string;
  readonly clinicId: string;
}

export const reportOpened = (versionId: string, facts: OpenedFacts): DomainEvent => ({
  kind: REPORT_OPENED,
  subjectId: versionId,
  payload: { ...facts },
});
