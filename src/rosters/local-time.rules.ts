/** A day as its midnight in UTC: whole-day arithmetic without any zone in it. */
export type LocalDay = number;

export interface LocalTime {
  readonly day: LocalDay;
  /** Minutes after local midnight, with fractions. */
  readonly minute: number;
}

/** The county's clocks: China has one zone and changes no clocks, but nothing here leans on that. */
export const COUNTY_ZONE = 'Asia/Shanghai';

const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;

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

export function localTime(at: Date, timeZone: string): LocalTime {
  const wall = wallTime(at, timeZone);
  const day = Math.floor(wall / DAY) * DAY;
  return { day, minute: (wall - day) / MINUTE };
}

/** The instant at which the zone's clocks show `minute` minutes after the midnight of `day`. */
export function instantOf(day: LocalDay, minute: number, timeZone: string): Date {
  const wanted = day + minute * MINUTE;
  // The zone's offset is only known at an instant: a second look settles it where clocks were changed in between.
  const guess = wanted - (wallTime(new Date(wanted), timeZone) - wanted);
  return new Date(guess + (wanted - wallTime(new Date(guess), timeZone)));
}

/** ISO weekday: 1 = Monday … 7 = Sunday. */
export const weekdayOf = (day: LocalDay): number => new Date(day).getUTCDay() || 7;

/** YYYY-MM-DD */
export const dateOf = (day: LocalDay): string => new Date(day).toISOString().slice(0, 10);

/** Of a date written YYYY-MM-DD. */
export const dayOf = (date: string): LocalDay => Date.parse(`${date}T00:00:00Z`);

/** First and last instant (exclusive) of the local day that `at` lies in. */
export function localDayOf(at: Date, timeZone: string = COUNTY_ZONE): { readonly from: Date; readonly until: Date } {
  const { day } = localTime(at, timeZone);
  return { from: instantOf(day, 0, timeZone), until: instantOf(day + DAY, 0, timeZone) };
}
