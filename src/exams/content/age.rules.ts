import { localDate } from '../../platform/clock';
import type { ExamContent } from './class-a.rules';
import type { AgeUnit } from '../exam.entity';

/** Ages as they are written on a report. Pure. */

export type Age = Pick<ExamContent, 'age_value' | 'age_unit'>;

const DAY_MS = 24 * 3_600_000;

const IN_WORDS: Readonly<Record<AgeUnit, string>> = { Y: '岁', M: '月', W: '周', D: '天', H: '小时' };

/** The age as lists and reports say it: 45岁, 8月, 3天; null where it is not known. */
export function ageInWords({ age_value: value, age_unit: unit }: Age): string | null {
  return value === null || unit === null ? null : `${value}${IN_WORDS[unit]}`;
}

/** AS (PS3.5 §6.2): three digits and D, W, M or Y. */
export function ageOf(text: string): Age {
  const match = /^(\d{3})([DWMY])$/.exec(text);
  return match ? { age_value: Number(match[1]), age_unit: match[2] as AgeUnit } : { age_value: null, age_unit: null };
}

/** The age of somebody born on a day: in days below a month, in months below two years, else in years. */
export function ageAt(birthDate: string, at: Date): Age {
  const born = new Date(`${birthDate}T00:00:00+08:00`);
  const days = Math.floor((at.getTime() - born.getTime()) / DAY_MS);
  if (days < 0) return { age_value: null, age_unit: null };
  const months = monthsBetween(birthDate, localDate(at));
  if (months < 1) return { age_value: days, age_unit: 'D' };
  return months < 24 ? { age_value: months, age_unit: 'M' } : { age_value: Math.floor(months / 12), age_unit: 'Y' };
}

/** Fills in the age at the exam where only the birth date is known: lists and reports show ages. */
export function withAge(content: ExamContent): ExamContent {
  if (content.age_value !== null || content.birth_date === null || content.exam_started_at === null) return content;
  return { ...content, ...ageAt(content.birth_date, content.exam_started_at) };
}

/** Whole months, counted by the calendar. */
function monthsBetween(from: string, to: string): number {
  const [fromYear, fromMonth, fromDay] = from.split('-').map(Number) as [number, number, number];
  const [toYear, toMonth, toDay] = to.split('-').map(Number) as [number, number, number];
  return (toYear - fromYear) * 12 + (toMonth - fromMonth) - (toDay < fromDay ? 1 : 0);
}
