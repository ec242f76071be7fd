import { contradictionOf, type KnownPair, wouldContradict } from './person-group.rules';
import type { LinkState } from './person-link.state';

/** `AB` = linked by the number, `AB!` = linked by a person, `AB-` = 已解除, `AB/` = 非同一人, `AB?` = 待核对. */
const SAID: Readonly<Record<string, readonly [LinkState, boolean]>> = {
  '': ['linked', false],
  '!': ['linked', true],
  '-': ['undone', true],
  '/': ['refused', true],
  '?': ['review', false],
};
const pairs = (text: string): KnownPair[] =>
  text
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => {
      const [state, byPerson] = SAID[word.slice(2)]!;
      return { id: word, a: word[0]!, b: word[1]!, state, byPerson };
    });
const ids = (found: readonly KnownPair[]): string => found.map(({ id }) => id).join(' ');

describe('people who were said to be two do not become one by way of a third', () => {
  it.each<[known: string, inDoubt: string, apart: string]>([
    // Nothing contradicts anything.
    ['', '', ''],
    ['AB BC AC', '', ''],
    ['AB AC-', '', ''],
    ['AB CD BC/', '', ''],
    ['AB BC AC?', '', ''],
    // Three clinics.
    ['AB BC AC-', 'AB BC', 'AC-'],
    ['AB BC AC/', 'AB BC', 'AC/'],
    // A person's word outweighs the number's …
    ['AB! BC AC-', 'BC', 'AC-'],
    ['AB BC! AC/', 'AB', 'AC/'],
    // … and another person's does not.
    ['AB! BC! AC-', 'AB! BC!', 'AC-'],
    // Four clinics, everybody linked with everybody.
    ['AB AD BC BD CD AC-', 'AB AD BC BD CD', 'AC-'],
    ['AB! AD BC BD CD AC-', 'AD BC BD CD', 'AC-'],
    ['AB! AD! BD BC- CD AC-', 'BD CD', 'BC- AC-'],
    // A chain.
    ['AB BC CD AD-', 'AB BC CD', 'AD-'],
    // Another group is nobody's business.
    ['AB BC AC- XY YZ', 'AB BC', 'AC-'],
    ['AB! BC AC- XY! YZ!', 'BC', 'AC-'],
  ])('%s', (known, inDoubt, apart) => {
    const found = contradictionOf(pairs(known));
    expect([ids(found.inDoubt), ids(found.apart)]).toEqual([inDoubt, apart]);
  });

  it('leaves nothing behind that contradicts, in whatever order the pairs come', () => {
    const known = pairs('AB! AD BC! BD CD AC- DE EF! AF/');
    for (let turn = 0; turn < known.length; turn += 1) {
      const turned = [...known.slice(turn), ...known.slice(0, turn)];
      const doubted = contradictionOf(turned).inDoubt.map(({ id }) => id);
      expect([...doubted].sort()).toEqual(['AB!', 'AD', 'BC!', 'BD', 'CD', 'DE']);
      const after = turned.filter(({ id }) => !doubted.includes(id));
      expect(contradictionOf(after)).toEqual({ inDoubt: [], apart: [] });
    }
  });
});

describe('what a number would still join', () => {
  const all = (): boolean => true;
  it.each<[known: string, bearers: string, contradicts: boolean]>([
    ['', 'AB', false],
    ['AB', 'ABC', false],
    ['AC-', 'ABC', true],
    ['AC- AB?', 'ABC', false],
    // The news of D comes late, and E is there already: E would join with A too.
    ['AB! AC- AD? BC? BD? CD!', 'ABCD', false],
    ['AB! AC- AD? BC? BD? CD!', 'DABCE', true],
    ['AB! AC- AD? BC? BD? CD! AE? BE? CE?', 'DABCE', false],
  ])('%s of %s: %s', (known, bearers, contradicts) => {
    expect(wouldContradict(pairs(known), [...bearers], all)).toBe(contradicts);
  });

  it('is nobody whose other particulars differ', () => {
    expect(wouldContradict(pairs('AC-'), [...'ABC'], (a, b) => a + b !== 'BC')).toBe(false);
  });
});
