import { WeightedCache } from './weighted-cache';

const cache = (): WeightedCache<string> => new WeightedCache<string>(80, (value) => value.length);
const never = (): Promise<string> => Promise.reject(new Error('must not be loaded'));
const ten = (letter: string) => (): Promise<string> => Promise.resolve(letter.repeat(10));

it('loads once, also for those who ask meanwhile', async () => {
  const kept = cache();
  let loads = 0;
  let finish = (_: string): void => undefined;
  const load = (): Promise<string> => {
    loads += 1;
    return new Promise((resolve) => (finish = resolve));
  };
  const both = Promise.all([kept.get('a', load), kept.get('a', load)]);
  finish('value');
  expect(await both).toEqual(['value', 'value']);
  expect(await kept.get('a', never)).toBe('value');
  expect(loads).toBe(1);
});

it('forgets what was not used for longest when it is full', async () => {
  const kept = cache();
  for (const letter of 'abcdefgh') await kept.get(letter, ten(letter));
  expect(kept.weight).toBe(80);
  await kept.get('a', never);
  await kept.get('i', ten('i'));
  expect(kept.weight).toBe(80);
  expect(await kept.get('a', never)).toBe('aaaaaaaaaa');
  expect(await kept.get('b', () => Promise.resolve('again'))).toBe('again');
});

it('does not give everything up for one giant', async () => {
  const kept = cache();
  await kept.get('a', ten('a'));
  expect(await kept.get('giant', () => Promise.resolve('x'.repeat(11)))).toHaveLength(11);
  expect(kept.weight).toBe(10);
  expect(await kept.get('giant', () => Promise.resolve('small'))).toBe('small');
});

it('does not remember a failure', async () => {
  const kept = cache();
  await expect(kept.get('a', () => Promise.reject(new Error('busy')))).rejects.toThrow('busy');
  expect(await kept.get('a', () => Promise.resolve('now'))).toBe('now');
});
