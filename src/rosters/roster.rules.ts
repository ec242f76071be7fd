import { COUNTY_ZONE, DAY, dateOf, type LocalDay, localTime, weekdayOf } from './local-time.rules';

/** `weekly` = the pattern; `extra` = on duty on one date beside it; `off` = not on duty on one date, whatever the pattern says. */
export const SHIFT_KINDS = ['weekly', 'extra', 'off'] as const;
export type ShiftKind = (typeof SHIFT_KINDS)[number];

/**
 * A time of duty. Minutes run from local midnight of the day on which it begins; an end that is not after the start lies
 * on the next day, so 17:30–08:00 is a night and 08:00–08:00 a whole day.
 */
export interface Shift {
  readonly id: string;
  readonly hospitalId: string;
  /** null only with `off`: the whole hospital. */
  readonly personId: string | null;
  readonly kind: ShiftKind;
  /** DICOM modalities; none = all. */
  readonly modalities: readonly string[];
  /** ISO, 1 = Monday; of the day on which it begins. Empty unless `weekly`. */
  readonly weekdays: readonly number[];
  readonly startMinute: number;
  readonly endMinute: number;
  /** Local dates, both included; null = until further notice. */
  readonly validFrom: string;
  readonly validUntil: string | null;
}

export interface Leave {
  readonly personId: string;
  readonly fromAt: Date;
  readonly untilAt: Date;
}

export interface Duty {
  readonly hospitalId: string;
  readonly personId: string;
}

const MINUTES = 24 * 60;

/** How long a shift takes, in minutes: 1 … 1440. */
export const lengthOf = ({ startMinute, endMinute }: Pick<Shift, 'startMinute' | 'endMinute'>): number =>
  endMinute > startMinute ? endMinute - startMinute : endMinute + MINUTES - startMinute;

/**
 * Who is on duty at `at` for a modality (any when undefined), each person once per hospital. An exception of a date
 * counts for the shifts that begin on this date: who is off on the 1st is off for the night from the 1st to the 2nd.
 */
export function dutiesAt(
  shifts: readonly Shift[],
  leave: readonly Leave[],
  at: Date,
  modality?: string,
): readonly Duty[] {
  const away = new Set(leave.filter(({ fromAt, untilAt }) => fromAt <= at && at < untilAt).map((one) => one.personId));
  const { day, minute } = localTime(at, COUNTY_ZONE);
  // What began today, and what began yesterday and has not ended.
  const moments = [
    { day, minute },
    { day: day - DAY, minute: minute + MINUTES },
  ];
  const found = new Map<string, Duty>();
  for (const moment of moments) {
    const offs = shifts.filter((shift) => shift.kind === 'off' && startsOn(shift, moment.day));
    for (const shift of shifts) {
      if (shift.kind === 'off' || shift.personId === null || away.has(shift.personId)) continue;
      if (!startsOn(shift, moment.day) || !covers(shift, moment.minute) || !serves(shift, modality)) continue;
      if (shift.kind === 'weekly' && offs.some((off) => cancels(off, shift, moment.minute, modality))) continue;
      found.set(`${shift.hospitalId} ${shift.personId}`, { hospitalId: shift.hospitalId, personId: shift.personId });
    }
  }
  return [...found.values()];
}

function startsOn(shift: Shift, day: LocalDay): boolean {
  const date = dateOf(day);
  if (date < shift.validFrom || (shift.validUntil !== null && date > shift.validUntil)) return false;
  return shift.kind !== 'weekly' || shift.weekdays.includes(weekdayOf(day));
}

const covers = (shift: Shift, minute: number): boolean =>
  minute >= shift.startMinute && minute < shift.startMinute + lengthOf(shift);

const serves = ({ modalities }: Shift, modality: string | undefined): boolean =>
  modality === undefined || modalities.length === 0 || modalities.includes(modality);

function cancels(off: Shift, shift: Shift, minute: number, modality: string | undefined): boolean {
  if (off.hospitalId !== shift.hospitalId || (off.personId !== null && off.personId !== shift.personId)) return false;
  // Without a modality in question, only a cancellation of all of them takes the person away.
  const wide = off.modalities.length === 0 || (modality !== undefined && off.modalities.includes(modality));
  return wide && covers(off, minute);
}

/**
 * The first shift that would have its person in two places at once: another hospital at the same time, or the same work
 * twice. Only two patterns or two single days are compared: a single day beside the pattern is what exceptions are for.
 */
export function overlapping(wanted: Shift, others: readonly Shift[]): Shift | undefined {
  return others.find(
    (other) =>
      other.id !== wanted.id &&
      other.personId === wanted.personId &&
      other.kind === wanted.kind &&
      (other.personId !== null || other.hospitalId === wanted.hospitalId) &&
      (other.hospitalId !== wanted.hospitalId || sharesModality(other, wanted)) &&
      sharesTime(other, wanted),
  );
}

function sharesModality(a: Shift, b: Shift): boolean {
  if (a.modalities.length === 0 || b.modalities.length === 0) return true;
  return a.modalities.some((modality) => b.modalities.includes(modality));
}

const LAST_DATE = '9999-12-31';

function sharesTime(a: Shift, b: Shift): boolean {
  if (a.kind === 'weekly') return sharesValidity(a, b) && sharesWeek(a, b);
  // Single dates: a night that began the day before reaches into the next.
  const apart = (Date.parse(b.validFrom) - Date.parse(a.validFrom)) / DAY;
  return meets(a.startMinute, lengthOf(a), b.startMinute + apart * MINUTES, lengthOf(b));
}

/** Validity with a day to spare at its end, because the last night ends a day later. */
function sharesValidity(a: Shift, b: Shift): boolean {
  const end = (shift: Shift): number => Date.parse(shift.validUntil ?? LAST_DATE) + nightOf(shift);
  return Date.parse(a.validFrom) <= end(b) && Date.parse(b.validFrom) <= end(a);
}

const nightOf = (shift: Shift): number => (shift.endMinute > shift.startMinute || shift.endMinute === 0 ? 0 : DAY);

function sharesWeek(a: Shift, b: Shift): boolean {
  const week = 7 * MINUTES;
  return a.weekdays.some((dayA) =>
    b.weekdays.some((dayB) =>
      // Sunday night reaches into Monday: the week is a ring.
      [-week, 0, week].some((turn) =>
        meets(dayA * MINUTES + a.startMinute, lengthOf(a), dayB * MINUTES + b.startMinute + turn, lengthOf(b)),
      ),
    ),
  );
}

const meets = (startA: number, lengthA: number, startB: number, lengthB: number): boolean =>
  startA < startB + lengthB && startB < startA + lengthA;
