/** The exam whose report is checked. `bodyPart` is a DICOM term or a Chinese name; age in years. */
export interface LintExam {
  readonly modality: string;
  readonly bodyPart: string;
  readonly laterality: 'L' | 'R' | 'B' | null;
  readonly sex: 'M' | 'F' | null;
  readonly age: number | null;
}

export interface LintInput {
  readonly exam: LintExam;
  readonly technique: string;
  readonly findings: string;
  readonly impression: string;
  readonly recommendation: string;
  /** 阳性标志: 1 positive, 0 negative, −1 undecided. */
  readonly positive: 1 | 0 | -1 | null;
  /** Clinical history: symptoms, operations, clinical diagnosis. */
  readonly history: string;
}

export type Severity = 'error' | 'warning';

export type LintCode =
  | 'LATERALITY'
  | 'SEX_ORGAN'
  | 'ABSENT_ORGAN'
  | 'UNIT'
  | 'TEMPLATE_RESIDUE'
  | 'PATIENT_DATA'
  | 'EMPTY_IMPRESSION'
  | 'CONTRADICTION';

/** `error` blocks the signature, `warning` is shown. `text` says in Chinese what is wrong, with the phrase quoted. */
export interface LintResult {
  readonly code: LintCode;
  readonly severity: Severity;
  readonly text: string;
}

/** `finding`: an entry of CRITICAL_FINDINGS; `text`: the phrase of the report. */
export interface CriticalHit {
  readonly finding: string;
  readonly text: string;
}
