import type { Priority } from '../../exams';

/**
 * First sort key of the list: STAT stands before everything else, all else is ordered by due time alone. Urgent exams get
 * ahead by their shorter limit, not by rank, so that a routine exam that has waited long is not overtaken for ever.
 */
export const RANK: Readonly<Record<Priority, number>> = { STAT: 0, URGENT: 1, ROUTINE: 1, SCREENING: 1 };

/** Every rank there is, first to last. */
export const RANKS: readonly number[] = [...new Set(Object.values(RANK))].sort((a, b) => a - b);
