/**
 * Circuit breaker of one endpoint, as data: a plain row goes in, a plain row comes out, Postgres keeps it.
 * The caller reads the row FOR UPDATE, calls `admit` before and `record` after an attempt, and writes it back; two
 * workers then agree on one probe.
 *
 *   closed ──(n failures in a row)──▶ open ──(pause over)──▶ half_open ──(probe taken)──▶ closed
 *                                      ▲                        │
 *                                      └─────(probe failed)─────┘ with a longer pause
 */
export interface BreakerRow {
  state: 'closed' | 'open' | 'half_open';
  /** Failures since the last success, one message's repetitions in a row counted once. */
  failures: number;
  /** Delivery whose failure was counted last. */
  lastFailureBy: string | null;
  /** Pauses in a row without a success between them; each doubles the next. */
  pauses: number;
  /** Since when the endpoint counts as down; null while closed. */
  downSince: Date | null;
  /** open: no attempt before this moment. half_open: until then the probe is owned. */
  until: Date | null;
  /** half_open: the delivery that probes. */
  probeBy: string | null;
}

/** All in seconds but the first. */
export interface BreakerSettings {
  /** Failures in a row that open the breaker. */
  failuresToOpen: number;
  firstPause: number;
  /** Upper bound of the doubling pause, and of what a receiver may ask for by Retry-After. */
  longestPause: number;
  /** After this a probe whose worker died may be taken over; longer than an attempt's total time-out. */
  probeLease: number;
  /** How long another delivery may probe first when the last probe failed. */
  otherFirst: number;
}

/** 15 minutes at the most: the time by which a report may come later than its endpoint came back. */
export const BREAKER_DEFAULTS: BreakerSettings = {
  failuresToOpen: 5,
  firstPause: 30,
  longestPause: 900,
  probeLease: 180,
  otherFirst: 60,
};

/** A healthy endpoint. */
export const CLOSED: Readonly<BreakerRow> = {
  state: 'closed',
  failures: 0,
  lastFailureBy: null,
  pauses: 0,
  downSince: null,
  until: null,
  probeBy: null,
};

/** hold: not now, and no attempt is used up; ask again at `until`. */
export type Admission =
  { decision: 'send' | 'probe'; row: BreakerRow } | { decision: 'hold'; until: Date; row: BreakerRow };

/**
 * May this delivery be sent now? Of all deliveries that ask while the endpoint is down, one becomes the probe.
 * A delivery that already owns the probe gets it again: its worker died and the lane was taken over.
 */
export function admit(
  row: Readonly<BreakerRow>,
  deliveryId: string,
  now: Date,
  settings: BreakerSettings = BREAKER_DEFAULTS,
): Admission {
  if (row.state === 'closed' || row.until === null) return { decision: 'send', row: { ...row } };
  const ownsProbe = row.state === 'half_open' && row.probeBy === deliveryId;
  // The delivery that failed last steps back a little: were it one that makes the receiver crash, it would otherwise
  // be its own probe for ever, and the reports of healthy exams would wait behind it.
  const from = row.lastFailureBy === deliveryId ? plusSeconds(row.until, settings.otherFirst) : row.until;
  if (!ownsProbe && now < from) return { decision: 'hold', until: from, row: { ...row } };
  const until = plusSeconds(now, settings.probeLease);
  return { decision: 'probe', row: { ...row, state: 'half_open', until, probeBy: deliveryId } };
}

/** What an attempt said about the endpoint: `endpoint` comes from the outcome rules. */
export interface BreakerNews {
  deliveryId: string;
  endpoint: 'up' | 'down';
  retryAfterSeconds?: number;
}

/**
 * The row after an attempt. A success closes from any state, also when it is a late one: it proves that the endpoint
 * works. A late failure of an attempt that began before the breaker opened proves nothing new.
 */
export function record(
  row: Readonly<BreakerRow>,
  news: BreakerNews,
  now: Date,
  settings: BreakerSettings = BREAKER_DEFAULTS,
): BreakerRow {
  if (news.endpoint === 'up') return { ...CLOSED };
  if (row.state === 'open') return { ...row };
  if (row.state === 'half_open') {
    return row.probeBy === news.deliveryId ? opened(row, news, now, settings) : { ...row };
  }
  const failures = row.lastFailureBy === news.deliveryId ? row.failures : row.failures + 1;
  const counted: BreakerRow = { ...row, failures, lastFailureBy: news.deliveryId };
  return failures >= settings.failuresToOpen ? opened(counted, news, now, settings) : counted;
}

function opened(row: Readonly<BreakerRow>, news: BreakerNews, now: Date, settings: BreakerSettings): BreakerRow {
  const doubled = settings.firstPause * 2 ** Math.min(row.pauses, 30);
  const pause = Math.min(Math.max(doubled, news.retryAfterSeconds ?? 0), settings.longestPause);
  return {
    state: 'open',
    failures: row.failures,
    lastFailureBy: news.deliveryId,
    pauses: row.pauses + 1,
    downSince: row.downSince ?? now,
    until: plusSeconds(now, pause),
    probeBy: null,
  };
}

function plusSeconds(at: Date, seconds: number): Date {
  return new Date(at.getTime() + seconds * 1000);
}
