import { Injectable } from '@nestjs/common';
import { Audit } from '../audit';
import { Clock } from '../platform/clock';
import type { Ctx } from '../platform/context';
import { Db, type Tx } from '../platform/database';
import { commonErrors, DomainError } from '../platform/errors';
import { newId } from '../platform/ids';
import type { RoleName } from '../identity';
import { READING_ROLES } from './posts';
import { overlapping, type Shift } from './roster.rules';
import { SHIFT_COLUMNS, shiftOf, type ShiftRow } from './roster-rows';
import type { LeaveInput, ShiftInput, SpecialtiesInput } from './rosters.dto';
import { rosterErrors } from './rosters.errors';

/** Commands on rosters. A chief arranges the people of his own hospital, the county's administrator everybody. */
@Injectable()
export class RostersService {
  constructor(
    private readonly db: Db,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Throws `roster_overlap`, `roster_not_a_reader`, `roster_hospital_unknown`, `roster_other_hospital`. */
  async add(ctx: Ctx, input: ShiftInput): Promise<{ shiftId: string }> {
    const shift = shiftFrom(newId(), input);
    await this.db.write(ctx, async (tx) => {
      await this.check(tx, shift);
      await tx.change(
        `INSERT INTO roster_shift (id, county_id, hospital_id, person_id, kind, modalities, weekdays, start_minute, end_minute,
           valid_from, valid_until, note, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
        [shift.id, ctx.countyId, ...columnsOf(shift), input.note ?? '', this.clock.now()],
      );
      await this.record(tx, 'roster.add', shift.id, { ...shift });
    });
    return { shiftId: shift.id };
  }

  /** Replaces a shift as a whole. Throws what {@link add} throws, and `not_found`. */
  async change(ctx: Ctx, shiftId: string, input: ShiftInput): Promise<void> {
    const shift = shiftFrom(shiftId, input);
    await this.db.write(ctx, async (tx) => {
      const before = await this.own(tx, shiftId);
      await this.check(tx, shift);
      await tx.change(
        `UPDATE roster_shift SET hospital_id = $3, person_id = $4, kind = $5, modalities = $6, weekdays = $7, start_minute = $8,
           end_minute = $9, valid_from = $10, valid_until = $11, note = $12 WHERE county_id = $2 AND id = $1`,
        [shiftId, ctx.countyId, ...columnsOf(shift), input.note ?? ''],
      );
      await this.record(tx, 'roster.change', shiftId, { before, after: shift });
    });
  }

  /** Throws `not_found`, `roster_other_hospital`. */
  async remove(ctx: Ctx, shiftId: string): Promise<void> {
    await this.db.write(ctx, async (tx) => {
      const before = await this.own(tx, shiftId);
      await tx.change('DELETE FROM roster_shift WHERE county_id = $1 AND id = $2', [ctx.countyId, shiftId]);
      await this.record(tx, 'roster.remove', shiftId, { ...before });
    });
  }

  /** 请假. Throws `leave_overlap`, `roster_not_a_reader`. */
  async addLeave(ctx: Ctx, { personId, from, until, reason }: LeaveInput): Promise<{ leaveId: string }> {
    const id = newId();
    await this.db.write(ctx, async (tx) => {
      await this.requireReader(tx, personId);
      await alone(tx, personId);
      const other = await tx.row<{ id: string }>(
        'SELECT id FROM roster_leave WHERE county_id = $1 AND person_id = $2 AND from_at < $4 AND until_at > $3 LIMIT 1',
        [ctx.countyId, personId, from, until],
      );
      if (other) throw new DomainError(rosterErrors.leave_overlap, { field: 'from', with: other.id });
      await tx.change(
        `INSERT INTO roster_leave (id, county_id, person_id, from_at, until_at, reason, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)`,
        [id, ctx.countyId, personId, from, until, reason, this.clock.now()],
      );
      await this.audit.record(tx, {
        action: 'roster.leave',
        subjectType: 'person',
        subjectId: personId,
        reason,
        details: { leaveId: id, from, until },
      });
    });
    return { leaveId: id };
  }

  /** Takes a leave back, or ends it early by adding the shorter one afterwards. Throws `not_found`. */
  async removeLeave(ctx: Ctx, leaveId: string): Promise<void> {
    await this.db.write(ctx, async (tx) => {
      const leave = await tx.row<{ person_id: string; from_at: Date; until_at: Date }>(
        'SELECT person_id, from_at, until_at FROM roster_leave WHERE county_id = $1 AND id = $2 FOR UPDATE',
        [ctx.countyId, leaveId],
      );
      if (!leave) throw new DomainError(commonErrors.not_found);
      // Who reads no more has leave that somebody must be able to take back.
      if (!(await hasPost(tx, leave.person_id, { roles: null }))) throw notAReader();
      await tx.change('DELETE FROM roster_leave WHERE county_id = $1 AND id = $2', [ctx.countyId, leaveId]);
      await this.audit.record(tx, {
        action: 'roster.leave-removed',
        subjectType: 'person',
        subjectId: leave.person_id,
        details: { leaveId, from: leave.from_at, until: leave.until_at },
      });
    });
  }

  /** Throws `not_found`, `roster_not_a_reader`. */
  async setSpecialties(ctx: Ctx, personId: string, { specialties }: SpecialtiesInput): Promise<void> {
    await this.db.write(ctx, async (tx) => {
      const known = await tx.row('SELECT 1 FROM person WHERE county_id = $1 AND id = $2', [ctx.countyId, personId]);
      if (!known) throw new DomainError(commonErrors.not_found);
      if (!(await hasPost(tx, personId))) throw new DomainError(commonErrors.not_found);
      await alone(tx, personId);
      await tx.change('DELETE FROM reader_specialty WHERE county_id = $1 AND person_id = $2 AND tag <> ALL($3)', [
        ctx.countyId,
        personId,
        specialties,
      ]);
      await tx.change(
        `INSERT INTO reader_specialty (county_id, person_id, tag) SELECT $1, $2, tag FROM unnest($3::text[]) AS one (tag)
         ON CONFLICT DO NOTHING`,
        [ctx.countyId, personId, specialties],
      );
      const entry = { subjectType: 'person', subjectId: personId, details: { specialties } };
      await this.audit.record(tx, { action: 'roster.specialties', ...entry });
    });
  }

  private async check(tx: Tx, shift: Shift): Promise<void> {
    await this.requireOwn(tx, shift.hospitalId);
    const hospital = await tx.row(
      'SELECT 1 FROM hospital WHERE county_id = $1 AND id = $2 AND active AND NOT external',
      [tx.ctx.countyId, shift.hospitalId],
    );
    if (!hospital) throw new DomainError(rosterErrors.roster_hospital_unknown, { field: 'hospitalId' });
    if (shift.personId !== null) await this.requireReader(tx, shift.personId, shift.hospitalId);
    await alone(tx, shift.personId ?? shift.hospitalId);
    const others = await tx.rows<ShiftRow>(
      `SELECT ${SHIFT_COLUMNS} FROM roster_shift
       WHERE county_id = $1 AND kind = $3 AND ($2::uuid IS NOT DISTINCT FROM person_id) AND ($2::uuid IS NOT NULL OR hospital_id = $4)`,
      [tx.ctx.countyId, shift.personId, shift.kind, shift.hospitalId],
    );
    const other = overlapping(shift, others.map(shiftOf));
    if (other) throw new DomainError(rosterErrors.roster_overlap, { field: 'start', with: other.id });
  }

  private async own(tx: Tx, shiftId: string): Promise<Shift> {
    const row = await tx.row<ShiftRow>(
      `SELECT ${SHIFT_COLUMNS} FROM roster_shift WHERE county_id = $1 AND id = $2 FOR UPDATE`,
      [tx.ctx.countyId, shiftId],
    );
    if (!row) throw new DomainError(commonErrors.not_found);
    await this.requireOwn(tx, row.hospital_id);
    return shiftOf(row);
  }

  private async requireOwn(tx: Tx, hospitalId: string): Promise<void> {
    const { actor } = tx.ctx;
    if (actor.countyWide || (actor.hospitalIds as readonly string[]).includes(hospitalId)) return;
    throw new DomainError(rosterErrors.roster_other_hospital, { field: 'hospitalId' });
  }

  private async requireReader(tx: Tx, personId: string, hospitalId?: string): Promise<void> {
    if (!(await hasPost(tx, personId, { hospitalId }))) throw notAReader();
  }

  private record(tx: Tx, action: string, shiftId: string, details: Readonly<Record<string, unknown>>): Promise<void> {
    return this.audit.record(tx, { action, subjectType: 'roster_shift', subjectId: shiftId, details });
  }
}

const notAReader = (): DomainError => new DomainError(rosterErrors.roster_not_a_reader, { field: 'personId' });

interface PostAsked {
  readonly hospitalId?: string | undefined;
  /** Posts that read unless others are named; null = any. */
  readonly roles?: readonly RoleName[] | null;
}

/** Whether the person has such a post at the hospital named, or at one of the county's own that the caller arranges. */
async function hasPost(
  tx: Tx,
  personId: string,
  { hospitalId, roles = READING_ROLES }: PostAsked = {},
): Promise<boolean> {
  const { actor, countyId } = tx.ctx;
  const sites = hospitalId ? [hospitalId] : actor.countyWide ? null : actor.hospitalIds;
  const found = await tx.row(
    `SELECT 1 FROM person p JOIN person_grant g ON g.person_id = p.id AND g.revoked_at IS NULL
     JOIN hospital h ON h.id = g.hospital_id AND NOT h.external
     WHERE p.county_id = $1 AND p.id = $2 AND p.active AND ($3::uuid[] IS NULL OR g.hospital_id = ANY($3))
       AND ($4::text[] IS NULL OR g.role = ANY($4)) LIMIT 1`,
    [countyId, personId, sites, roles],
  );
  return found !== undefined;
}

/** Two that add to the same person's roster at the same moment look one after the other, or both would find no overlap. */
async function alone(tx: Tx, id: string): Promise<void> {
  await tx.rows("SELECT pg_advisory_xact_lock(hashtextextended('roster ' || $1, 0))", [id]);
}

function shiftFrom(id: string, input: ShiftInput): Shift {
  const { hospitalId, personId, kind, modalities, start: startMinute, end: endMinute } = input;
  const days =
    input.kind === 'weekly'
      ? { weekdays: [...input.weekdays].sort(), validFrom: input.validFrom, validUntil: input.validUntil }
      : { weekdays: [], validFrom: input.date, validUntil: input.date };
  return { id, hospitalId, personId, kind, modalities, startMinute, endMinute, ...days };
}

const columnsOf = (shift: Shift): unknown[] => [
  shift.hospitalId,
  shift.personId,
  shift.kind,
  shift.modalities,
  shift.weekdays,
  shift.startMinute,
  shift.endMinute,
  shift.validFrom,
  shift.validUntil,
];
