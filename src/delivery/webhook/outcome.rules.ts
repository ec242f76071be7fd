/**
 * What one webhook attempt means. Pure: facts seen on the wire in, judgement out.
 *
 * Every retry carries the same `webhook-id`, so a receiver that did take the message drops the second copy.
 * That is why doubt always ends in "send again", and why doubt is still recorded as doubt: whoever reconciles with the
 * clinic must be able to tell "surely not there" (transient) from "perhaps there" (ambiguous).
 */

/**
 * delivered: the receiver said so. transient: surely not taken, try again. ambiguous: perhaps taken, try again with
 * the same id. permanent: trying again cannot help, a person must act (the delivery is DEAD, redrive brings it back).
 */
export type AttemptKind = 'delivered' | 'transient' | 'ambiguous' | 'permanent';

/**
 * How far the attempt came. resolve: no address yet. connect: address chosen, nothing of the message has left (TLS
 * belongs here). sent: the message left wholly or partly. headers: the whole head of an answer is here. body: a part of
 * its body, or its end, is here too.
 */
export type AttemptPhase = 'resolve' | 'connect' | 'sent' | 'headers' | 'body';

/** Why there is no answer to judge by. */
export type Fault =
  | 'endpoint_misconfigured'
  | 'address_refused'
  | 'dns_failed'
  | 'connect_refused'
  | 'connect_timeout'
  | 'connect_failed'
  | 'tls_failed'
  | 'reset'
  | 'headers_timeout'
  | 'total_timeout'
  | 'garbage';

/** Facts. `complete`: the answer's body ended as announced, or was longer than we care to read. */
export type Observation =
  { seen: 'answer'; status: number; complete: boolean } | { seen: 'fault'; fault: Fault; phase: AttemptPhase };

export interface Outcome {
  kind: AttemptKind;
  /** Stable word for records and screens: a Fault, `http_<status>` or `answer_cut_short`. */
  code: string;
  /** For the circuit breaker: is this endpoint taking messages at all? One bad message must never read as `down`. */
  endpoint: 'up' | 'down';
  /** The receiver asks never to be called again (410). */
  disableEndpoint: boolean;
  /** Waiting will hardly mend it: tell the operator at the first failure and not when the table is used up. */
  needsPerson: boolean;
}

type Verdict = Pick<Outcome, 'kind' | 'endpoint' | 'needsPerson'>;

const DELIVERED: Verdict = { kind: 'delivered', endpoint: 'up', needsPerson: false };
const BUSY: Verdict = { kind: 'transient', endpoint: 'down', needsPerson: false };
const MISCONFIGURED: Verdict = { kind: 'transient', endpoint: 'down', needsPerson: true };
const DOUBTED: Verdict = { kind: 'transient', endpoint: 'up', needsPerson: true };
const REFUSED: Verdict = { kind: 'permanent', endpoint: 'up', needsPerson: true };
const GONE: Verdict = { kind: 'permanent', endpoint: 'down', needsPerson: true };
const UNKNOWN: Verdict = { kind: 'ambiguous', endpoint: 'down', needsPerson: false };

/**
 * The rows that differ from their class (`byClass`). The question behind each: what does the operator of the clinic's
 * system want to find on Monday, after having broken it on Friday?
 *
 * - 400: receivers answer it for a malformed body, but Standard Webhooks receivers answer it for a bad signature too
 *   (after a key rotation, or with a wrong clock). Since it may be the key, the reports live on; since it may be this one
 *   message, it does not count against the endpoint, or one poisoned message would hold back the reports of other exams.
 * - 408, 425, 429: "not now", said by a receiver that works; Retry-After is honoured by the retry table.
 * - 410: the receiver's way to say "unsubscribe" (Standard Webhooks): the endpoint is switched off.
 * - 413, 415, 422: the receiver read the request and cannot take this content (RFC 9110 §15.5.14, .16, .21). The same
 *   bytes will be refused again, and while they are retried a correction of the same exam waits behind them. So: DEAD at
 *   once with an alarm; the report stays in the clinic's inbox, and a redrive sends it when the limit or schema is mended.
 */
const BY_STATUS: Readonly<Record<number, Verdict>> = {
  400: DOUBTED,
  408: BUSY,
  410: GONE,
  413: REFUSED,
  415: REFUSED,
  422: REFUSED,
  425: BUSY,
  429: BUSY,
};

/**
 * - 2xx: taken.
 * - 3xx: never followed: the target was not registered, and following would hand a report to whoever answers there.
 *   Often a login page or a moved path, so a person must look.
 * - other 4xx (401, 403 key rotated, credentials or firewall; 404, 405 a path lost in a redeployment; 409 …): the
 *   endpoint, not the message, is at fault, and every report would be refused alike. Killing them would turn one wrong
 *   setting into a day of lost reports; so they wait, the breaker stops the hammering, and a person is told at once.
 * - 5xx: the receiver is in trouble; waiting is what helps.
 */
function byClass(status: number): Verdict {
  if (status >= 200 && status <= 299) return DELIVERED;
  if (status >= 300 && status <= 499) return MISCONFIGURED;
  if (status >= 500 && status <= 599) return BUSY;
  return UNKNOWN;
}

/** Faults that time does not mend; the others are the weather of a network. */
const PERSON_NEEDED: ReadonlySet<Fault> = new Set(['endpoint_misconfigured', 'address_refused', 'tls_failed']);

/** Judges one attempt. Total: every observation has an outcome. */
export function classify(observation: Observation): Outcome {
  return observation.seen === 'answer' ? classifyAnswer(observation) : classifyFault(observation);
}

function classifyAnswer({ status, complete }: { status: number; complete: boolean }): Outcome {
  const verdict = BY_STATUS[status] ?? byClass(status);
  // A success that breaks off may be a proxy's, written before the system behind it had stored anything.
  if (verdict.kind === 'delivered' && !complete) {
    return { ...UNKNOWN, code: 'answer_cut_short', disableEndpoint: false };
  }
  return { ...verdict, code: `http_${status}`, disableEndpoint: status === 410 };
}

function classifyFault({ fault, phase }: { fault: Fault; phase: AttemptPhase }): Outcome {
  const nothingLeft = phase === 'resolve' || phase === 'connect';
  return {
    kind: nothingLeft ? 'transient' : 'ambiguous',
    code: fault,
    endpoint: 'down',
    disableEndpoint: false,
    needsPerson: PERSON_NEEDED.has(fault),
  };
}
