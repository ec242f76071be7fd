import { DAY, instantOf, type LocalDay, localTime } from '../../rosters';

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

/** A calendar without any duty day would otherwise be searched for ever. */
const MAX_DAYS_AHEAD = 400;

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
