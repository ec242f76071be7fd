import type { Person } from './people';
import { dicomName, drawPerson } from './people';
import { RARE_GIVEN_NAMES } from './person-names';
import { seededRandom } from './random';
import { canEncode, CHARSETS } from './text-encoding';

const ON = new Date('2026-11-20T08:00:00Z');

const draw = (count: number, wish: Partial<Parameters<typeof drawPerson>[1]> = {}): Person[] => {
  const random = seededRandom('people');
  return Array.from({ length: count }, () => drawPerson(random, { on: ON, ...wish }));
};

/** Full years between two days, as a registrar counts them. */
function yearsOld(birthDate: string, on: Date): number {
  const [year = 0, month = 0, day = 0] = birthDate.split('-').map(Number);
  const hadBirthday = (on.getUTCMonth() + 1) * 100 + on.getUTCDate() >= month * 100 + day;
  return on.getUTCFullYear() - year - (hadBirthday ? 0 : 1);
}

describe('fictional patients', () => {
  it('are the same for the same seed', () => {
    expect(draw(20)).toEqual(draw(20));
  });

  it('are as old as their birthday says', () => {
    for (const person of draw(400, { ages: [0, 95] })) {
      expect(yearsOld(person.birthDate, ON)).toBe(person.ageYears);
      expect(person.age).toBe(`${String(person.ageYears).padStart(3, '0')}Y`);
    }
  });

  it('keep to the sex and the ages asked for', () => {
    const people = draw(200, { sex: 'F', ages: [65, 70] });
    expect(people.every(({ sex, ageYears }) => sex === 'F' && ageYears >= 65 && ageYears <= 70)).toBe(true);
  });

  it('have identity numbers with a right check character, of a region that does not exist', () => {
    // GB 11643: the weighted digits and the check character (X = 10) add up to 1 modulo 11.
    for (const { idNumber, birthDate, sex } of draw(300)) {
      expect(idNumber).toMatch(/^99\d{15}[\dX]$/);
      const sum = [...idNumber].reduce((total, c, i) => total + (c === 'X' ? 10 : Number(c)) * (2 ** (17 - i) % 11), 0);
      expect(sum % 11).toBe(1);
      expect(idNumber.slice(6, 14)).toBe(birthDate.replaceAll('-', ''));
      expect(Number(idNumber[16]) % 2 === 1).toBe(sex === 'M');
    }
  });

  it.each(CHARSETS.filter((charset) => charset !== 'ASCII'))('on a console of %s can be written in it', (charset) => {
    const people = draw(500, { charset });
    expect(people.filter(({ name }) => !canEncode(name, charset))).toEqual([]);
    expect(people.every((person) => canEncode(dicomName(person, 'both'), charset))).toBe(true);
  });

  it('have pinyin that an ASCII console can write', () => {
    const people = draw(500, { charset: 'ASCII' });
    expect(people.every((person) => canEncode(dicomName(person, 'pinyin'), 'ASCII'))).toBe(true);
  });

  it('meet every rare name sooner or later', () => {
    const drawn = new Set(draw(6000).map(({ given }) => given[0]));
    expect(RARE_GIVEN_NAMES.filter(([characters]) => !drawn.has(characters))).toEqual([]);
  });

  it('are written in the three ways of consoles', () => {
    const person = { ...(draw(1)[0] as Person), surname: ['吕', 'Lü'], given: ['三', 'San'], name: '吕三' } as const;
    expect(dicomName(person, 'chinese')).toBe('吕三');
    expect(dicomName(person, 'pinyin')).toBe('Lyu^San');
    expect(dicomName(person, 'both')).toBe('Lyu^San=吕^三');
  });
});
