/**
 * When an exam began and ended (T0, T1) is the device's word, and a device may have any date: an exam of 2026 came with
 * files of 2003. One that lies further than this before the exam arrived (its first byte; its queueing, where the images
 * stay at the clinic) says nothing: neither when its report is due nor how long its way was. It is kept as it was told.
 */
const LONGEST_WAY_DAYS = 30;
const LONGEST_WAY_MS = LONGEST_WAY_DAYS * 24 * 3_600_000;

/** Whether a device's clock can be right about an exam that arrived then. */
export const believable = (clock: Date, arrivedAt: Date): boolean =>
  clock.getTime() >= arrivedAt.getTime() - LONGEST_WAY_MS;

/** The same as a condition in SQL; both are expressions of type timestamptz, and null where one of them is. */
export const believableSql = (clock: string, arrivedAt: string): string =>
  `${clock} >= ${arrivedAt} - interval '${LONGEST_WAY_DAYS * 24} hours'`;
