import type { ItemPatch } from '../claiming/claim.rules';
import type { ReadingItem } from '../reading-item.entity';
import type { AssignmentKind } from './assignment.entities';
import { shareOf } from './broadening.rules';

export interface Regrouped {
  readonly patch: ItemPatch;
  readonly kind: Exclude<AssignmentKind, 'broadened'>;
}

/**
 * What a command that gives an exam to a person or a hospital, or takes it from them, has to write beside that: since when,
 * until when it is theirs alone, by which mode; nothing for a claim that passes from one reader to another, which is only
 * noted. undefined when the patch leaves the group as it is. Only the rules that
 * deal exams out write these columns themselves.
 */
export function regrouped(item: ReadingItem, patch: ItemPatch, now: Date): Regrouped | undefined {
  const next = { ...item, ...patch };
  const same = next.assigned_person_id === item.assigned_person_id && next.hospital_id === item.hospital_id;
  if (same && (patch.assignment_reason ?? item.assignment_reason) === item.assignment_reason)
    return patch.taken_how ? { kind: 'handed_over', patch: {} } : undefined;
  const nobodys = next.assigned_person_id === null && next.hospital_id === null;
  if (nobodys) {
    const none = { assignment_mode: null, assigned_at: null, broaden_at: null, broadened_at: null };
    return same ? undefined : { kind: 'cleared', patch: none };
  }
  // The person went away and his hospital keeps it, as it was dealt out: nothing begins anew.
  const left =
    next.assigned_person_id === null && item.assigned_person_id !== null && next.hospital_id === item.hospital_id;
  if (left) return { kind: 'cleared', patch: {} };
  return {
    kind: patch.taken_how ? 'handed_over' : 'assigned',
    patch: {
      assignment_mode: patch.assignment_mode ?? 'manual',
      assigned_at: now,
      broadened_at: null,
      broaden_at: shareOf(now, next.due_at),
    },
  };
}

/** An exam that came back to the list for the reader or hospital it had: their time begins anew. */
export function backForItsGroup(dueAt: Date, now: Date): ItemPatch {
  return { broaden_at: shareOf(now, dueAt), broadened_at: null };
}
