import { Injectable } from '@nestjs/common';
import { type HospitalOnDuty, localDayOf, Rosters } from '../../rosters';
import { Clock } from '../../platform/clock';
import type { Tx } from '../../platform/database';
import { Outbox } from '../../platform/outbox';
import { OPEN } from '../claiming/claim.sql';
import { broadenAt } from '../list/due.rules';
import { DEFAULT_LIMITS } from '../limits';
import type { ReadingItem } from '../reading-item.entity';
import { BROADEN } from '../worklist.subscriptions';
import { AssignmentLog } from './assignment-log';
import {
  type Assigned,
  assignmentFor,
  type Ahead,
  modeFor,
  SAME_READER,
  type FoundSibling,
  type Specialist,
} from './assignment.rules';
import { heldUntil, PERSONAL_MINUTES } from './broadening.rules';
import type { Policy } from './policy';
import { Presence } from './presence';
import type { Credits } from './quota.rules';

/** Exams of one patient are dealt out and claimed one after the other, or two readers would each begin with one of them. */
const ONE_PATIENT = "SELECT pg_advisory_xact_lock(hashtextextended('reading patient ' || $1, 0))";

/** States in which an exam has not been begun and can still be given to somebody else. */
const NOT_BEGUN = `holder_id IS NULL AND mode = 'diagnose' AND (state = 'QUEUED' OR (state = 'UPLOADING' AND priority = 'STAT'))`;

const READER_WHO_WROTE = 'CASE WHEN writer_hospital_id IS NOT NULL THEN writer_id END';

/** Gives exams their first group, always in the caller's transaction. */
@Injectable()
export class Assigner {
  constructor(
    private readonly rosters: Rosters,
    private readonly presence: Presence,
    private readonly log: AssignmentLog,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Decides the first group of an item that has none yet and stores it with its reason and the time at which it broadens.
   * Locks the county's quota until the transaction ends when hospitals share; claims never wait for that.
   */
  async place(tx: Tx, item: ReadingItem, policy: Policy): Promise<ReadingItem> {
    const assigned = await this.decide(tx, item, policy);
    if (!assigned) return item;
    const now = this.clock.now();
    const atRisk = broadenAt(item.priority, item.queued_at, item.due_at, policy.limits);
    const { mode, hospitalId, personId, reason } = assigned;
    const group = { assignment_mode: mode, hospital_id: hospitalId, assigned_person_id: personId };
    const until = heldUntil(group, atRisk, now);
    const everybodys = hospitalId === null && personId === null;
    const broadened = !everybodys && atRisk <= now;
    const placed = await tx.row<ReadingItem>(
      `UPDATE reading_item SET hospital_id = $3, assigned_person_id = $4, assignment_mode = $5, assignment_reason = $6,
         assigned_at = $7, broaden_at = $8, broadened_at = $9, updated_at = $7
       WHERE county_id = $1 AND exam_id = $2 RETURNING *`,
      [
        item.county_id,
        item.exam_id,
        hospitalId,
        personId,
        mode,
        reason,
        now,
        everybodys ? null : until,
        broadened ? now : null,
      ],
    );
    if (!placed) throw new Error('a row of this transaction cannot be gone');
    const entry = { examId: item.exam_id, mode, hospitalId, personId };
    await this.log.record(tx, { ...entry, kind: 'assigned', reason });
    if (broadened) await this.log.record(tx, { ...entry, kind: 'broadened', reason: atOnce(item) });
    else if (!everybodys) await this.armBroadening(tx, item.exam_id, until);
    return placed;
  }

  /** Sets the timer that broadens an exam; it looks again when it comes. */
  async armBroadening(tx: Tx, examId: string, at: Date): Promise<void> {
    await this.outbox.schedule(tx, { consumer: BROADEN, subjectId: examId, at });
  }

  /**
   * A reader began with an exam: the same patient's other exams of the day that nobody began go to him, until their limit is
   * at risk. STAT stays everybody's. One statement; neighbours' rows are skipped, never waited for.
   */
  async keepTogether(tx: Tx, item: ReadingItem): Promise<void> {
    if (item.patient_id === null || item.stage !== 'write' || item.holder_id === null) return;
    await tx.send(ONE_PATIENT, [item.patient_id]);
    const { from, until } = localDayOf(item.queued_at);
    await tx.send(KEEP_TOGETHER, [
      item.county_id,
      item.patient_id,
      from,
      until,
      item.exam_id,
      item.holder_id,
      item.holder_hospital_id,
      this.clock.now(),
      SAME_READER,
      tx.ctx.actor.name,
      item.clinic_id,
      JSON.stringify(DEFAULT_LIMITS.broadenPercent),
    ]);
  }

  private async decide(tx: Tx, item: ReadingItem, { assignment }: Policy): Promise<Assigned | null> {
    const sibling = await this.sibling(tx, item);
    const mode = modeFor(assignment, item.clinic_id, item.modality);
    if (!sibling && mode === 'pool') return null;
    const { specialty, modality } = item;
    const onDuty = await this.presence.sites(tx, { modality, at: this.clock.now() });
    const nothing = { ahead: [], weights: [], credits: {}, specialty: null, specialists: [] };
    const together = sibling && assignmentFor({ mode: 'pool', sibling, onDuty, ...nothing });
    // Where no hospital has exams of its own, the person's time ends with everybody, not with his hospital.
    if (together && mode === 'pool') return together.personId === null ? null : { ...together, hospitalId: null };
    if (together || mode === 'pool') return together;
    const ahead = mode === 'roster' ? await this.ahead(tx, item, onDuty) : [];
    const specialists = specialty === null ? [] : await this.specialists(tx, onDuty, specialty);
    const credits = await this.credits(tx);
    const { weights } = assignment;
    const assigned = assignmentFor({ mode, sibling: null, onDuty, ahead, weights, credits, specialty, specialists });
    if (assigned?.credits) {
      await tx.send('UPDATE reading_quota SET credits = $2 WHERE county_id = $1', [
        item.county_id,
        JSON.stringify(assigned.credits),
      ]);
    }
    return assigned;
  }

  /**
   * Who has another exam of this patient of this day, as reader or as first group; the one that came first counts. The
   * clinic's own doctor, who writes for no hospital, is no reader.
   */
  private async sibling(tx: Tx, item: ReadingItem): Promise<FoundSibling | null> {
    if (item.patient_id === null) return null;
    await tx.send(ONE_PATIENT, [item.patient_id]);
    const { from, until } = localDayOf(item.queued_at);
    const found = await tx.row<FoundSibling>(
      `SELECT s.*, EXISTS (SELECT 1 FROM reader_absence a
           WHERE a.county_id = $1 AND a.person_id = s."personId" AND a.ended_at IS NULL) AS away
       FROM (SELECT CASE stage WHEN 'write' THEN coalesce(holder_id, ${READER_WHO_WROTE}, assigned_person_id) ELSE writer_id END AS "personId",
         CASE stage WHEN 'write' THEN coalesce(holder_hospital_id, writer_hospital_id, hospital_id) ELSE writer_hospital_id END AS "hospitalId"
       FROM reading_item
       WHERE county_id = $1 AND patient_id = $2 AND clinic_id = $3 AND queued_at >= $4 AND queued_at < $5 AND exam_id <> $6
         AND state NOT IN ('VOID', 'WITHDRAWN') AND (stage = 'write' OR writer_hospital_id IS NOT NULL)
         AND coalesce(holder_id, ${READER_WHO_WROTE}, assigned_person_id, hospital_id) IS NOT NULL
       ORDER BY queued_at, exam_id LIMIT 1) AS s`,
      [item.county_id, item.patient_id, item.clinic_id, from, until, item.exam_id],
    );
    return found ?? null;
  }

  private async specialists(
    tx: Tx,
    onDuty: readonly { hospitalId: string; personIds: readonly string[] }[],
    specialty: NonNullable<ReadingItem['specialty']>,
  ): Promise<Specialist[]> {
    const people = onDuty.flatMap(({ hospitalId, personIds }) =>
      personIds.map((personId) => ({ personId, hospitalId })),
    );
    const tags = await this.rosters.specialties(
      tx,
      people.map(({ personId }) => personId),
    );
    const fitting = people.filter(({ personId }) => tags.get(personId)?.includes(specialty));
    if (fitting.length === 0) return [];
    const rows = await tx.rows<{ id: string; waiting: number }>(
      `SELECT assigned_person_id AS id, count(*)::int AS waiting FROM reading_item
       WHERE county_id = $1 AND assigned_person_id = ANY($2) AND broadened_at IS NULL AND ${NOT_BEGUN} GROUP BY 1`,
      [tx.ctx.countyId, fitting.map(({ personId }) => personId)],
    );
    const waiting = new Map(rows.map((row) => [row.id, row.waiting]));
    return fitting.map((one) => ({ ...one, waiting: waiting.get(one.personId) ?? 0 }));
  }

  /** What each hospital on duty would read before this exam: its own exams that stand before it, and those in its hands. */
  private async ahead(tx: Tx, item: ReadingItem, onDuty: readonly HospitalOnDuty[]): Promise<Ahead[]> {
    return tx.rows<Ahead>(AHEAD, [
      item.county_id,
      onDuty.map(({ hospitalId }) => hospitalId),
      item.rank,
      item.due_at,
      item.exam_id,
      item.stage,
    ]);
  }

  /** Locked until the transaction ends, so that two exams dealt out at once are not dealt to the same turn. */
  private async credits(tx: Tx): Promise<Credits> {
    const lock = 'SELECT credits FROM reading_quota WHERE county_id = $1 FOR UPDATE';
    const known = await tx.row<{ credits: Credits }>(lock, [tx.ctx.countyId]);
    if (known) return known.credits;
    await tx.change("INSERT INTO reading_quota (county_id, credits) VALUES ($1, '{}') ON CONFLICT DO NOTHING", [
      tx.ctx.countyId,
    ]);
    return (await tx.row<{ credits: Credits }>(lock, [tx.ctx.countyId]))!.credits;
  }
}

const atOnce = ({ priority }: ReadingItem): string =>
  priority === 'STAT' ? '急诊，全县可立即领取' : '入队时已近时限，全县可领取';

/** More than this before an exam is all the same. */
const MUCH = 200;

const AHEAD = `
  SELECT site.id AS "hospitalId", (waits.exams + held.exams)::int AS exams FROM unnest($2::uuid[]) AS site (id)
  CROSS JOIN LATERAL (SELECT count(*) AS exams FROM (
    SELECT 1 FROM reading_item WHERE county_id = $1 AND offered_to = site.id AND stage = $6 AND holder_id IS NULL AND ${OPEN}
      AND (rank, due_at, exam_id) < ($3::int, $4::timestamptz, $5::uuid) LIMIT ${MUCH}) AS before) AS waits
  CROSS JOIN LATERAL (SELECT count(*) AS exams FROM (
    SELECT 1 FROM reading_item WHERE county_id = $1 AND holder_hospital_id = site.id AND state IN ('CLAIMED', 'REVIEWING') LIMIT ${MUCH}) AS now) AS held`;

/**
 * $1 county, $2 patient, $3 and $4 the day, $5 the exam begun, $6 and $7 reader and hospital, $8 now, $9 reason, $10 who,
 * $11 clinic, $12 how much of its limit each priority stays with its group where the county set nothing.
 */
const KEEP_TOGETHER = `
  WITH sibling AS (
    SELECT exam_id FROM reading_item
    WHERE county_id = $1 AND patient_id = $2 AND clinic_id = $11 AND queued_at >= $3 AND queued_at < $4 AND exam_id <> $5
      AND ${NOT_BEGUN} AND priority <> 'STAT' AND broadened_at IS NULL AND NOT overdue
      AND assignment_mode IS DISTINCT FROM 'manual' AND assigned_person_id IS DISTINCT FROM $6
    FOR UPDATE SKIP LOCKED),
  kept AS (
    UPDATE reading_item i SET assigned_person_id = $6, hospital_id = CASE WHEN i.hospital_id IS NULL THEN NULL ELSE $7::uuid END, assignment_mode = 'patient', assignment_reason = $9,
      assigned_at = $8, updated_at = $8,
      -- never later than the time that ran already; least() passes over none
      broaden_at = least(i.broaden_at, $8::timestamptz + least(interval '${PERSONAL_MINUTES} minutes', greatest(interval '0', i.due_at - $8::timestamptz)
        * (coalesce((SELECT limits -> 'broadenPercent' FROM reading_policy WHERE county_id = $1), $12::jsonb)
          ->> i.priority)::float8 / 100))
    FROM sibling WHERE i.exam_id = sibling.exam_id RETURNING i.exam_id, i.hospital_id)
  INSERT INTO reading_assignment (id, county_id, exam_id, kind, mode, hospital_id, person_id, reason, done_by, done_at)
  SELECT gen_random_uuid(), $1, exam_id, 'assigned', 'patient', hospital_id, $6, $9, $10, $8 FROM kept`;
