/** When readers are on duty (值班时间) and which days count as working days; all in the local time of one zone. */
export interface DutyCalendar {
  /** IANA name, for example `Asia/Shanghai`. */
  readonly timeZone: string;
  /** Begin and end of duty in minutes after local midnight. */
  readonly startMinute: number;
  readonly endMinute: number;
  /** ISO weekdays (1 = Monday … 7 = Sunday) with duty. */
  readonly dutyDays: readonly number[];
  /** ISO weekdays that count for limits given in working days. */
  readonly workingDays: readonly number[];
  /** Local dates (YYYY-MM-DD) without duty that count as no working day either. */
  readonly holidays: readonly string[];
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** A calendar without any duty day would otherwise be searched for ever. */
const MAX_DAYS_AHEAD = 400;

/** A day as its midnight in UTC: whole-day arithmetic without any zone in it. */
type LocalDay = number;

interface LocalTime {
  readonly day: LocalDay;
  readonly minute: number;
}

/** True when `at` lies within duty hours. */
export function onDuty(calendar: DutyCalendar, at: Date): boolean {
  const { day, minute } = localTime(at, calendar.timeZone);
  return isDay(calendar, day, calendar.dutyDays) && minute >= calendar.startMinute && minute < calendar.endMinute;
}

/** The next begin of duty after `at`; undefined when the calendar has none within a year. */
export function nextDutyStart(calendar: DutyCalendar, at: Date): Date | undefined {
  const { day, minute } = localTime(at, calendar.timeZone);
  const first = minute < calendar.startMinute ? day : day + DAY;
  const found = nthDay(calendar, first, calendar.dutyDays, 1);
  return found === undefined ? undefined : instantOf(found, calendar.startMinute, calendar.timeZone);
}

/** End of duty on the `count`-th working day after the day of `at`; undefined when the calendar has too few. */
export function endOfWorkingDay(calendar: DutyCalendar, at: Date, count: number): Date | undefined {
  const { day } = localTime(at, calendar.timeZone);
  const found = nthDay(calendar, day + DAY, calendar.workingDays, count);
  return found === undefined ? undefined : instantOf(found, calendar.endMinute, calendar.timeZone);
}

function nthDay(
  calendar: DutyCalendar,
  first: LocalDay,
  weekdays: readonly number[],
  count: number,
): LocalDay | undefined {
  let left = count;
  for (let ahead = 0; ahead < MAX_DAYS_AHEAD; ahead += 1) {
    const day = first + ahead * DAY;
    if (isDay(calendar, day, weekdays)) left -= 1;
    if (left === 0) return day;
  }
  return undefined;
}

function isDay(calendar: DutyCalendar, day: LocalDay, weekdays: readonly number[]): boolean {
  const date = new Date(day);
  return weekdays.includes(date.getUTCDay() || 7) && !calendar.holidays.includes(date.toISOString().slice(0, 10));
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timeZone, made);
  return made;
}

/** Wall time in the zone, written as if it were UTC, in whole seconds. */
function wallTime(at: Date, timeZone: string): number {
  const part = Object.fromEntries(
    format(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  return Date.UTC(part['year']!, part['month']! - 1, part['day'], part['hour'], part['minute'], part['second']);
}

function localTime(at: Date, timeZone: string): LocalTime {
  const wall = wallTime(at, timeZone);
  const day = Math.floor(wall / DAY) * DAY;
  return { day, minute: (wall - day) / MINUTE };
}

function instantOf(day: LocalDay, minute: number, timeZone: string): Date {
  const wanted = day + minute * MINUTE;
  // The zone's offset is only known at an instant: a second look settles it where clocks were changed in between.
  const guess = wanted - (wallTime(new Date(wanted), timeZone) - wanted);
  return new Date(guess + (wanted - wallTime(new Date(guess), timeZone)));
}
