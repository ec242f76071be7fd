import { endOfPrefix, type Match, matchOf, patternOf, UnusableValue } from './qido-match.rules';
import type { Matching } from './qido.attributes';

const match = (matching: Matching, value: string, fuzzy = false): Match | undefined =>
  matchOf(matching, value, { fuzzy });

describe('universal matching', () => {
  it.each(['', '  ', '*', '**'])('%j asks for nothing', (value) => {
    expect(match('text', value)).toBeUndefined();
    expect(match('patient', value)).toBeUndefined();
  });
});

describe('dates and times', () => {
  it.each([
    ['20260302', '20260302', '20260302'],
    ['20260301-20260331', '20260301', '20260331'],
    ['20260301-', '20260301', '99999999'],
    ['-20260331', '0', '20260331'],
  ])('%s', (value, from, to) => {
    expect(match('date', value)).toEqual({ kind: 'range', from, to });
  });

  it.each(['-', '2026', '2026-03-02', '20260301-20260302-20260303', 'yesterday', '202603*'])(
    '%s is no date',
    (value) => {
      expect(() => match('date', value)).toThrow(UnusableValue);
    },
  );

  it.each([
    ['1030', ['103000', '1030', '103059.999999'], ['102959.999999', '1031', '1100']],
    ['10', ['10', '100000', '105959.5'], ['095959', '110000']],
    ['1030-1115', ['1030', '110000', '111559.9'], ['1029', '1116']],
    ['-1115', ['000000', '111559'], ['1116', '']],
    ['1030-', ['103000', '235960'], ['102959', '']],
    ['103000.5', ['103000.5', '103000.500001'], ['103000.4', '103001']],
  ])('%s takes in a time that is more precise', (value, inside, outside) => {
    const { from, to } = match('time', value) as Extract<Match, { kind: 'range' }>;
    const isIn = (time: string): boolean => time >= from && time <= to;
    expect(inside.map(isIn)).toEqual(inside.map(() => true));
    expect(outside.map(isIn)).toEqual(outside.map(() => false));
  });
});

describe('lists, codes and numbers', () => {
  it('takes UIDs between commas or backslashes, and nothing else', () => {
    expect(match('uid', '1.2.3, 1.2.4\\1.2.5')).toEqual({ kind: 'one-of', values: ['1.2.3', '1.2.4', '1.2.5'] });
    expect(() => match('uid', '1.2.*')).toThrow(UnusableValue);
    expect(() => match('uid', '1.2,')).toThrow(UnusableValue);
  });

  it('takes codes in either case', () => {
    expect(match('codes', 'ct,DX')).toEqual({ kind: 'any-among', values: ['CT', 'DX'] });
    expect(match('code', 'MR')).toEqual({ kind: 'one-of', values: ['MR'] });
    expect(match('code', 'C?')).toMatchObject({ kind: 'pattern' });
    expect(() => match('codes', "CT'; --")).toThrow(UnusableValue);
  });

  it('takes whole numbers that a column can hold', () => {
    expect(match('number', '-7')).toEqual({ kind: 'number', value: -7 });
    for (const value of ['7.5', '1e3', '99999999999', 'x']) expect(() => match('number', value)).toThrow(UnusableValue);
  });
});

describe('patternOf', () => {
  it.each([
    ['A001', { prefix: 'A001', like: null, exact: true }],
    ['A00*', { prefix: 'A00', like: null, exact: false }],
    ['*A00*', { prefix: '', like: '%A00%', exact: false }],
    ['A?0*', { prefix: 'A', like: 'A_0%', exact: false }],
    ['A*0', { prefix: 'A', like: 'A%0', exact: false }],
    ['A***', { prefix: 'A', like: null, exact: false }],
    // What LIKE takes for itself is what was typed.
    ['5%_\\*x', { prefix: '5%_\\', like: '5\\%\\_\\\\%x', exact: false }],
  ])('%s', (text, pattern) => expect(patternOf(text)).toEqual(pattern));
});

describe('endOfPrefix', () => {
  const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

  it.each(['张', '张三', 'zhang', 'A9', '\ud7ff', '𠮷', '王\u{10ffff}'])(
    'bounds %j in the order of UTF-8',
    (prefix) => {
      const end = endOfPrefix(prefix) as string;
      for (const text of [prefix, `${prefix}\u0001`, `${prefix}三`, `${prefix}\u{10ffff}`])
        expect(byBytes(text, end)).toBe(-1);
      // Nothing between: the end minus its last step is the prefix or begins with it.
      expect(byBytes(end, prefix)).toBe(1);
      expect(Buffer.from(end).toString()).toBe(end);
    },
  );

  it('has no end for the last character of all', () => {
    expect(endOfPrefix('\u{10ffff}')).toBeUndefined();
    expect(endOfPrefix('')).toBeUndefined();
  });
});

describe('patient names', () => {
  const like = (prefix: string, pattern: string | null, exact = false) => ({ prefix, like: pattern, exact });
  it.each([
    ['张*', 'name', like('张', null)],
    ['张三', 'name', like('张三', null, true)],
    ['张^三', 'name', like('张三', null, true)],
    ['*三*', 'name', like('', '%三%')],
    ['张?', 'name', like('张', '张_')],
    ['Zhang^San=张^三*', 'name', like('张三', null)],
    ['ZHANG^SAN', 'sound', like('zhangsan', null, true)],
    ['zhang s*', 'sound', like('zhangs', null)],
    ['*ZS*', 'sound', like('', '%zs%')],
    ['lü*', 'sound', like('lv', null)],
    ['zhang?an', 'sound', like('zhang', 'zhang_an')],
    ["O'Neil^Mary", 'sound', like('oneilmary', null, true)],
    // No letters to go by: the name as it is written.
    ['Иванов^Иван*', 'name', like('Иванов Иван', null)],
  ])('%s', (value, kind, pattern) => expect(match('patient', value)).toEqual({ kind, pattern }));

  it('lets a name begin with what was typed when matching is fuzzy', () => {
    expect(match('patient', '张', true)).toEqual({ kind: 'name', pattern: like('张', null) });
    expect(match('patient', 'zs', true)).toEqual({ kind: 'sound', pattern: like('zs', null) });
    expect(match('patient', '?三', true)).toEqual({ kind: 'name', pattern: like('', '_三') });
  });
});
