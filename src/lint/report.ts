import { section, type Section } from './text/clauses';
import type { LintExam, LintInput } from './lint.types';

/** The report as the rules read it: every text cut into sentences and clauses once. */
export interface Report {
  readonly exam: LintExam;
  readonly technique: Section;
  readonly findings: Section;
  readonly impression: Section;
  readonly recommendation: Section;
  readonly history: Section;
  readonly positive: LintInput['positive'];
}

export function reportOf(input: LintInput): Report {
  return {
    exam: input.exam,
    technique: section(input.technique),
    findings: section(input.findings),
    impression: section(input.impression),
    recommendation: section(input.recommendation),
    history: section(input.history),
    positive: input.positive,
  };
}

/** What the reader of the report sees, with the names of the sections. */
export const printedSections = (report: Report): readonly (readonly [string, Section])[] => [
  ['检查方法', report.technique],
  ['影像所见', report.findings],
  ['诊断意见', report.impression],
  ['建议', report.recommendation],
];
