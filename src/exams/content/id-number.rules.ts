import type { Sex } from '../exam.entity';

/** 公民身份号码, GB 11643-1999. Pure. */

export type IdNumberFault = 'form' | 'region' | 'birth_date' | 'checksum';

/** First two digits: province-level regions (GB/T 2260), 81–83 residence permits of HK, Macau and Taiwan people, 9x of foreigners. */
const REGIONS = /^(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|7[1]|8[1-3]|9\d)/;
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;
const CHECK_CHARACTERS = '10X98765432';

/** Upper case and without the blanks that forms put between the groups. */
export function normaliseIdNumber(text: string): string {
  return text.replace(/[\s-]/g, '').toUpperCase();
}

/** Why it cannot be a valid 18-character number, or null when it can. Expects the normalised form. */
export function idNumberFault(idNumber: string): IdNumberFault | null {
  if (!/^\d{17}[\dX]$/.test(idNumber)) return 'form';
  if (!REGIONS.test(idNumber)) return 'region';
  if (!isCalendarDate(birthDateIn(idNumber))) return 'birth_date';
  return idNumber[17] === checkCharacter(idNumber) ? null : 'checksum';
}

/** Birth date (YYYY-MM-DD) and sex that a valid number carries; undefined for an invalid one. */
export function idNumberFacts(idNumber: string): { birthDate: string; sex: Sex } | undefined {
  if (idNumberFault(idNumber) !== null) return undefined;
  return { birthDate: birthDateIn(idNumber), sex: Number(idNumber[16]) % 2 === 1 ? 'M' : 'F' };
}

/** ISO/IEC 7064 MOD 11-2 over the first 17 digits. */
export function checkCharacter(first17: string): string {
  const sum = WEIGHTS.reduce((total, weight, i) => total + weight * Number(first17[i]), 0);
  return CHECK_CHARACTERS[sum % 11] ?? '';
}

function birthDateIn(idNumber: string): string {
  return `${idNumber.slice(6, 10)}-${idNumber.slice(10, 12)}-${idNumber.slice(12, 14)}`;
}

/** A real day of the calendar, YYYY-MM-DD, from 1850 on. */
export function isCalendarDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) && Number(match[1]) >= 1850;
}
