import { createHash } from 'node:crypto';

const SECOND = 1;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * Pauses in seconds: entry 0 follows the first failed attempt, entry 1 the second, …
 *
 * The arithmetic (without jitter, which only ever adds):
 *   5 s + 15 s + 30 s                                    =       50 s   a restart of the clinic's service
 *   1 + 2 + 5 + 10 + 20 + 30 min                         =   68 min     a reboot, a power cut
 *   1 + 2 h                                              =  3 h         a morning without the line
 *   3 h × 79                                             = 237 h        a closed office
 *   sum = 240 h + 68 min + 50 s = 241 h 8 min 50 s       = 10.05 days   (868,130 s, 90 pauses, 91 attempts)
 *
 * Why ten days: a long holiday (nine days with its moved week-ends) and the working day on which somebody comes back
 * and switches the computer on again. Why the pause stops growing at 3 h: an endpoint that is well again gets its
 * reports within one pause even if nobody pulls them forward.
 */
export const RETRY_PAUSES_SECONDS: readonly number[] = [
  ...[5, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 20, 30].map((n) => n * MINUTE),
  ...[1, 2].map((n) => n * HOUR),
  ...Array.from({ length: 79 }, () => 3 * HOUR),
];

/** Seconds from the first failed attempt to the last one, at the least. */
export const RETRY_HORIZON_SECONDS = RETRY_PAUSES_SECONDS.reduce((sum, pause) => sum + pause, 0);

/** Attempts a delivery gets before it is DEAD. */
export const MAX_ATTEMPTS = RETRY_PAUSES_SECONDS.length + 1;

/** A pause is stretched by up to this share, so that reports that failed together do not come back together. */
const JITTER_SHARE = 0.2;

/**
 * The longest wait that a receiver may ask for by Retry-After. A wrong header (a year, a date in another century) must
 * not park a signed report; coming earlier than asked costs one refused request.
 */
export const MAX_RETRY_AFTER_SECONDS = HOUR;

/**
 * When to try again after a failed attempt.
 *
 * Waiting behind an open circuit breaker is not an attempt and must not be counted as one.
 *
 * @param attempt number of the attempt that has just failed, from 1
 * @param now when it failed
 * @param deliveryId seeds the jitter: the same delivery and attempt always give the same moment
 * @param retryAfterSeconds what the receiver asked for (Retry-After), if anything; it can only delay, never hasten
 * @returns the next moment, or null when the table is used up: the delivery is DEAD
 * @throws RangeError when `attempt` is not a whole number from 1
 */
export function nextAttempt(attempt: number, now: Date, deliveryId: string, retryAfterSeconds = 0): Date | null {
  if (!Number.isInteger(attempt) || attempt < 1) throw new RangeError(`attempt counts from 1, got ${attempt}`);
  const pause = RETRY_PAUSES_SECONDS[attempt - 1];
  if (pause === undefined) return null;
  const stretched = pause * (1 + JITTER_SHARE * jitter(deliveryId, attempt));
  const asked = Math.min(Math.max(retryAfterSeconds, 0), MAX_RETRY_AFTER_SECONDS);
  return new Date(now.getTime() + Math.round(Math.max(stretched, asked) * 1000));
}

/** 0 ≤ x < 1, evenly spread over deliveries and attempts, always the same for the same pair. */
function jitter(deliveryId: string, attempt: number): number {
  return createHash('sha256').update(`${deliveryId}:${attempt}`).digest().readUInt32BE(0) / 2 ** 32;
}

const IMF_FIXDATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * Reads a Retry-After header (RFC 9110 §10.2.3): delta-seconds or an HTTP-date in the one form that may be sent.
 *
 * @returns whole seconds from `now`, at most nine digits so that it fits a 32-bit column; undefined when the header is
 *   absent, unreadable or names a moment that has passed
 */
export function parseRetryAfter(header: string | undefined, now: Date): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text);
  if (!IMF_FIXDATE.test(text)) return undefined;
  const seconds = Math.ceil((Date.parse(text) - now.getTime()) / 1000);
  return seconds > 0 && seconds <= 999_999_999 ? seconds : undefined;
}
