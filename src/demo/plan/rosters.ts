import type { HospitalPlan } from './county-plan';

/** A weekly duty of one person, in the county's wall time. */
export interface DutyPlan {
  readonly username: string;
  /** 1 = Monday. */
  readonly weekdays: readonly number[];
  readonly start: string;
  readonly end: string;
  readonly note: string;
}

const DAY = { start: '08:00', end: '17:30', note: '白班' } as const;
const NIGHT = { start: '17:30', end: '08:00', note: '夜班' } as const;
const WORKING_DAYS = [1, 2, 3, 4, 5] as const;

/** A hospital's week: days, weekends, and somebody every night. */
export const dutiesOf = ({ number }: HospitalPlan): readonly DutyPlan[] => [
  { username: `writer${number}1`, weekdays: WORKING_DAYS, ...DAY },
  { username: `reviewer${number}1`, weekdays: WORKING_DAYS, ...DAY },
  { username: `chief${number}`, weekdays: WORKING_DAYS, ...DAY },
  { username: `writer${number}1`, weekdays: [6], ...DAY, note: '周末班' },
  { username: `reviewer${number}1`, weekdays: [7], ...DAY, note: '周末班' },
  { username: `writer${number}2`, weekdays: [1, 3, 5, 7], ...NIGHT },
  { username: `reviewer${number}2`, weekdays: [2, 4, 6], ...NIGHT },
];
