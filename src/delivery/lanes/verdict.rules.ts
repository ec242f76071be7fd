import { nextAttempt, RETRY_HORIZON_SECONDS } from './retry.rules';
import type { AttemptResult } from '../webhook';

/** Of the delivery, as the attempt left it: `tries` counts this attempt. */
export interface Tried {
  readonly id: string;
  readonly tries: number;
  readonly tries_since: Date;
  readonly ambiguous: boolean;
  readonly last_error: string | null;
}

/** What becomes of a delivery after an attempt. */
export type Verdict =
  | { readonly state: 'DELIVERED'; readonly nextAt: null; readonly ambiguous: false }
  | { readonly state: 'FAILED'; readonly nextAt: Date; readonly ambiguous: boolean }
  | { readonly state: 'DEAD'; readonly nextAt: null; readonly ambiguous: boolean };

type Result = Pick<AttemptResult, 'kind' | 'code' | 'endpoint' | 'needsPerson' | 'retryAfterSeconds'>;

/**
 * Doubt stays on a delivery until it is delivered: whoever reconciles with the clinic must see that one of its attempts
 * may have arrived, whatever the later ones said.
 */
export function verdictOn(delivery: Tried, result: Result, now: Date): Verdict {
  if (result.kind === 'delivered') return { state: 'DELIVERED', nextAt: null, ambiguous: false };
  const ambiguous = delivery.ambiguous || result.kind === 'ambiguous';
  const given = result.kind !== 'permanent' && !isOverdue(delivery.tries_since, now);
  const nextAt = given ? nextAttempt(delivery.tries, now, delivery.id, result.retryAfterSeconds) : null;
  return nextAt === null ? { state: 'DEAD', nextAt, ambiguous } : { state: 'FAILED', nextAt, ambiguous };
}

/**
 * Waiting behind an open breaker uses up no attempt, so the table alone would let a delivery to an endpoint that never
 * comes back wait for ever. Its horizon counts for waiting and trying together.
 */
export function isOverdue(triesSince: Date, now: Date): boolean {
  return triesSince < overdueBefore(now);
}

export function overdueBefore(now: Date): Date {
  return new Date(now.getTime() - RETRY_HORIZON_SECONDS * 1_000);
}

/**
 * Must a person be told now? Of every delivery that is given up. Of what waiting hardly mends, once: per endpoint while
 * the endpoint is at fault, per delivery when it is only this message that is refused.
 *
 * @param known what the endpoint's alarm says already, null while it has none
 */
export function alarms(delivery: Tried, result: Result, verdict: Verdict, known: string | null): boolean {
  if (verdict.state === 'DELIVERED') return false;
  if (verdict.state === 'DEAD') return true;
  return result.needsPerson && result.code !== (result.endpoint === 'up' ? delivery.last_error : known);
}
