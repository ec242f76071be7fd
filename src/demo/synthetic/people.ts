import type { Generation, SpelledName } from './person-names';
import { COMMON_SURNAMES, GIVEN_NAMES, RARE_GIVEN_NAMES, UNCOMMON_SURNAMES } from './person-names';
import type { Random } from './random';
import type { Charset } from './text-encoding';
import { canEncode } from './text-encoding';

/** A made-up patient. */
export interface Person {
  /** As on the identity card: `张三`. */
  name: string;
  /** `Zhang San` */
  pinyin: string;
  sex: 'M' | 'F';
  /** YYYY-MM-DD */
  birthDate: string;
  ageYears: number;
  /** Age String, e.g. `045Y` (PS3.5 6.2). */
  age: string;
  /** Local patient number of a clinic. */
  patientId: string;
  /** 18 characters with a right check character (GB 11643), but of region 99, which no one has been born in. */
  idNumber: string;
  /** 11 digits of the prefix 142, which is given to no operator. */
  phone: string;
  surname: SpelledName;
  given: SpelledName;
}

const UNCOMMON_SURNAME_SHARE = 0.07;
const RARE_GIVEN_NAME_SHARE = 0.06;

export interface PersonWish {
  /** The day that the age is reckoned on. */
  on: Date;
  sex?: 'M' | 'F';
  /** Years, both ends included. */
  ages?: readonly [number, number];
  /** The name must be writable in it (a GBK console cannot have registered 𬱖). */
  charset?: Charset;
}

/** Draws a patient; the same sequence of random numbers gives the same people. */
export function drawPerson(random: Random, wish: PersonWish): Person {
  const sex = wish.sex ?? (random.chance(0.52) ? 'F' : 'M');
  const [youngest, oldest] = wish.ages ?? [6, 88];
  const ageYears = random.int(youngest, oldest);
  const { surname, given } = drawName(random, sex, ageYears, wish.charset ?? 'ISO_IR 192');
  const birthDate = bornYearsBefore(wish.on, ageYears, random);
  return {
    name: surname[0] + given[0],
    pinyin: `${surname[1]} ${given[1]}`,
    sex,
    birthDate,
    ageYears,
    age: `${String(ageYears).padStart(3, '0')}Y`,
    patientId: `P${String(random.int(1, 9_999_999)).padStart(7, '0')}`,
    idNumber: idNumber(birthDate, sex, random),
    phone: `142${String(random.int(0, 99_999_999)).padStart(8, '0')}`,
    surname,
    given,
  };
}

function drawName(
  random: Random,
  sex: 'M' | 'F',
  age: number,
  charset: Charset,
): { surname: SpelledName; given: SpelledName } {
  // Pinyin is all that an ASCII console writes, so every name will do there.
  const writable = (names: readonly SpelledName[]): readonly SpelledName[] =>
    charset === 'ASCII' ? names : names.filter(([characters]) => canEncode(characters, charset));
  const generation: Generation = age >= 60 ? 'old' : age >= 32 ? 'middle' : 'young';
  const rareGiven = writable(RARE_GIVEN_NAMES);
  const surnames = random.chance(UNCOMMON_SURNAME_SHARE) ? writable(UNCOMMON_SURNAMES) : COMMON_SURNAMES;
  const isRare = random.chance(RARE_GIVEN_NAME_SHARE) && rareGiven.length > 0;
  return {
    surname: random.pick(surnames),
    given: random.pick(isRare ? rareGiven : GIVEN_NAMES[sex][generation]),
  };
}

/** How a console fills Patient's Name (PS3.5 6.2.1). */
export type NameStyle = 'chinese' | 'pinyin' | 'both';

/** `张三`, `Zhang^San`, or `Zhang^San=张^三`. */
export function dicomName(person: Person, style: NameStyle): string {
  const [surname, given] = [person.surname, person.given];
  // ASCII has no ü; consoles and passports write it as YU or V: here the passport's way.
  const latin = `${surname[1]}^${given[1]}`.replaceAll('ü', 'yu');
  switch (style) {
    case 'chinese':
      return person.name;
    case 'pinyin':
      return latin;
    case 'both':
      return `${latin}=${surname[0]}^${given[0]}`;
  }
}

/** A birthday that makes the person exactly that many years old on the day. */
function bornYearsBefore(on: Date, years: number, random: Random): string {
  const day = new Date(Date.UTC(on.getUTCFullYear() - years, on.getUTCMonth(), on.getUTCDate() - random.int(1, 360)));
  return day.toISOString().slice(0, 10);
}

const CHECK_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;

/** Region 990101, birthday, an odd order number for men, check character by ISO 7064 MOD 11-2. */
function idNumber(birthDate: string, sex: 'M' | 'F', random: Random): string {
  const order = random.int(0, 499) * 2 + (sex === 'M' ? 1 : 0);
  const body = `990101${birthDate.replaceAll('-', '')}${String(order).padStart(3, '0')}`;
  const sum = CHECK_WEIGHTS.reduce((total, weight, i) => total + weight * Number(body[i]), 0);
  return body + '10X98765432'.charAt(sum % 11);
}
