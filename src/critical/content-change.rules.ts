import type { CriticalState } from './critical.state';

/** A cycle of the exam, as far as the comparison asks. */
export interface KnownCycle {
  readonly id: string;
  readonly kind: 'new' | 'withdrawn';
  readonly finding: string;
  readonly state: CriticalState;
}

/** Critical findings that an exam's signed texts speak of. */
export interface Content {
  /** The report is void: it says nothing any more. */
  readonly voided: boolean;
  /** Of the text in force, its addenda included. */
  readonly now: readonly string[];
  /** Of the text that was in force until the newest version. */
  readonly before: readonly string[];
  /** Of every earlier text. */
  readonly ever: readonly string[];
}

export interface ContentChange {
  /** The radiologist is asked whether these are critical values. */
  readonly ask: readonly string[];
  /** Told to the clinic, and not so any more: it must hear of it. */
  readonly withdraw: readonly KnownCycle[];
  /** Asked and never answered, and no longer in the text. */
  readonly drop: readonly KnownCycle[];
}

/**
 * What is to be done about an exam's critical values, given what its report says; `cycles` oldest first. It looks at where
 * things stand, not at one signature, so that news which comes late, twice or in the wrong order does no harm. Only what a
 * text said and says no more is withdrawn: a value that a radiologist marked in words of his own is his to take back.
 */
export function contentChange({ voided, now, before, ever }: Content, cycles: readonly KnownCycle[]): ContentChange {
  const latest = [...new Map(cycles.map((cycle) => [cycle.finding, cycle])).values()];
  const isGone = ({ kind, finding }: KnownCycle): boolean =>
    kind === 'new' && (voided || (ever.includes(finding) && !now.includes(finding)));
  const asks = (finding: string): boolean => {
    const known = latest.find((cycle) => cycle.finding === finding);
    if (!known) return true;
    // It was found not to be so, and now it is said anew.
    const denied = known.kind === 'withdrawn' || known.state === 'FALSE_ALARM';
    return denied && !before.includes(finding);
  };
  const gone = latest.filter(isGone);
  return {
    ask: voided ? [] : [...new Set(now)].filter(asks),
    withdraw: gone.filter(({ state }) => state !== 'SUSPECTED' && state !== 'FALSE_ALARM'),
    drop: gone.filter(({ state }) => state === 'SUSPECTED'),
  };
}
