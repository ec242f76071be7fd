import { EXAM_STATE_NAMES } from '../../exams';
import { badgeView } from '../handover/badge.rules';
import { parkView } from '../handover/park.rules';
import { idleAt } from '../handover/takeover.rules';
import type { ReadingItem } from '../reading-item.entity';

export interface Post {
  readonly personId: string;
  readonly name: string;
  readonly hospitalId: string | null;
  readonly hospitalName: string | null;
}

/** What a shown item needs beside its own columns: names, and when it was urged. */
export type ItemRow = ReadingItem & {
  readonly clinic_name: string;
  readonly holder_name: string | null;
  readonly holder_hospital_name: string | null;
  readonly writer_name: string | null;
  readonly writer_hospital_name: string | null;
  readonly assigned_name: string | null;
  readonly assigned_hospital_name: string | null;
  readonly taken_from_name: string | null;
  readonly urged_at: Date | null;
};

/** Looked up per shown row by primary key; scalar sub-selects plan quicker than seven joins. */
const NAMES = `
  (SELECT name FROM clinic WHERE id = i.clinic_id) AS clinic_name,
  (SELECT name FROM person WHERE id = i.holder_id) AS holder_name,
  (SELECT name FROM hospital WHERE id = i.holder_hospital_id) AS holder_hospital_name,
  (SELECT name FROM person WHERE id = i.writer_id) AS writer_name,
  (SELECT name FROM hospital WHERE id = i.writer_hospital_id) AS writer_hospital_name,
  (SELECT name FROM person WHERE id = i.assigned_person_id) AS assigned_name,
  (SELECT name FROM hospital WHERE id = i.hospital_id) AS assigned_hospital_name,
  (SELECT name FROM person WHERE id = i.taken_from_id) AS taken_from_name,
  (SELECT urged_at FROM exam WHERE id = i.exam_id) AS urged_at`;

/** Adds the names to rows of reading_item; `order` is the order they are to come in. */
export const withNames = (rows: string, order = 'i.rank, i.due_at, i.exam_id'): string =>
  `SELECT i.*, ${NAMES} FROM (${rows}) i ORDER BY ${order}`;

export type ItemView = ReturnType<typeof itemView>;

export function itemView(row: ItemRow) {
  return {
    examId: row.exam_id,
    accessionNumber: row.accession_number === '' ? null : row.accession_number,
    patientName: row.patient_name,
    sex: row.patient_sex,
    age: row.patient_age,
    state: row.state,
    stateName: EXAM_STATE_NAMES[row.state],
    stage: row.stage,
    /** `review`: the clinic's own doctor writes; 待报告 it is his and on no list. */
    mode: row.mode,
    priority: row.priority,
    dueAt: row.due_at,
    overdue: row.overdue,
    queuedAt: row.queued_at,
    /** 催办: when the clinic last asked for it. */
    urgedAt: row.urged_at,
    modality: row.modality,
    bodyPart: row.body_part,
    itemName: row.item_name,
    source: row.source,
    clinicalHistory: row.clinical_history,
    clinic: { clinicId: row.clinic_id, name: row.clinic_name },
    studies: row.study_uids.map((studyInstanceUid) => ({ studyInstanceUid })),
    imageSet: row.image_set,
    identityHold: row.identity_hold,
    fence: row.fence,
    holder: post(row.holder_id, row.holder_name, row.holder_hospital_id, row.holder_hospital_name),
    leaseUntil: row.lease_until,
    /** From then on any reader of the stage may take it over, unless its holder works in it meanwhile. */
    idleAt: idleAt(row),
    parked: parkView(row),
    takenOver: takenOverView(row),
    badge: badgeView(row),
    writer: post(row.writer_id, row.writer_name, row.writer_hospital_id, row.writer_hospital_name),
    reservedUntil: row.reserved_until,
    specialty: row.specialty,
    ceilingAt: row.ceiling_at,
    assignment: assignment(row),
    claimedAt: row.claimed_at,
    submittedAt: row.submitted_at,
    reviewClaimedAt: row.review_claimed_at,
    signedAt: row.signed_at,
  };
}

/** From whom, how and why the present claim or assignment came; null when it was nobody's before. */
function takenOverView(row: ItemRow): object | null {
  if (row.taken_from_id === null) return null;
  const from = { personId: row.taken_from_id, name: row.taken_from_name ?? '' };
  return { from, how: row.taken_how, reason: row.taken_reason, at: row.taken_at };
}

function post(
  personId: string | null,
  name: string | null,
  hospitalId: string | null,
  hospitalName: string | null,
): Post | null {
  return personId === null ? null : { personId, name: name ?? '', hospitalId, hospitalName };
}

function assignment(row: ItemRow): object | null {
  if (row.assigned_person_id === null && row.hospital_id === null) return null;
  return {
    personId: row.assigned_person_id,
    personName: row.assigned_name,
    hospitalId: row.hospital_id,
    hospitalName: row.assigned_hospital_name,
    mode: row.assignment_mode,
    reason: row.assignment_reason,
    at: row.assigned_at,
    broadenAt: row.broaden_at,
    broadenedAt: row.broadened_at,
  };
}
