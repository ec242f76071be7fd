import type { DomainEvent } from '../../platform/outbox';

/** 离岗 (subject: the person). Why is in his absence. */
export const READER_LEFT = 'ReaderLeft';

/** ISO 8601. What he has taken up after `at` is none of the news' business. */
export interface ReaderLeftFacts {
  readonly at: string;
}

export function readerLeft(personId: string, at: Date): DomainEvent {
  const facts: ReaderLeftFacts = { at: at.toISOString() };
  return { kind: READER_LEFT, subjectId: personId, payload: { ...facts } };
}

/** A whole hospital has fallen silent, and what it held was let go (subject: the hospital). */
export const HOSPITAL_SILENT = 'HospitalSilent';

/** The last sign of life that any of its claims has given; ISO 8601. */
export interface HospitalSilentFacts {
  readonly lastSignAt: string;
}

export function hospitalSilent(hospitalId: string, lastSignAt: Date): DomainEvent {
  const facts: HospitalSilentFacts = { lastSignAt: lastSignAt.toISOString() };
  return { kind: HOSPITAL_SILENT, subjectId: hospitalId, payload: { ...facts } };
}
