import { admit, BREAKER_DEFAULTS, type BreakerNews, type BreakerRow, CLOSED, record } from './breaker.rules';

const START = new Date('2026-02-14T09:30:00Z');
const at = (seconds: number): Date => new Date(START.getTime() + seconds * 1000);
const down = (deliveryId: string, retryAfterSeconds?: number): BreakerNews => ({
  deliveryId,
  endpoint: 'down',
  retryAfterSeconds,
});
const up = (deliveryId: string): BreakerNews => ({ deliveryId, endpoint: 'up' });

/** A row after failures of the given deliveries, all at START. */
const after = (...deliveries: string[]): BreakerRow =>
  deliveries.reduce<BreakerRow>((row, id) => record(row, down(id), START), { ...CLOSED });
const OPEN = after('a', 'b', 'c', 'd', 'e');

describe('a closed breaker', () => {
  it('lets everything through', () => {
    expect(admit(CLOSED, 'a', START)).toEqual({ decision: 'send', row: CLOSED });
  });

  it('opens at the n-th failure in a row and not before', () => {
    expect(after('a', 'b', 'c', 'd')).toMatchObject({ state: 'closed', failures: 4, until: null });
    expect(OPEN).toEqual({
      state: 'open',
      failures: 5,
      lastFailureBy: 'e',
      pauses: 1,
      downSince: START,
      until: at(30),
      probeBy: null,
    });
  });

  it('forgets its failures at the first success', () => {
    expect(record(after('a', 'b', 'c', 'd'), up('x'), START)).toEqual(CLOSED);
  });

  it('is not opened by one message that fails again and again', () => {
    expect(after(...Array<string>(50).fill('poison'))).toMatchObject({ state: 'closed', failures: 1 });
  });

  it('opens for as long as the receiver asks, within the bound', () => {
    const four = after('a', 'b', 'c', 'd');
    expect(record(four, down('e', 300), START).until).toEqual(at(300));
    expect(record(four, down('e', 31_536_000), START).until).toEqual(at(BREAKER_DEFAULTS.longestPause));
    expect(record(four, down('e', 1), START).until).toEqual(at(30));
  });
});

describe('an open breaker', () => {
  it('holds every delivery until the pause is over', () => {
    expect(admit(OPEN, 'x', at(29.999))).toEqual({ decision: 'hold', until: at(30), row: OPEN });
  });

  it('then gives the probe to one delivery only', () => {
    const first = admit(OPEN, 'x', at(30));
    expect(first).toMatchObject({ decision: 'probe', row: { state: 'half_open', probeBy: 'x', until: at(210) } });
    expect(admit(first.row, 'y', at(31))).toMatchObject({ decision: 'hold', until: at(210) });
    expect(admit(first.row, 'x', at(31)).decision).toBe('probe');
  });

  it('lets another delivery probe before the one that failed last', () => {
    expect(admit(OPEN, 'e', at(30))).toMatchObject({ decision: 'hold', until: at(90) });
    expect(admit(OPEN, 'e', at(90)).decision).toBe('probe');
  });

  it('ignores late failures and closes on a late success', () => {
    expect(record(OPEN, down('late'), at(10))).toEqual(OPEN);
    expect(record(OPEN, up('late'), at(10))).toEqual(CLOSED);
  });
});

describe('a half-open breaker', () => {
  const half = admit(OPEN, 'x', at(30)).row;

  it('closes when the probe is taken', () => {
    expect(record(half, up('x'), at(31))).toEqual(CLOSED);
  });

  it('opens again with a doubled pause when the probe fails, and remembers since when it is down', () => {
    const again = record(half, down('x'), at(31));
    expect(again).toMatchObject({ state: 'open', pauses: 2, until: at(31 + 60), downSince: START, lastFailureBy: 'x' });
  });

  it('takes no notice of a failure that is not the probe’s', () => {
    expect(record(half, down('late'), at(31))).toEqual(half);
  });

  it('hands the probe on when its owner is gone', () => {
    expect(admit(half, 'y', at(210))).toMatchObject({ decision: 'probe', row: { probeBy: 'y', until: at(390) } });
  });
});

it('over ten days of silence it probes at most every 15 minutes and never stops', () => {
  let row: BreakerRow = OPEN;
  const pauses: number[] = [];
  for (let probe = 0, clock = START; probe < 1_000; probe += 1) {
    const due = row.until!;
    pauses.push((due.getTime() - clock.getTime()) / 1000);
    const admitted = admit(row, `delivery-${probe}`, due);
    expect(admitted.decision).toBe('probe');
    row = record(admitted.row, down(`delivery-${probe}`), due);
    clock = due;
  }
  expect(pauses.slice(0, 7)).toEqual([30, 60, 120, 240, 480, 900, 900]);
  expect(Math.max(...pauses)).toBe(900);
  expect(row.downSince).toEqual(START);
});

it('never changes the row it was given', () => {
  const row = Object.freeze({ ...OPEN });
  expect(() => {
    admit(row, 'x', at(30));
    record(row, up('x'), at(30));
    record(row, down('x'), at(30));
  }).not.toThrow();
});

it('survives the way through JSON columns and back', () => {
  const stored = JSON.parse(JSON.stringify(OPEN)) as Record<string, unknown>;
  expect({
    ...stored,
    downSince: new Date(stored.downSince as string),
    until: new Date(stored.until as string),
  }).toEqual(OPEN);
});
