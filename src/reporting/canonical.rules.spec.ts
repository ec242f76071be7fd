import { canonicalJson, type Json } from './canonical.rules';

describe('canonical JSON (RFC 8785)', () => {
  it('writes the example of section 3.2.2 to 3.2.4', () => {
    const parsed = JSON.parse(`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
      "literals": [null, true, false]
    }`) as Json;
    expect(canonicalJson(parsed)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('sorts member names by UTF-16 code units, as in the example of section 3.2.3', () => {
    const names = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    expect(Object.values(JSON.parse(canonicalJson(names)) as object)).toHaveLength(7);
    expect([...canonicalJson(names).matchAll(/:"([^"]+)"/g)].map((found) => found[1])).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
  });

  it.each([
    [0, '0'],
    [-0, '0'],
    [1e21, '1e+21'],
    [999999999999999900000, '999999999999999900000'],
    [5e-324, '5e-324'],
    [9007199254740992, '9007199254740992'],
  ])('writes the number %p as %s (appendix B)', (number, text) => {
    expect(canonicalJson(number)).toBe(text);
  });

  it('does not depend on the order in which members were set, at any depth', () => {
    const one = { b: [{ y: '2', x: '1' }], a: null };
    const other = { a: null, b: [{ x: '1', y: '2' }] };
    expect(canonicalJson(one)).toBe(canonicalJson(other));
  });

  it('keeps the order of lists, and Chinese as it is written', () => {
    expect(canonicalJson(['右肺', '左肺', '𠮷'])).toBe('["右肺","左肺","𠮷"]');
  });

  it.each([
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['half a surrogate pair', 'x\ud83d'],
    ['half a surrogate pair in a name', { '\udc00': 1 }],
    ['undefined', { a: undefined } as unknown as Json],
  ])('refuses %s', (_, value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });
});
