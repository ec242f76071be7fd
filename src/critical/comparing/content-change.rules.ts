import { differs, type Said } from './content.rules';
import type { CriticalState } from '../critical.state';

/** A cycle of the exam, as far as the comparison asks. */
export interface KnownCycle {
  readonly id: string;
  readonly kind: 'new' | 'withdrawn';
  readonly finding: string;
  readonly state: CriticalState;
  /** What the text in force said of its finding when it was raised; empty where no text has. */
  readonly about: readonly Said[];
}

/** Critical findings that an exam's signed texts speak of. */
export interface Content {
  /** The report is void: it says nothing any more. */
  readonly voided: boolean;
  /** Of the text in force, its addenda included. */
  readonly now: readonly Said[];
  /** Of the text that was in force until the newest version. */
  readonly before: readonly string[];
}

export interface ContentChange {
  /** The radiologist is asked whether these are critical values. */
  readonly ask: readonly string[];
  /** Told to the clinic, and not so any more: it must hear of it. */
  readonly withdraw: readonly KnownCycle[];
  /** Told to the clinic, and still so, but on another side or in another extent: it must hear of that. */
  readonly restate: readonly KnownCycle[];
  /** Asked and never answered, and no longer in the text as it was asked. */
  readonly drop: readonly KnownCycle[];
}

/**
 * What is to be done about an exam's critical values, given what its report says; `cycles` oldest first. It looks at where
 * things stand, not at one signature, so that news which comes late, twice or in the wrong order does no harm. Only what a
 * text said of a value and says no more is withdrawn: one that a radiologist marked although the text in force did not say
 * it, in words of his own or after a correction had left it out, is his to take back.
 */
export function contentChange({ voided, now, before }: Content, cycles: readonly KnownCycle[]): ContentChange {
  const latest = [...new Map(cycles.map((cycle) => [cycle.finding, cycle])).values()];
  const says = new Set(now.map(({ finding }) => finding));
  const isGone = ({ kind, finding, about }: KnownCycle): boolean =>
    kind === 'new' && (voided || (about.length > 0 && !says.has(finding)));
  const isChanged = ({ kind, finding, about }: KnownCycle): boolean =>
    !voided &&
    kind === 'new' &&
    about.length > 0 &&
    says.has(finding) &&
    differs(
      about,
      now.filter((one) => one.finding === finding),
    );
  const asks = (finding: string): boolean => {
    const known = latest.find((cycle) => cycle.finding === finding);
    if (!known) return true;
    // It was found not to be so, and now it is said anew.
    const denied = known.kind === 'withdrawn' || known.state === 'FALSE_ALARM';
    if (isChanged(known)) return denied || known.state === 'SUSPECTED';
    return denied && !before.includes(finding);
  };
  const gone = latest.filter(isGone);
  return {
    ask: voided ? [] : [...says].filter(asks),
    withdraw: gone.filter(wasTold),
    restate: latest.filter(isChanged).filter(wasTold),
    drop: latest.filter((cycle) => cycle.state === 'SUSPECTED' && (isGone(cycle) || isChanged(cycle))),
  };
}

const wasTold = ({ state }: KnownCycle): boolean => state !== 'SUSPECTED' && state !== 'FALSE_ALARM';
