import type { DomainEvent } from '../platform/outbox';
import type { ReadingItem } from './reading-item.entity';

/** The reading of an exam went on or back: listed, claimed, released, submitted, rejected, signed, … (subject: the exam). */
export const READING_PROGRESSED = 'ReadingProgressed';

/** Plain facts for the clocks; times are ISO 8601. `rev` is the exam's revision the state belongs to. */
export interface ReadingFacts {
  readonly rev: number;
  readonly state: string;
  /** Hospital that reads: of the holder, else of the writer, else the one it is assigned to. */
  readonly hospitalId: string | null;
  readonly dueAt: string;
  readonly t4: string | null;
  readonly t5: string | null;
  readonly t6: string | null;
}

export function readingProgressed(item: ReadingItem): DomainEvent {
  const facts: ReadingFacts = {
    rev: item.state_rev,
    state: item.state,
    hospitalId: item.holder_hospital_id ?? item.writer_hospital_id ?? item.hospital_id,
    dueAt: item.due_at.toISOString(),
    t4: item.claimed_at?.toISOString() ?? null,
    t5: item.submitted_at?.toISOString() ?? null,
    t6: item.review_claimed_at?.toISOString() ?? null,
  };
  return { kind: READING_PROGRESSED, subjectId: item.exam_id, payload: { ...facts } };
}
