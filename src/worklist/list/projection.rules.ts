import { ageInWords, type Exam, type ExamState, OPEN_FOR_READING } from '../../exams';
import { claimEnded, HELD_IN, isTheClinics, type ItemPatch, released } from '../claiming/claim.rules';
import { stillHeldUntil } from '../assignment/broadening.rules';
import type { Policy } from '../assignment/policy';
import { backForItsGroup } from '../assignment/regroup.rules';
import { specialtyOf } from '../assignment/specialty.rules';
import { broadenAt, ceilingAt, dueAt, type Limits } from './due.rules';
import { RANK } from './priority.rules';
import type { ReadingItem, Stage } from '../reading-item.entity';

/** The columns that the list copies from the exam. */
export type ItemCopy = Pick<
  ReadingItem,
  | 'clinic_id'
  | 'exam_rev'
  | 'mode'
  | 'priority'
  | 'rank'
  | 'due_at'
  | 'overdue'
  | 'accession_number'
  | 'patient_name'
  | 'name_pinyin'
  | 'name_initials'
  | 'patient_sex'
  | 'patient_age'
  | 'modality'
  | 'body_part'
  | 'item_name'
  | 'source'
  | 'clinical_history'
  | 'study_uids'
  | 'image_set'
  | 'identity_hold'
  | 'queued_at'
  | 'patient_id'
  | 'specialty'
  | 'ceiling_at'
  | 'limits_rev'
>;

/** True when readers may find the exam: queued and beyond, or a STAT exam whose images are still coming. */
export function isOpen(exam: Pick<Exam, 'state' | 'priority' | 'mode'>): boolean {
  if (isTheClinics(exam)) return false;
  return OPEN_FOR_READING.includes(exam.state) || (exam.state === 'UPLOADING' && exam.priority === 'STAT');
}

/** What the list shows of an exam. The due time runs from T3; for a STAT exam still uploading from its first byte. */
export function copyOf(exam: Exam, studyUids: readonly string[], { limits, limitsRev }: Policy, now: Date): ItemCopy {
  const queuedAt = exam.queued_at ?? exam.first_byte_at ?? exam.created_at;
  const facts = {
    priority: exam.priority,
    clinicId: exam.clinic_id,
    modality: exam.modality ?? '',
    bodyPart: exam.body_part ?? '',
    itemName: exam.item_name ?? '',
    startedAt: exam.exam_started_at,
    firstByteAt: exam.first_byte_at,
    queuedAt,
    preliminaryAt: exam.preliminary_at,
  };
  const due = dueAt(facts, limits);
  return {
    clinic_id: exam.clinic_id,
    exam_rev: exam.rev,
    mode: exam.mode,
    priority: exam.priority,
    rank: RANK[exam.priority],
    due_at: due,
    overdue: due <= now,
    accession_number: exam.accession_number ?? '',
    patient_name: exam.patient_name,
    name_pinyin: exam.name_pinyin,
    name_initials: exam.name_initials,
    patient_sex: exam.sex,
    patient_age: ageInWords(exam) ?? '',
    modality: facts.modality,
    body_part: facts.bodyPart,
    item_name: facts.itemName,
    source: exam.source,
    clinical_history: [exam.clinical_diagnosis, exam.symptoms].filter(Boolean).join('；'),
    study_uids: [...studyUids],
    image_set: exam.image_set,
    identity_hold: exam.identity_hold_at !== null,
    queued_at: queuedAt,
    patient_id: exam.patient_id,
    specialty: specialtyOf(facts),
    ceiling_at: ceilingAt(facts, limits),
    limits_rev: limitsRev,
  };
}

/**
 * The item's state and claim after the exam changed by another hand than a reader's. A claim stays where somebody may
 * hold the exam and ends where nobody may.
 */
export function followed(item: ReadingItem, exam: Pick<Exam, 'state' | 'rev'>): ItemPatch {
  const state: ItemPatch = { state: exam.state, state_rev: exam.rev, stage: stageFor(exam.state) ?? item.stage };
  if (!item.holder_id || HELD_IN.includes(exam.state))
    return { ...state, stage: item.holder_id ? item.stage : state.stage! };
  return { ...(isWaiting(exam.state) ? released(item) : claimEnded()), ...state };
}

/**
 * When an exam that has a group of its own leaves it, after its exam changed: anew for one that comes back to the list, as
 * the new limit has it for one whose limit changed. Empty when that stays as it is.
 */
export function stillGrouped(item: ReadingItem, exam: Exam, copy: ItemCopy, limits: Limits, now: Date): ItemPatch {
  const grouped = item.assigned_person_id !== null || item.hospital_id !== null;
  if (!grouped) return {};
  if (!isOpen({ ...exam, state: item.state, mode: item.mode }) && isOpen(exam))
    return backForItsGroup(copy.due_at, now);
  const sameLimit = copy.due_at.getTime() === item.due_at.getTime() && copy.priority === item.priority;
  if (sameLimit) return {};
  const atRisk = broadenAt(copy.priority, copy.queued_at, copy.due_at, limits);
  const until = stillHeldUntil(item, { atRisk, dueAt: copy.due_at }, now);
  return until?.getTime() === item.broaden_at?.getTime() ? {} : { broaden_at: until };
}

/** The stage of the work that waits in a state; undefined where none does. */
export function stageFor(state: ExamState): Stage | undefined {
  if (state === 'PENDING_REVIEW' || state === 'PRELIM_ISSUED') return 'review';
  return isWaiting(state) || BEFORE_READING.includes(state) ? 'write' : undefined;
}

const BEFORE_READING: readonly ExamState[] = ['REGISTERED', 'UPLOADING', 'INCOMPLETE', 'RETURNED', 'WITHDRAWN'];
const isWaiting = (state: ExamState): boolean =>
  ['QUEUED', 'REVISING', 'PENDING_REVIEW', 'PRELIM_ISSUED'].includes(state);
