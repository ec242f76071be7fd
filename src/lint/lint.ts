import { absentOrgan } from './patient/absent-organ.rule';
import { contradiction } from './contradiction/contradiction.rule';
import { emptyImpression } from './template/empty-impression.rule';
import { laterality } from './laterality/laterality.rule';
import type { LintInput, LintResult } from './lint.types';
import { patientData } from './patient/patient-data.rule';
import { type Report, reportOf } from './report';
import { type Hit, RULES } from './rules';
import { sexOrgan } from './patient/sex-organ.rule';
import { templateResidue } from './template/template-residue.rule';
import { units } from './sizes/unit.rule';

const ALL_RULES: readonly ((report: Report) => Hit[])[] = [
  emptyImpression,
  templateResidue,
  laterality,
  sexOrgan,
  patientData,
  absentOrgan,
  units,
  contradiction,
];

/** As many as a person reads; a report with more is wrong as a whole. */
const MOST_PER_RULE = 10;
const LONGEST_QUOTE = 60;

/** What is wrong with a report before it is signed. An `error` blocks the signature, a `warning` is shown. */
export function lintReport(input: LintInput): LintResult[] {
  const report = reportOf(input);
  const results = ALL_RULES.flatMap((rule) => rule(report).slice(0, MOST_PER_RULE).map(inWords));
  const seen = new Set<string>();
  return results.filter(({ text }) => !seen.has(text) && seen.add(text));
}

function inWords(hit: Hit): LintResult {
  const { code, severity, message, explanation } = RULES[hit.rule];
  const words: Record<string, string> = {
    phrase: short(hit.phrase),
    expected: short(hit.expected ?? ''),
    section: hit.section ?? '',
  };
  const filled = message.replace(/\{(\w+)\}/g, (_, name: string) => words[name] ?? '');
  return { code, severity, text: `${filled}。${explanation}` };
}

const short = (text: string): string =>
  text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text.trim();
