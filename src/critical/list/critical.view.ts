import type { ReceiptView } from '../../notices';
import type { CriticalCycle, CriticalEvent } from '../critical.entities';
import { CRITICAL_STATE_NAMES } from '../critical.state';
import { COMPARE } from '../critical.subscriptions';
import { secondsBetween } from '../ladder/ladder.rules';

/** The names that a shown value needs beside its own columns. */
export type CycleRow = CriticalCycle & {
  readonly clinic_name: string;
  readonly hospital_name: string | null;
  readonly accession_number: string | null;
  readonly patient_name: string;
};

/** Adds the names to rows of critical_cycle; `order` is the order they are to come in. */
export const withNames = (cycles: string, order = 'c.raised_at DESC, c.id DESC'): string =>
  `SELECT c.*, k.name AS clinic_name, h.name AS hospital_name, e.accession_number, e.patient_name
   FROM (${cycles}) c JOIN clinic k ON k.id = c.clinic_id JOIN exam e ON e.id = c.exam_id
   LEFT JOIN hospital h ON h.id = c.hospital_id ORDER BY ${order}`;

/** A person by his name; the program's own work (nobody's id) by what a doctor would call it, not by the job that did it. */
export function shownName(personId: string | null, name: string): string {
  if (personId !== null) return name;
  return name === COMPARE ? '系统校对' : '系统';
}

export type CriticalView = ReturnType<typeof criticalView>;

/** A critical value as lists show it; both sides' records stand apart. Times of the clocks are seconds, never negative. */
export function criticalView(row: CycleRow) {
  return {
    criticalId: row.id,
    examId: row.exam_id,
    accessionNumber: row.accession_number,
    patientName: row.patient_name,
    clinicId: row.clinic_id,
    clinicName: row.clinic_name,
    kind: row.kind,
    source: row.source,
    finding: row.finding,
    note: row.note,
    state: row.state,
    stateName: CRITICAL_STATE_NAMES[row.state],
    raisedAt: row.raised_at,
    raisedBy: shownName(row.raised_by, row.raised_by_name),
    foundAt: row.found_at,
    breachAt: row.breach_at,
    breachedAt: row.breached_at,
    nextDueAt: row.next_due_at,
    hospitalId: row.hospital_id,
    hospitalName: row.hospital_name,
    withdraws: row.withdraws_id,
    reportVersionId: row.version_id,
    sixFields: sixFields(row),
    notified: row.notified_at && {
      at: row.notified_at,
      by: row.notified_by_name,
      receiver: row.receiver,
      way: row.way,
      readBack: true,
      afterSeconds: elapsed(row, row.notified_at),
    },
    acknowledged: row.acknowledged_at && {
      at: row.acknowledged_at,
      by: row.acknowledged_by_name,
      receivedAt: row.received_at,
      way: row.received_way,
      afterSeconds: elapsed(row, row.acknowledged_at),
      inTime: row.breach_at !== null && row.acknowledged_at <= row.breach_at,
    },
    handled: row.handled_at && { at: row.handled_at, by: row.handled_by_name, measures: row.measures },
    ended: row.ended_at && {
      at: row.ended_at,
      by: row.ended_by_name && shownName(row.ended_by, row.ended_by_name),
      reason: row.end_reason,
    },
  };
}

/** 登记本六项: what the paper book asks for, from whichever side has said it; the clinic's own word first. */
function sixFields(row: CycleRow) {
  return {
    finding: row.finding,
    foundAt: row.found_at,
    radiologist: row.radiologist_name,
    receiver: row.acknowledged_by_name ?? row.receiver,
    receivedAt: row.received_at ?? row.notified_at,
    way: row.received_way ?? row.way,
  };
}

const elapsed = ({ found_at: found }: CycleRow, at: Date): number | null => found && secondsBetween(found, at);

/** One step of the trail, with everybody whom it told and when each of them read it. */
export function trailView(event: CriticalEvent, receipts: readonly ReceiptView[]) {
  return {
    at: event.at,
    action: event.action,
    state: event.state,
    stateName: CRITICAL_STATE_NAMES[event.state],
    by: { kind: event.actor_kind, personId: event.actor_id, name: shownName(event.actor_id, event.actor_name) },
    details: event.details,
    told: receipts
      .filter(({ noticeId }) => noticeId === event.notice_id)
      .map(({ personId, name, toldAt, readAt }) => ({ personId, name, toldAt, readAt })),
  };
}
