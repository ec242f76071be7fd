import { type Credits, deal, type Share } from './quota.rules';

const shares = (...weights: number[]): Share[] => weights.map((weight, i) => ({ hospitalId: 'abcd'[i]!, weight }));
function dealt(count: number, from: (n: number) => Share[], start: Credits = {}): string {
  let credits = start;
  let order = '';
  for (let n = 0; n < count; n += 1) {
    const next = deal(from(n), credits)!;
    credits = next.credits;
    order += next.hospitalId;
  }
  return order;
}

it.each([
  ['equal weights in turn', [1, 1, 1], 6, 'abcabc'],
  ['smoothly, never in a lump', [3, 1, 1], 5, 'abaca'],
  ['nothing to who has no share', [1, 0, 1], 4, 'acac'],
])('deals %s', (_, weights, count, order) => expect(dealt(count, () => shares(...weights))).toBe(order));

it('deals exactly by weight over every full round', () => {
  const order = dealt(1000, () => shares(5, 3, 2));
  for (const [hospital, share] of Object.entries({ a: 500, b: 300, c: 200 }))
    expect([...order].filter((one) => one === hospital)).toHaveLength(share);
});

it('is never more than one exam off, at any moment', () => {
  const order = dealt(400, () => shares(5, 3, 2));
  [...order].forEach((_, n) => {
    const got = [...order.slice(0, n + 1)].filter((one) => one === 'b').length;
    expect(Math.abs(got - (n + 1) * 0.3)).toBeLessThan(1);
  });
});

it('who is not there neither gains nor loses', () => {
  const away = (n: number): Share[] => (n >= 3 && n < 9 ? shares(1, 1) : shares(1, 1, 1));
  expect(dealt(12, away)).toBe('abcababababc');
});

it('owes nothing in sum', () => {
  let credits: Credits = {};
  for (let n = 0; n < 17; n += 1) credits = deal(shares(4, 2, 1), credits)!.credits;
  expect(Object.values(credits).reduce((sum, one) => sum + one, 0)).toBe(0);
});

it('deals to nobody when nobody can take it', () => {
  expect(deal([], {})).toBeUndefined();
  expect(deal(shares(0), {})).toBeUndefined();
});
