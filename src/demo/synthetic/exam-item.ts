import type { BodyPart } from './body-parts';
import type { Finding, View } from './phantom';

export type ExamSource = '门诊' | '急诊' | '住院' | '体检' | '公卫';
export type ExamPriority = 'STAT' | 'URGENT' | 'ROUTINE' | 'SCREENING';
export type Side = 'L' | 'R';

/** The four sections of a report and the mark of a positive exam (1 yes, 0 no). */
export interface ReportText {
  technique: string;
  findings: string;
  impression: string;
  recommendation: string;
  positive: 1 | 0;
}

/**
 * One way an exam of an item may turn out. In the texts 〔侧〕 stands for the exam's side (左 or 右).
 * `finding` is drawn into the images; a case without it has changes that a phantom cannot show, or none.
 */
export interface ReportCase extends Omit<ReportText, 'technique'> {
  name: string;
  /** How often it comes, relative to the item's other cases. */
  weight: number;
  finding?: Finding;
  /** An entry of the critical-value list that the report must raise. */
  critical?: string;
  sex?: 'M' | 'F';
  ages?: readonly [number, number];
  /** Where the finding or the text belongs to one side. */
  side?: Side;
  clinicalDiagnosis: string;
  symptoms: string;
  source: readonly ExamSource[];
  priority: ExamPriority;
}

export interface ExamItem {
  name: string;
  modality: 'CT' | 'DX';
  bodyPart: BodyPart;
  /** True where the request names a side. */
  sided: boolean;
  /** Films only. */
  views?: readonly View[];
  /** Images of the whole exam, both ends included, as a clinic would make them. */
  images: readonly [number, number];
  /** CT only: reconstructions. */
  series?: number;
  /** How often it is ordered, relative to the other items. */
  weight: number;
  technique: string;
  cases: readonly [ReportCase, ...ReportCase[]];
}

const SIDE_NAME: Readonly<Record<Side, string>> = { L: '左', R: '右' };

/** Puts the exam's side where a text says 〔侧〕. */
export const withSide = (text: string, side: Side | undefined): string =>
  text.replaceAll('〔侧〕', side === undefined ? '' : SIDE_NAME[side]);

/** The report of a case with its side filled in. */
export const reportOf = (item: ExamItem, one: ReportCase, side: Side | undefined): ReportText => ({
  technique: withSide(item.technique, side),
  findings: withSide(one.findings, side),
  impression: withSide(one.impression, side),
  recommendation: withSide(one.recommendation, side),
  positive: one.positive,
});
