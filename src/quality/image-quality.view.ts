import type { Capacity } from './grading-right.rules';
import type { ImageGrading } from './image-grading.entity';
import {
  DEFICIENCIES,
  deficienciesOf,
  type DeficiencyCode,
  type Grade,
  type GradeCode,
  gradeOf,
  gradesOf,
  type Grading,
  type Scheme,
  SCHEMES,
} from './image-quality.rules';

export interface DeficiencyView {
  readonly code: DeficiencyCode;
  readonly name: string;
}

/** The grade of an exam's images, as anybody may see it who may see the images. */
export interface ImageGrade {
  readonly scheme: Scheme;
  readonly grade: GradeCode;
  /** 甲级, 2级 … */
  readonly gradeName: string;
  /** Whether a diagnosis can stand on such images. */
  readonly usable: boolean;
  readonly deficiencies: readonly DeficiencyView[];
  /** False: it was given for an earlier set of the exam's images; those of now nobody has graded. */
  readonly forThisImageSet: boolean;
}

/** The same with what the exam's own clinic and the readers may see of it. */
export interface ImageGradeDetail extends ImageGrade {
  readonly imageSet: number;
  readonly note: string | null;
  /** Each study's own; empty when the exam was graded as one. */
  readonly studies: readonly (Pick<ImageGrade, 'grade' | 'gradeName' | 'deficiencies'> & {
    readonly studyInstanceUid: string;
  })[];
  readonly hospitalName: string;
  readonly gradedAt: Date;
  /** Who gave it, and as what; null for clinics. */
  readonly by: { readonly personId: string; readonly name: string; readonly as: Capacity } | null;
}

/** What may be chosen for an exam. */
export interface SchemeView {
  readonly scheme: Scheme;
  readonly name: string;
  /** Best first; every one but the first demands a reason. */
  readonly grades: readonly Grade[];
  readonly deficiencies: readonly DeficiencyView[];
}

export interface ImageQualityView {
  readonly examId: string;
  readonly imageSet: number;
  /** null: images of this kind are not graded. */
  readonly scheme: SchemeView | null;
  /** The one in force; null = 未评级. */
  readonly grade: ImageGradeDetail | null;
  /** What was said before it, newest first; for readers of the county alone. */
  readonly earlier: readonly ImageGradeDetail[];
}

export type GradingRow = ImageGrading & { readonly hospital_name: string };

export function gradeView(row: ImageGrading, imageSet: number): ImageGrade {
  const { usable } = gradeOf(row.scheme, row.grade);
  return { scheme: row.scheme, ...named(row.scheme, row), usable, forThisImageSet: row.image_set === imageSet };
}

export function gradeDetail(row: GradingRow, imageSet: number, forReader: boolean): ImageGradeDetail {
  return {
    ...gradeView(row, imageSet),
    imageSet: row.image_set,
    note: row.note,
    studies: (row.studies ?? []).map((study) => ({
      studyInstanceUid: study.studyInstanceUid,
      ...named(row.scheme, study),
    })),
    hospitalName: row.hospital_name,
    gradedAt: row.graded_at,
    by: forReader ? { personId: row.graded_by, name: row.graded_by_name, as: row.graded_as } : null,
  };
}

export function schemeView(scheme: Scheme): SchemeView {
  return {
    scheme,
    name: SCHEMES[scheme].name,
    grades: gradesOf(scheme),
    deficiencies: deficienciesOf(scheme).map(deficiency),
  };
}

function named(
  scheme: Scheme,
  { grade, deficiencies }: Grading,
): Pick<ImageGrade, 'grade' | 'gradeName' | 'deficiencies'> {
  return { grade, gradeName: gradeOf(scheme, grade).name, deficiencies: deficiencies.map(deficiency) };
}

const deficiency = (code: DeficiencyCode): DeficiencyView => ({ code, name: DEFICIENCIES[code].name });
