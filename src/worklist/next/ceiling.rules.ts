/** A reader's place in the ceiling rule. */
export interface Turn {
  /** How often `next` gave him something else since it last gave him an exam beyond its ceiling. */
  readonly sinceCeiling: number;
  /** Nobody else is on duty: whatever is urgent can only come to him. */
  readonly alone: boolean;
}

/** An exam beyond its hard ceiling takes at most every so-manieth `next` of a reader. */
export const CEILING_EVERY = 4;

/**
 * Whether this `next` may go to an exam beyond its hard ceiling although STAT waits. STAT first, without exception, would
 * let a stream of STAT exams starve everything else; one in four of each reader bounds that for both sides. Never from the
 * only reader on duty: then no other would take the STAT.
 */
export const ceilingTurn = ({ sinceCeiling, alone }: Turn): boolean => sinceCeiling + 1 >= CEILING_EVERY && !alone;

/** The counter after a `next`. */
export const afterNext = (sinceCeiling: number, tookCeiling: boolean): number =>
  tookCeiling ? 0 : Math.min(sinceCeiling + 1, CEILING_EVERY);
