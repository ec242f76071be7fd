import type { ExamState } from '../../exams';
import type { ReadingItem } from '../reading-item.entity';
import { mayDo } from './deed.rules';

/** No sign of life of any holder of a hospital for this long, and what it holds goes back to the list. */
export const SILENT_MS = 5 * 60_000;

/** Whose work is let go: one person's, or everybody's of a hospital. */
export interface Leaver {
  readonly isHolder: (item: ReadingItem) => boolean;
  readonly isAssigned: (item: ReadingItem) => boolean;
  readonly isWriter: (item: ReadingItem) => boolean;
  /** Parked, or in consultation: nobody has to be at the desk for it, so a silent line says nothing about it. */
  readonly keepsWaiting: boolean;
}

export interface LetGo {
  readonly endsClaim: boolean;
  readonly unassigns: boolean;
  readonly opensReservation: boolean;
}

/**
 * What of an item ends when its reader leaves: the claim, the direct assignment, and the time in which 驳回待改 is his
 * alone. `state` is the exam's own, which may be ahead of the list.
 */
export function letGo(item: ReadingItem, state: ExamState, leaver: Leaver): LetGo {
  const kept = leaver.keepsWaiting && (item.parked_until !== null || state === 'CONSULTING');
  return {
    endsClaim: item.holder_id !== null && leaver.isHolder(item) && mayDo('leave', state) && !kept,
    unassigns: item.assigned_person_id !== null && leaver.isAssigned(item) && !OVER.includes(state),
    opensReservation: state === 'REVISING' && item.reserved_until !== null && leaver.isWriter(item),
  };
}

/** Nobody is asked for these any more; that somebody was is history. */
export const OVER: readonly ExamState[] = ['SIGNED', 'AMENDING', 'RECALLED', 'WITHDRAWN', 'VOID'];

export function ofPerson(personId: string): Leaver {
  return {
    isHolder: (item) => item.holder_id === personId,
    isAssigned: (item) => item.assigned_person_id === personId,
    isWriter: (item) => item.writer_id === personId,
    keepsWaiting: false,
  };
}

export function ofHospital(hospitalId: string, people: ReadonlySet<string>): Leaver {
  return {
    isHolder: (item) => item.holder_hospital_id === hospitalId,
    isAssigned: (item) => people.has(item.assigned_person_id ?? ''),
    isWriter: (item) => item.writer_hospital_id === hospitalId,
    keepsWaiting: true,
  };
}
