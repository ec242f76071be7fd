import type { Exam } from '../../exams';

const UNITS = { Y: '岁', M: '月', W: '周', D: '天', H: '小时' } as const;

/** The age as it is printed: 45岁, 8月, 3天; null where it is not known. */
export function printedAge({ age_value, age_unit }: Pick<Exam, 'age_value' | 'age_unit'>): string | null {
  return age_value === null || age_unit === null ? null : `${age_value}${UNITS[age_unit]}`;
}
