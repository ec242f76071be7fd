import { capped, type DicomJson, type DicomJsonAttribute, type DicomJsonValue, type PersonName } from '../images';

/** Values out of a DICOM JSON model (PS3.18 Annex F), tidied to what a column may hold. Pure. */

/** The first value, or undefined when the attribute is absent or empty. */
export function firstValue(attributes: DicomJson, tag: string): DicomJsonValue | undefined {
  return attributes[tag]?.Value?.[0] ?? undefined;
}

/** First value as trimmed text of at most `limit` characters; '' when absent. Numbers are written as text. */
export function text(attributes: DicomJson, tag: string, limit: number): string {
  const value = firstValue(attributes, tag);
  return typeof value === 'string' || typeof value === 'number' ? capped(String(value).trim(), limit) : '';
}

/** CS (PS3.5 §6.2) in upper case; anything else than letters, digits, blanks and underscores makes it ''. */
export function code(attributes: DicomJson, tag: string): string {
  const value = text(attributes, tag, 64).toUpperCase();
  return /^[A-Z0-9 _]{1,16}$/.test(value) ? value : '';
}

/** A whole number that a Postgres int can hold, or null. */
export function integer(attributes: DicomJson, tag: string): number | null {
  const value = firstValue(attributes, tag);
  const number = typeof value === 'number' ? value : typeof value === 'string' && value !== '' ? Number(value) : NaN;
  return Number.isInteger(number) && Math.abs(number) <= 0x7fffffff ? number : null;
}

/** DA (PS3.5 §6.2) as YYYYMMDD; '' when absent or no day of the calendar. Old ACR-NEMA dots and dashes are dropped. */
export function date(attributes: DicomJson, tag: string): string {
  const value = text(attributes, tag, 16).replace(/^(\d{4})[.-](\d{2})[.-](\d{2})$/, '$1$2$3');
  const match = /^(\d{4})(\d{2})(\d{2})$/.exec(value);
  if (!match) return '';
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  const daysInMonth = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth && year >= 1800 ? value : '';
}

/** TM (PS3.5 §6.2) as HH[MM[SS[.ffffff]]]; '' when absent or invalid. Old ACR-NEMA colons are dropped. */
export function time(attributes: DicomJson, tag: string): string {
  const value = text(attributes, tag, 32).replace(/^(\d{2}):(\d{2})(?::(\d{2}))?/, '$1$2$3');
  // 60 is a leap second.
  return /^([01]\d|2[0-3])([0-5]\d([0-5]\d(\.\d{1,6})?|60(\.\d{1,6})?)?)?$/.test(value) ? value : '';
}

/** AS (PS3.5 §6.2): three digits and D, W, M or Y; '' when absent or invalid. */
export function age(attributes: DicomJson, tag: string): string {
  const value = text(attributes, tag, 16).toUpperCase().padStart(4, '0');
  return /^\d{3}[DWMY]$/.test(value) ? value : '';
}

/** The first person name in JSON form, or null. */
export function person(attributes: DicomJson, tag: string): PersonName | null {
  const value = firstValue(attributes, tag);
  return typeof value === 'object' && value !== null ? value : null;
}

/** All person names in JSON form; empty when there is none. */
export function persons(attributes: DicomJson, tag: string): PersonName[] {
  const values = attributes[tag]?.Value ?? [];
  return values.filter((value): value is PersonName => typeof value === 'object' && value !== null);
}

/** The component groups as in the data set: `Alphabetic=Ideographic=Phonetic` (PS3.5 §6.2.1), trailing `=` left out. */
export function personNameText(name: PersonName | null): string {
  const groups = [name?.Alphabetic ?? '', name?.Ideographic ?? '', name?.Phonetic ?? ''];
  return groups.join('=').replace(/=+$/, '');
}

/** The first item of a sequence; empty when there is none. */
export function firstItem(attributes: DicomJson, tag: string): DicomJson {
  const value = firstValue(attributes, tag);
  return isModel(value) ? value : {};
}

function isModel(value: DicomJsonValue | undefined): value is Record<string, DicomJsonAttribute> {
  return typeof value === 'object' && value !== null && Object.keys(value).every((key) => /^[0-9A-F]{8}$/.test(key));
}
