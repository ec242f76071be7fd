import type { LintExam, LintInput } from './lint.types';

/** One tagged report of test/fixtures/lint: what is not given is empty. `exam`: modality/body part/laterality/sex/age. */
export interface FixtureCase extends Partial<Omit<LintInput, 'exam'>> {
  readonly exam: string;
  readonly codes: readonly string[];
  /** Where it is given: the critical findings that the whole report must get, and no others. */
  readonly critical?: readonly string[];
}

/** Says something, and nothing that any rule knows. */
const QUIET_IMPRESSION = '改变如所见描述，考虑与临床表现相关。';

export function inputOf({ exam, codes: _codes, critical: _critical, ...texts }: FixtureCase): LintInput {
  return {
    exam: examOf(exam),
    technique: '',
    findings: '',
    impression: QUIET_IMPRESSION,
    recommendation: '',
    positive: null,
    history: '',
    ...texts,
  };
}

/** DX/KNEE/L/M/45; - for an exam without a side. */
export function examOf(words: string): LintExam {
  const [modality = '', bodyPart = '', side = '-', sex = 'M', age = '0'] = words.split('/');
  return {
    modality,
    bodyPart,
    laterality: side === '-' ? null : (side as 'L' | 'R' | 'B'),
    sex: sex as 'M' | 'F',
    age: Number(age),
  };
}
