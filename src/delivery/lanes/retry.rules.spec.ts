import {
  MAX_ATTEMPTS,
  MAX_RETRY_AFTER_SECONDS,
  nextAttempt,
  parseRetryAfter,
  RETRY_HORIZON_SECONDS,
  RETRY_PAUSES_SECONDS,
} from './retry.rules';

const NOW = new Date('2026-02-14T17:30:00+08:00');
const DELIVERY = '0195f2c0-7a51-7d0e-9c55-1f2a3b4c5d6e';
const secondsUntil = (at: Date | null): number => {
  if (at === null) throw new Error('the delivery is dead');
  return (at.getTime() - NOW.getTime()) / 1000;
};

describe('the retry table', () => {
  it('adds up as its comment says, beyond the longest holiday', () => {
    expect(RETRY_PAUSES_SECONDS).toHaveLength(90);
    expect(MAX_ATTEMPTS).toBe(91);
    expect(RETRY_HORIZON_SECONDS).toBe(241 * 3600 + 8 * 60 + 50);
    expect(RETRY_HORIZON_SECONDS).toBeGreaterThan(9.5 * 86_400);
  });

  it('never shortens a pause', () => {
    const sorted = [...RETRY_PAUSES_SECONDS].sort((a, b) => a - b);
    expect(RETRY_PAUSES_SECONDS).toEqual(sorted);
  });
});

describe('nextAttempt', () => {
  it('lies in the stretched pause of every step: never earlier, at most a fifth later', () => {
    RETRY_PAUSES_SECONDS.forEach((pause, index) => {
      const wait = secondsUntil(nextAttempt(index + 1, NOW, DELIVERY));
      expect(wait).toBeGreaterThanOrEqual(pause);
      expect(wait).toBeLessThanOrEqual(pause * 1.2);
    });
  });

  it('is dead after the last attempt, also when the receiver asks for more time', () => {
    expect(nextAttempt(MAX_ATTEMPTS - 1, NOW, DELIVERY)).toBeInstanceOf(Date);
    expect(nextAttempt(MAX_ATTEMPTS, NOW, DELIVERY)).toBeNull();
    expect(nextAttempt(MAX_ATTEMPTS, NOW, DELIVERY, 60)).toBeNull();
  });

  it('gives the same moment for the same delivery and attempt', () => {
    expect(nextAttempt(12, NOW, DELIVERY)).toEqual(nextAttempt(12, NOW, DELIVERY));
  });

  it('spreads deliveries that failed at the same moment over the whole jitter', () => {
    const waits = Array.from({ length: 500 }, (_, i) => secondsUntil(nextAttempt(12, NOW, `delivery-${i}`)));
    const pause = 3 * 3600;
    const fifths = [0, 0, 0, 0, 0];
    for (const wait of waits) fifths[Math.floor(((wait - pause) / (pause * 0.2)) * 5)]! += 1;
    // 100 expected in each; five standard deviations (√(500·0.2·0.8) ≈ 9) to either side.
    for (const count of fifths) expect(Math.abs(count - 100)).toBeLessThan(45);
  });

  it('waits as long as the receiver asks, up to the bound, and never less than the table', () => {
    expect(secondsUntil(nextAttempt(1, NOW, DELIVERY, 120))).toBe(120);
    expect(secondsUntil(nextAttempt(1, NOW, DELIVERY, 31_536_000))).toBe(MAX_RETRY_AFTER_SECONDS);
    expect(secondsUntil(nextAttempt(20, NOW, DELIVERY, 1))).toBeGreaterThanOrEqual(3 * 3600);
    expect(secondsUntil(nextAttempt(1, NOW, DELIVERY, -5))).toBeGreaterThanOrEqual(5);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses the attempt number %p', (attempt) => {
    expect(() => nextAttempt(attempt, NOW, DELIVERY)).toThrow(RangeError);
  });
});

describe('parseRetryAfter', () => {
  it.each([
    ['120', 120],
    [' 0 ', 0],
    ['999999999', 999_999_999],
    ['Sat, 14 Feb 2026 09:31:30 GMT', 90],
  ])('reads %p', (header, seconds) => expect(parseRetryAfter(header, NOW)).toBe(seconds));

  it.each([
    undefined,
    '',
    'soon',
    '-1',
    '1.5',
    '1e3',
    '9999999999',
    'Sat, 14 Feb 2026 09:29:59 GMT',
    '2026-02-14',
    'Sat, 14 Feb 2026 09:31:30',
    'Sat, 99 Xyz 2026 09:31:30 GMT',
  ])('ignores %p', (header) => expect(parseRetryAfter(header, NOW)).toBeUndefined());
});
