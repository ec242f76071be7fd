import { NEW_OR_MORE } from '../lexicons/assertion.lexicon';
import {
  COMPLICATION_SUSPECTED,
  EXPLAINED,
  isElsewhere,
  LONG_AGO,
  MUCH_OF_IT,
  ONLY_LONG_AGO,
  ORGAN_GROUPS,
  SUSPECTED,
  type Trace,
  TREATED_AFTER,
  TREATED_NEXT,
} from '../lexicons/operation.lexicon';
import { clauseIndexAt, type Section } from '../text/clauses';

/** How much of a clause or sentence is read on each side: enough for any real one, bounded for any text. */
const REACH = 200;
/** 积血 may be left behind; 出血 goes on. */
const BLEEDS = /出血/;
const COMPARES = /^(?:较|与|比|对比)/;

interface Place {
  /** The clause that holds the phrase, with a comparison that follows it. */
  readonly clause: string;
  /** All clauses of the sentence. */
  readonly sentence: readonly string[];
}

/** Whether the report tells, in whatever sentence, of an operation of the last days that leaves the trace. */
export function freshlyOperated(report: string, trace: Trace): boolean {
  if (!trace.inReport?.test(report)) return false;
  return report.split(/[,:。;!?\n]/).some((clause, i, all) => tells(clause, all[i + 1], trace.inReport, trace));
}

/**
 * Whether the characters [start, end) are what an operation left behind: one of the last weeks, of this region, whose
 * sentence says neither that it is new, nor much, nor suspects anything else.
 */
export function isTrace(section: Section, start: number, end: number, trace: Trace, operated: boolean): boolean {
  const phrase = section.text.slice(start, end);
  const { clause, sentence } = placeOf(section, start);
  if (BLEEDS.test(phrase) || NEW_OR_MORE.test(clause) || SUSPECTED.test(clause)) return false;
  if (sentence.some((one) => COMPLICATION_SUSPECTED.test(one))) return false;
  if (MUCH_OF_IT.test(clause) && !sentence.some((one) => EXPLAINED.test(one))) return false;
  return (
    operated || sentence.some((one, i) => tells(one, sentence[i + 1], trace.after, trace) && sameOrgan(one, phrase))
  );
}

/** Whether what was found at [start, end) is what the operation that follows was done for: 胃穿孔修补术, 脾破裂，切除术后. */
export function isTreated(section: Section, start: number, end: number): boolean {
  const index = clauseIndexAt(section, start);
  if (index === undefined) return false;
  const clause = section.clauses[index]!;
  if (TREATED_AFTER.test(section.text.slice(end, Math.min(clause.end, end + REACH)))) return true;
  const next = section.clauses[index + 1];
  if (next?.sentence !== clause.sentence) return false;
  const operation = TREATED_NEXT.exec(next.text.slice(0, REACH))?.[0];
  return operation !== undefined && !isElsewhere(operation) && sameOrgan(operation, section.text.slice(start, end));
}

/** A clause that tells of such an operation, neither long ago nor elsewhere. */
function tells(clause: string, next: string | undefined, after: RegExp | undefined, { notAfter }: Trace): boolean {
  if (!after?.test(clause) || notAfter.test(clause) || LONG_AGO.test(clause)) return false;
  return !isElsewhere(clause) && !(next !== undefined && ONLY_LONG_AGO.test(next));
}

/** Where both name organs, they are ones that an operation lays open together. */
function sameOrgan(operation: string, phrase: string): boolean {
  const named = ORGAN_GROUPS.filter((group) => group.test(phrase));
  const opened = ORGAN_GROUPS.filter((group) => group.test(operation));
  return named.length === 0 || opened.length === 0 || named.some((group) => opened.includes(group));
}

function placeOf(section: Section, at: number): Place {
  const index = clauseIndexAt(section, at);
  const own = index === undefined ? undefined : section.clauses[index];
  const sentence = own && section.sentences[own.sentence];
  if (index === undefined || !own || !sentence) return { clause: '', sentence: [] };
  const cut = (from: number, to: number): string =>
    section.text.slice(Math.max(from, at - REACH), Math.min(to, at + REACH));
  const next = section.clauses[index + 1];
  const compared = next?.sentence === own.sentence && COMPARES.test(next.text);
  return {
    clause: cut(own.start, compared ? next.end : own.end),
    sentence: cut(sentence.start, sentence.end).split(/[,:]/),
  };
}
