import { type Measure, measuresOf, MILLIMETRES } from './measures';
import type { Report } from '../report';
import type { Hit } from '../rules';
import type { Section } from '../text/clauses';
import { quote } from '../text/report-text';

/** More than any report measures; bounds the comparison. */
const MOST = 100;
/** Rounding between the sections: 8mm and 0.9cm are one size. */
const SAME = 1.15;
const TEN = { least: 9.4, most: 10.6 } as const;
const WORDS_BEFORE = 12;

/** Sizes of the impression that are ten times (or a tenth of) what the findings measured: a slip between mm and cm. */
export function sizeDisagreement({ findings, impression }: Report): Hit[] {
  const measured = lengthsOf(findings);
  if (measured.length === 0) return [];
  return lengthsOf(impression).flatMap((concluded) => {
    if (measured.some((one) => isSame(concluded.largest, one.largest) || shareASide(concluded, one))) return [];
    const slipped = measured.find((one) => isTenfold(concluded.largest, one.largest));
    if (!slipped) return [];
    return [
      {
        rule: 'size_within_report' as const,
        phrase: phraseOf(impression, concluded.measure),
        expected: phraseOf(findings, slipped.measure),
      },
    ];
  });
}

interface Length {
  readonly measure: Measure;
  /** In millimetres. */
  readonly sides: readonly number[];
  readonly largest: number;
}

function lengthsOf(section: Section): Length[] {
  const lengths: Length[] = [];
  for (const measure of measuresOf(section)) {
    const last = measure.units.findLast((unit) => unit !== '');
    const scales = measure.units.map((unit) => MILLIMETRES[unit === '' ? (last ?? '') : unit]);
    const sides = measure.values.flatMap((value, i) => (scales[i] === undefined ? [] : [Math.abs(value) * scales[i]]));
    if (sides.length === 0 || sides.length < measure.values.length) continue;
    lengths.push({ measure, sides, largest: Math.max(...sides) });
    if (lengths.length >= MOST) break;
  }
  return lengths;
}

const ratio = (a: number, b: number): number => Math.max(a, b) / Math.min(a, b);
const isSame = (a: number, b: number): boolean => ratio(a, b) <= SAME;
const isTenfold = (a: number, b: number): boolean => ratio(a, b) >= TEN.least && ratio(a, b) <= TEN.most;

/** 3.2cm of a lesion of 4.1cm×3.2cm. */
const shareASide = (one: Length, other: Length): boolean =>
  one.sides.some((side) => other.sides.some((same) => Math.abs(side - same) < 0.05));

function phraseOf(section: Section, { start, end }: Measure): string {
  const clause = section.clauses.findLast((one) => one.start <= start);
  return quote(section, Math.max(clause?.start ?? 0, start - WORDS_BEFORE), end);
}
