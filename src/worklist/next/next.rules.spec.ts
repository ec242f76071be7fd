import { afterNext, CEILING_EVERY, ceilingTurn, type Turn } from './ceiling.rules';
import { byListOrder, offersTo, pickNext, type Waiting } from './next.rules';

const NOW = new Date('2026-03-02T02:00:00Z');
const in_ = (minutes: number): Date => new Date(NOW.getTime() + minutes * 60_000);
let count = 0;
const item = (changes: Partial<Waiting>): Waiting => ({
  exam_id: `e${(count += 1)}`,
  rank: 1,
  due_at: in_(60),
  ceiling_at: in_(24 * 60),
  offered_to: 'c',
  identity_hold: false,
  ...changes,
});
const stat = (due: number): Waiting => item({ rank: 0, due_at: in_(due), ceiling_at: null });
const FRESH = { sinceCeiling: 0, alone: false };
const OFFERS = offersTo('c', 'p', ['h']);

describe('the order', () => {
  it('is STAT by due time, then all others by due time, then by id', () => {
    const [late, soon, stat2, stat1] = [item({ due_at: in_(90) }), item({ due_at: in_(10) }), stat(50), stat(20)];
    expect([late, soon, stat2, stat1].sort(byListOrder)).toEqual([stat1, stat2, soon, late]);
    const [b, a] = [item({ exam_id: 'b' }), item({ exam_id: 'a' })];
    expect([b, a].sort(byListOrder)).toEqual([a, b]);
  });
});

describe('what next gives', () => {
  it('is the top of what is offered to the reader, his hospital and everybody', () => {
    const [his, sites, all, others] = [
      item({ offered_to: 'p', due_at: in_(3) }),
      item({ offered_to: 'h', due_at: in_(2) }),
      item({ due_at: in_(1) }),
      item({ offered_to: 'x', due_at: in_(0) }),
    ];
    const left = [his, sites, all, others];
    const given: unknown[] = [];
    for (let picked = pickNext(left, OFFERS, FRESH, NOW); picked; picked = pickNext(left, OFFERS, FRESH, NOW)) {
      given.push(picked.item);
      left.splice(left.indexOf(picked.item), 1);
    }
    expect(given).toEqual([all, sites, his]);
  });

  it('looks past an exam under identity hold, always', () => {
    const [held, free] = [item({ identity_hold: true, due_at: in_(1) }), item({ due_at: in_(2) })];
    expect(pickNext([held, free], OFFERS, FRESH, NOW)!.item).toBe(free);
    expect(pickNext([held], OFFERS, FRESH, NOW)).toBeUndefined();
  });

  it('looks past what he has just given up, unless there is nothing else', () => {
    const [given, other] = [item({ due_at: in_(1) }), item({ due_at: in_(2) })];
    expect(pickNext([given, other], OFFERS, FRESH, NOW, [given.exam_id])!.item).toBe(other);
    expect(pickNext([given, item({ offered_to: 'x' })], OFFERS, FRESH, NOW, [given.exam_id])!.item).toBe(given);
  });

  it('is nothing when nothing is offered', () =>
    expect(pickNext([item({ offered_to: 'x' })], OFFERS, FRESH, NOW)).toBeUndefined());
});

describe('the ceiling', () => {
  const beyond = item({ ceiling_at: in_(-1), due_at: in_(-60) });
  const longest = item({ ceiling_at: in_(-9), due_at: in_(-30) });
  const list = [stat(5), stat(6), beyond, longest];
  const turn = (sinceCeiling: number, alone = false): Turn => ({ sinceCeiling, alone });

  it.each([
    [0, false],
    [1, false],
    [2, false],
    [3, true],
    [4, true],
  ])('after %d others, an exam beyond it may get ahead: %s', (sinceCeiling, may) => {
    expect(ceilingTurn({ sinceCeiling, alone: false })).toBe(may);
    expect(ceilingTurn({ sinceCeiling, alone: true })).toBe(false);
  });

  it('lets the one that is longest beyond it ahead of STAT, on the fourth', () => {
    expect(pickNext(list, OFFERS, turn(2), NOW)!.item).toBe(list[0]);
    expect(pickNext(list, OFFERS, turn(3), NOW)).toEqual({ item: longest, byCeiling: true });
  });

  it('never takes the only reader from STAT', () =>
    expect(pickNext(list, OFFERS, turn(9, true), NOW)!.item).toBe(list[0]));

  it('leaves what is not beyond it, and what is not offered, alone', () => {
    const none = [stat(5), item({ ceiling_at: in_(1) }), item({ ceiling_at: in_(-5), offered_to: 'x' })];
    expect(pickNext(none, OFFERS, turn(9), NOW)).toEqual({ item: none[0], byCeiling: false });
  });

  it('takes at most one of any four in a row, and one of four when STAT does not end', () => {
    const stats = Array.from({ length: 200 }, (_, n) => stat(n));
    const old = Array.from({ length: 200 }, (_, n) => item({ ceiling_at: in_(-500 + n) }));
    const left = [...stats, ...old];
    let since = 0;
    const took: boolean[] = [];
    for (let n = 0; n < 100; n += 1) {
      const picked = pickNext(left, OFFERS, { sinceCeiling: since, alone: false }, NOW)!;
      since = afterNext(since, picked.byCeiling);
      took.push(picked.byCeiling);
      left.splice(left.indexOf(picked.item), 1);
    }
    for (let n = 0; n + CEILING_EVERY <= took.length; n += 1)
      expect(took.slice(n, n + CEILING_EVERY).filter(Boolean)).toHaveLength(1);
  });
});
