import { section, type Section } from '../text/clauses';
import { CRITICAL_SPECS } from '../lexicons/critical.lexicon';
import { mentionOf } from './findings';
import type { CriticalHit, LintInput } from '../lint.types';
import { NOTABLE_SPECS } from '../lexicons/notable.lexicon';
import type { FindingSpec } from '../lexicons/phrase';

/** 危急值 of the county's list, by the names under which they are recorded. */
export const CRITICAL_FINDINGS: readonly string[] = CRITICAL_SPECS.map(({ finding }) => finding);
/** 重要异常 (suspected tumour) and 疑似传染病: receipt and follow-up, no call within minutes. */
export const NOTABLE_FINDINGS: readonly string[] = NOTABLE_SPECS.map(({ finding }) => finding);

type Texts = Pick<LintInput, 'findings' | 'impression' | 'recommendation'>;

/**
 * The critical findings that a report states or suspects, each once with the phrase that says so. Negated, old, compared
 * and unchanged, and merely recommended ones do not count. It only asks the radiologist; it decides nothing.
 */
export const criticalFindings = (input: Texts): CriticalHit[] => hits(input, CRITICAL_SPECS);

/** The same for the second tier. */
export const notableFindings = (input: Texts): CriticalHit[] => hits(input, NOTABLE_SPECS);

function hits(input: Texts, specs: readonly FindingSpec[]): CriticalHit[] {
  // The impression names what the findings describe: its words are the better ones to ask about.
  const sections: Section[] = [input.impression, input.findings, input.recommendation].map(section);
  const report = sections.map(({ text }) => text).join('\n');
  return specs.flatMap((spec) => {
    for (const one of sections) {
      const text = mentionOf(one, spec, report);
      if (text !== undefined) return [{ finding: spec.finding, text }];
    }
    return [];
  });
}
