import { checkCharacter, idNumberFacts, idNumberFault, isCalendarDate, normaliseIdNumber } from './id-number.rules';

/** The worked example of GB 11643-1999, annex A: region 110105, born 1949-12-31, sequence 002, check character X. */
const EXAMPLE = '11010519491231002X';

describe('identity numbers (GB 11643)', () => {
  it('accepts the example of the standard', () => {
    expect(idNumberFault(EXAMPLE)).toBeNull();
    expect(idNumberFacts(EXAMPLE)).toEqual({ birthDate: '1949-12-31', sex: 'F' });
  });

  it('refuses every other last character of that number', () => {
    const others = '0123456789'.split('').map((character) => EXAMPLE.slice(0, 17) + character);
    expect(others.map(idNumberFault)).toEqual(others.map(() => 'checksum'));
  });

  it('notices any two neighbouring digits that were swapped', () => {
    for (let i = 0; i < 16; i += 1) {
      const swapped = [...EXAMPLE];
      [swapped[i], swapped[i + 1]] = [swapped[i + 1]!, swapped[i]!];
      if (swapped.join('') !== EXAMPLE) expect(idNumberFault(swapped.join(''))).not.toBeNull();
    }
  });

  it.each([
    ['the first generation of 15 digits', '110105491231002', 'form'],
    ['a passport', 'E12345678', 'form'],
    ['an X in the middle', '1101051949123100X2', 'form'],
    ['no such region', `00${EXAMPLE.slice(2)}`, 'region'],
    ['the 31st of February', '11010519490231002X', 'birth_date'],
    ['month 13', '11010519491331002X', 'birth_date'],
  ])('says what is wrong: %s', (_, idNumber, fault) => {
    expect(idNumberFault(idNumber)).toBe(fault);
    expect(idNumberFacts(idNumber)).toBeUndefined();
  });

  it('reads what forms write', () => {
    expect(normaliseIdNumber(' 110105 19491231 002x ')).toBe(EXAMPLE);
  });

  it('tells a man by an odd sequence number', () => {
    const first17 = '44030019800229001';
    expect(idNumberFacts(first17 + checkCharacter(first17))).toEqual({ birthDate: '1980-02-29', sex: 'M' });
  });

  it.each([
    ['2024-02-29', true],
    ['2023-02-29', false],
    ['1849-12-31', false],
    ['2023-2-9', false],
    ['', false],
  ])('knows the calendar: %s', (text, real) => {
    expect(isCalendarDate(text)).toBe(real);
  });
});
