import { MAX_ATTEMPTS, RETRY_HORIZON_SECONDS } from './retry.rules';
import { alarms, type Tried, verdictOn } from './verdict.rules';

const NOW = new Date('2026-03-12T08:00:00Z');
const ago = (seconds: number): Date => new Date(NOW.getTime() - seconds * 1_000);

const tried = (changes: Partial<Tried> = {}): Tried => ({
  id: '019a0000-0000-7000-8000-000000000001',
  tries: 1,
  tries_since: ago(10),
  ambiguous: false,
  last_error: null,
  ...changes,
});
const busy = { kind: 'transient', code: 'http_500', endpoint: 'down', needsPerson: false } as const;
const refused = { kind: 'permanent', code: 'http_422', endpoint: 'up', needsPerson: true } as const;
const doubted = { kind: 'transient', code: 'http_400', endpoint: 'up', needsPerson: true } as const;
const misconfigured = { kind: 'transient', code: 'http_401', endpoint: 'down', needsPerson: true } as const;
const cut = { kind: 'ambiguous', code: 'reset', endpoint: 'down', needsPerson: false } as const;
const taken = { kind: 'delivered', code: 'http_200', endpoint: 'up', needsPerson: false } as const;

describe('the verdict', () => {
  it('takes a delivered one for settled, doubt and all', () => {
    const verdict = verdictOn(tried({ ambiguous: true }), taken, NOW);
    expect(verdict).toEqual({ state: 'DELIVERED', nextAt: null, ambiguous: false });
  });

  it('tries a failed one again by the table', () => {
    const { state, nextAt } = verdictOn(tried(), busy, NOW);
    expect(state).toBe('FAILED');
    expect(nextAt!.getTime() - NOW.getTime()).toBeGreaterThanOrEqual(5_000);
    expect(nextAt!.getTime() - NOW.getTime()).toBeLessThanOrEqual(6_000);
  });

  it('waits as long as the receiver asks for', () => {
    const { nextAt } = verdictOn(tried(), { ...busy, retryAfterSeconds: 600 }, NOW);
    expect(nextAt).toEqual(new Date(NOW.getTime() + 600_000));
  });

  it('gives up what is refused for good', () => {
    expect(verdictOn(tried(), refused, NOW)).toEqual({ state: 'DEAD', nextAt: null, ambiguous: false });
  });

  it('gives up when the table is used up', () => {
    expect(verdictOn(tried({ tries: MAX_ATTEMPTS - 1 }), busy, NOW).state).toBe('FAILED');
    expect(verdictOn(tried({ tries: MAX_ATTEMPTS }), busy, NOW).state).toBe('DEAD');
  });

  it('gives up what has been held for longer than the table lasts', () => {
    expect(verdictOn(tried({ tries_since: ago(RETRY_HORIZON_SECONDS) }), busy, NOW).state).toBe('FAILED');
    expect(verdictOn(tried({ tries_since: ago(RETRY_HORIZON_SECONDS + 1) }), busy, NOW).state).toBe('DEAD');
  });

  it('keeps doubt, and makes it', () => {
    expect(verdictOn(tried(), cut, NOW)).toMatchObject({ state: 'FAILED', ambiguous: true });
    expect(verdictOn(tried({ ambiguous: true }), busy, NOW)).toMatchObject({ state: 'FAILED', ambiguous: true });
    expect(verdictOn(tried({ ambiguous: true }), refused, NOW)).toMatchObject({ state: 'DEAD', ambiguous: true });
  });
});

describe('the alarm', () => {
  const rings = (delivery: Tried, result: Parameters<typeof alarms>[1], known: string | null = null): boolean =>
    alarms(delivery, result, verdictOn(delivery, result, NOW), known);

  it('rings for everything that is given up, each time', () => {
    expect(rings(tried({ last_error: 'http_422' }), refused, 'http_422')).toBe(true);
    expect(rings(tried({ tries: MAX_ATTEMPTS }), busy)).toBe(true);
  });

  it('does not ring for the weather', () => {
    expect([rings(tried(), busy), rings(tried(), cut), rings(tried(), taken)]).toEqual([false, false, false]);
  });

  it('rings once for an endpoint that waiting will not mend', () => {
    expect(rings(tried(), misconfigured)).toBe(true);
    expect(rings(tried({ id: 'another' }), misconfigured, 'http_401')).toBe(false);
    expect(rings(tried(), misconfigured, 'tls_failed')).toBe(true);
  });

  it('rings once for a message that the receiver complains about, whatever the endpoint’s alarm says', () => {
    expect(rings(tried(), doubted, 'http_400')).toBe(true);
    expect(rings(tried({ last_error: 'http_400' }), doubted)).toBe(false);
  });
});
