import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Clock } from '../platform/clock';
import type { Ctx } from '../platform/context';
import { cursorTime, Db, decodeCursor, pageOf } from '../platform/database';
import { text, uuid } from '../platform/http';
import { clockTime } from './clock-time';
import { READING_ROLES } from './posts';
import { SHIFT_COLUMNS, type ShiftRow } from './roster-rows';
import type { LeaveList, OnDutyInput, PeopleList, ShiftList } from './rosters.dto';
import { Rosters } from './rosters';
import type { Specialty } from './specialty.rules';

type NamedShift = ShiftRow & { readonly person_name: string | null; readonly hospital_name: string };

interface LeaveRow {
  readonly id: string;
  readonly person_id: string;
  readonly person_name: string;
  readonly from_at: Date;
  readonly until_at: Date;
  readonly reason: string;
}

interface ReaderRow {
  /** Only the position: who arranges rosters has no need of it. */
  readonly username: string;
  readonly personId: string;
  readonly name: string;
  readonly hospitalIds: readonly string[];
  readonly specialties: readonly Specialty[];
}

/** Hospitals of which the caller sees the people; null = all. */
const sitesOf = ({ actor }: Ctx): readonly string[] | null => (actor.countyWide ? null : actor.hospitalIds);

/** Reads of rosters, leave and specialties. */
@Injectable()
export class RostersQueries {
  constructor(
    private readonly db: Db,
    private readonly rosters: Rosters,
    private readonly clock: Clock,
  ) {}

  /** Shifts by hospital and first day. A chief sees his own hospital's. */
  async list(ctx: Ctx, input: ShiftList): Promise<object> {
    const after = input.cursor === undefined ? null : decodeCursor(input.cursor, shiftPosition);
    const rows = await this.db.read(ctx, (tx) =>
      tx.rows<NamedShift>(SHIFTS, [
        ctx.countyId,
        sitesOf(ctx),
        input.hospital,
        input.person,
        ...(after ?? [null, null, null]),
        input.limit + 1,
      ]),
    );
    return pageOf(rows, input.limit, shiftView, (last) => [last.hospital_id, last.valid_from, last.id]);
  }

  /** Leave by its end, what is long over first. */
  async leave(ctx: Ctx, input: LeaveList): Promise<object> {
    const after = input.cursor === undefined ? null : decodeCursor(input.cursor, leavePosition);
    const rows = await this.db.read(ctx, (tx) =>
      tx.rows<LeaveRow>(LEAVE, [ctx.countyId, sitesOf(ctx), input.person, ...(after ?? [null, null]), input.limit + 1]),
    );
    const view = (row: LeaveRow): object => ({
      leaveId: row.id,
      person: { personId: row.person_id, name: row.person_name },
      from: row.from_at,
      until: row.until_at,
      reason: row.reason,
    });
    return pageOf(rows, input.limit, view, (last) => [last.until_at.toISOString(), last.id]);
  }

  /** Who is on duty now, or at another time, hospital by hospital. */
  async onDuty(ctx: Ctx, { at, hospital, modality }: OnDutyInput): Promise<object> {
    const moment = { at: at ?? this.clock.now(), ...(modality === undefined ? {} : { modality }) };
    const items = await this.db.read(ctx, async (tx) => {
      const sites = await this.rosters.hospitalsOnDuty(tx, moment);
      const shown = sites.filter(({ hospitalId }) => hospital === undefined || hospitalId === hospital);
      const ids = shown.flatMap(({ personIds }) => personIds);
      const names = await tx.rows<{ id: string; name: string }>(
        `SELECT id, name FROM person WHERE county_id = $1 AND id = ANY($2)
         UNION ALL SELECT id, name FROM hospital WHERE county_id = $1`,
        [ctx.countyId, ids],
      );
      const nameOf = new Map(names.map(({ id, name }) => [id, name]));
      return shown.map(({ hospitalId, personIds }) => ({
        hospitalId,
        name: nameOf.get(hospitalId),
        people: personIds.map((personId) => ({ personId, name: nameOf.get(personId) })),
      }));
    });
    return { at: moment.at, items };
  }

  /** Readers with their specialties, by user name; a chief sees those of his hospital. */
  async people(ctx: Ctx, input: PeopleList): Promise<object> {
    const [after] = input.cursor === undefined ? [null] : decodeCursor(input.cursor, personPosition);
    const rows = await this.db.read(ctx, (tx) =>
      tx.rows<ReaderRow>(READERS, [ctx.countyId, sitesOf(ctx), READING_ROLES, after, input.limit + 1]),
    );
    const view = ({ username: _, ...reader }: ReaderRow): object => reader;
    return pageOf(rows, input.limit, view, (last) => [last.username]);
  }
}

/** $1 county, $2 hospitals the caller sees (null = all), $3 hospital, $4 person, $5–$7 position, $8 limit. */
export const SHIFTS = `
  SELECT ${SHIFT_COLUMNS}, (SELECT name FROM person WHERE id = person_id) AS person_name,
    (SELECT name FROM hospital WHERE id = hospital_id) AS hospital_name
  FROM roster_shift s
  WHERE county_id = $1 AND ($2::uuid[] IS NULL OR hospital_id = ANY($2)) AND ($3::uuid IS NULL OR hospital_id = $3)
    AND ($4::uuid IS NULL OR person_id = $4)
    AND ($5::uuid IS NULL OR (s.hospital_id, s.valid_from, s.id) > ($5, $6::date, $7))
  ORDER BY s.hospital_id, s.valid_from, s.id LIMIT $8`;

/** $1 county, $2 hospitals the caller sees (null = all), $3 person, $4 and $5 position, $6 limit. */
export const LEAVE = `
  SELECT l.id, l.person_id, p.name AS person_name, l.from_at, l.until_at, l.reason
  FROM roster_leave l JOIN person p ON p.id = l.person_id
  WHERE l.county_id = $1 AND ($3::uuid IS NULL OR l.person_id = $3)
    AND ($2::uuid[] IS NULL OR EXISTS (SELECT 1 FROM person_grant g
      WHERE g.person_id = l.person_id AND g.revoked_at IS NULL AND g.hospital_id = ANY($2)))
    AND ($4::timestamptz IS NULL OR (l.until_at, l.id) > ($4, $5::uuid))
  ORDER BY l.until_at, l.id LIMIT $6`;

/**
 * $1 county, $2 hospitals the caller sees (null = all), $3 roles that read, $4 position, $5 limit. Person by person in the order
 * of the index: the posts of each are looked up beside him.
 */
export const READERS = `
  SELECT p.username, p.id AS "personId", p.name, posts.ids AS "hospitalIds",
    array(SELECT tag FROM reader_specialty s WHERE s.county_id = p.county_id AND s.person_id = p.id ORDER BY tag) AS specialties
  FROM person p CROSS JOIN LATERAL (
    SELECT array_agg(DISTINCT g.hospital_id) AS ids FROM person_grant g JOIN hospital h ON h.id = g.hospital_id AND NOT h.external
    WHERE g.person_id = p.id AND g.revoked_at IS NULL AND g.role = ANY($3) AND ($2::uuid[] IS NULL OR g.hospital_id = ANY($2))) AS posts
  WHERE p.county_id = $1 AND p.active AND ($4::text IS NULL OR p.username > $4) AND posts.ids IS NOT NULL
  ORDER BY p.username LIMIT $5`;

const shiftPosition = z.tuple([uuid, z.iso.date(), uuid]);
const leavePosition = z.tuple([cursorTime, uuid]);
const personPosition = z.tuple([text(100)]);

function shiftView(row: NamedShift): object {
  return {
    shiftId: row.id,
    kind: row.kind,
    hospital: { hospitalId: row.hospital_id, name: row.hospital_name },
    person: row.person_id === null ? null : { personId: row.person_id, name: row.person_name },
    modalities: row.modalities,
    start: clockTime(row.start_minute),
    end: clockTime(row.end_minute),
    ...(row.kind === 'weekly'
      ? { weekdays: row.weekdays, validFrom: row.valid_from, validUntil: row.valid_until }
      : { date: row.valid_from }),
    note: row.note,
  };
}
