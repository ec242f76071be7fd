import type { Section } from '../text/clauses';

/** A measurement as written: 3.2×2.1cm, 约5mm, CT值约65HU. Offsets in the section. */
export interface Measure {
  readonly start: number;
  readonly end: number;
  readonly values: readonly number[];
  /** One entry per value, '' where it carries none; the last unit serves those before it. */
  readonly units: readonly string[];
}

const NUMBER = '[-+]?\\d{1,6}(?:\\.\\d{1,4})?';
const UNIT =
  '(?:公分|厘米|毫米|微米|分米|米|[cC][mM]|[mM][mM]|[dD]m|[uμµ]m|nm|km|cn|mn|m(?![a-wyzA-WYZ])|HU|Hu|hu|H(?![A-Za-z])|ml|mL|ML|毫升|cc|%|°|度|℃|[kK][gG]|g(?![a-z]))[²³23]?(?![A-WYZa-wyz])';
const MEASURE = new RegExp(
  `(?<![A-Za-z\\d.\\/])(${NUMBER})\\s?(${UNIT})?((?:\\s?[-~至×xX*]\\s?${NUMBER}\\s?(?:${UNIT})?){0,3})`,
  'g',
);
const PART = new RegExp(`[-~至×xX*]\\s?(${NUMBER})\\s?(${UNIT})?`, 'g');

/** Lengths in millimetres. */
export const MILLIMETRES: Readonly<Record<string, number>> = {
  mm: 1,
  毫米: 1,
  cm: 10,
  厘米: 10,
  公分: 10,
  dm: 100,
  分米: 100,
  m: 1000,
  米: 1000,
  km: 1e6,
};

export function measuresOf({ text }: Section): Measure[] {
  return [...text.matchAll(MEASURE)].map((found) => {
    const values = [Number(found[1])];
    const units = [plain(found[2])];
    for (const part of (found[3] ?? '').matchAll(PART)) {
      const value = Number(part[1]);
      // 35--45 is a dash written twice, -65~-90 goes down to -90.
      values.push(values[0]! < 0 || !part[0].startsWith('-') ? value : Math.abs(value));
      units.push(plain(part[2]));
    }
    return { start: found.index, end: found.index + found[0].length, values, units };
  });
}

function plain(unit: string | undefined): string {
  if (unit === undefined) return '';
  const bare = unit.replace(/[²³23]$/, '');
  return /^[A-Za-z]+$/.test(bare) && !/^H/i.test(bare) ? bare.toLowerCase() : bare;
}
