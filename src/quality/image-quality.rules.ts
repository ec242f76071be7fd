import { normaliseModality, sameFamily } from '../exams';

/**
 * 图像质量 of an exam (domain.md §3). X-ray pictures are graded 甲, 乙, 丙, 废 as film libraries have always done; CT and MR
 * 0 to 3, where 3 is the best and an examination below 2 does not serve for a diagnosis (verify: wording after the technique
 * consensus papers for CT and MR). Pure.
 */

export interface Grade {
  /** What is stored and sent. */
  readonly grade: string;
  readonly name: string;
  readonly meaning: string;
  /** Whether a diagnosis can stand on such images: what cannot is no substitute for a new examination (互认). */
  readonly usable: boolean;
}

interface SchemeSpec {
  readonly name: string;
  /** Best first: what stands further down is worse. */
  readonly grades: readonly [Grade, ...Grade[]];
}

export const SCHEMES = {
  radiograph: {
    name: 'X线摄影',
    grades: [
      { grade: 'A', name: '甲级', meaning: '体位、范围、曝光均符合要求，无伪影', usable: true },
      { grade: 'B', name: '乙级', meaning: '有轻微缺陷，不影响诊断', usable: true },
      { grade: 'C', name: '丙级', meaning: '有明显缺陷，尚可诊断', usable: true },
      { grade: 'F', name: '废片', meaning: '不能用于诊断', usable: false },
    ],
  },
  sectional: {
    name: 'CT、MR',
    grades: [
      { grade: '3', name: '3级', meaning: '显示好，解剖结构清晰，无明显伪影', usable: true },
      { grade: '2', name: '2级', meaning: '显示尚好，略有缺陷，基本不影响诊断', usable: true },
      { grade: '1', name: '1级', meaning: '显示不清，缺陷明显，达不到诊断要求', usable: false },
      { grade: '0', name: '0级', meaning: '无法显示或伪影严重，不能诊断', usable: false },
    ],
  },
} as const satisfies Record<string, SchemeSpec>;

export type Scheme = keyof typeof SCHEMES;
export type GradeCode = (typeof SCHEMES)[Scheme]['grades'][number]['grade'];
export const GRADE_CODES = Object.values(SCHEMES).flatMap(({ grades }) => grades.map(({ grade }) => grade)) as [
  GradeCode,
  ...GradeCode[],
];

/** What the indicators count apart: 范围、体位、伪影、中心 of domain.md §3, and what else a technician can do better. */
export type Aspect = 'position' | 'range' | 'artefact' | 'centre' | 'exposure' | 'marking' | 'completeness' | 'other';

interface Deficiency {
  readonly name: string;
  readonly aspect: Aspect;
  /** Named of this kind of pictures only; of both without it. */
  readonly only?: Scheme;
}

/**
 * What is wrong with the images. Q01 to Q08 and X99 are the codes of 退回 with the same words, so that a technician learns
 * one list and a clinic's returns and grades can be laid side by side.
 */
export const DEFICIENCIES = {
  Q01: { name: '体位不标准', aspect: 'position' },
  Q02: { name: '曝光不足/过度', aspect: 'exposure', only: 'radiograph' },
  Q03: { name: '运动/呼吸伪影', aspect: 'artefact' },
  Q04: { name: '体外异物伪影', aspect: 'artefact' },
  Q05: { name: '扫描/照射范围不足', aspect: 'range' },
  Q06: { name: '左右标志缺失或错误', aspect: 'marking' },
  Q07: { name: '缺序列/缺图/图像损坏', aspect: 'completeness' },
  Q08: { name: '缺骨窗/肺窗等重建', aspect: 'completeness', only: 'sectional' },
  Q09: { name: '中心偏移，被检部位不居中', aspect: 'centre' },
  Q10: { name: '设备伪影（坏点、条状、环状等）', aspect: 'artefact' },
  Q11: { name: '噪声大/信噪比低', aspect: 'exposure', only: 'sectional' },
  X99: { name: '其他', aspect: 'other' },
} as const satisfies Record<string, Deficiency>;

export type DeficiencyCode = keyof typeof DEFICIENCIES;
export const DEFICIENCY_CODES = Object.keys(DEFICIENCIES) as [DeficiencyCode, ...DeficiencyCode[]];

/** A grade and what it is given for. */
export interface Grading {
  readonly grade: GradeCode;
  readonly deficiencies: readonly DeficiencyCode[];
}

/** X-ray pictures that CR and DX do not stand for: breast, teeth, jaw, and single pictures under fluoroscopy. */
const OTHER_RADIOGRAPHS: readonly string[] = ['MG', 'IO', 'PX', 'RF'];

/** By which scheme the images of this modality (0008,0060) are graded; undefined where there is none (US, NM …). */
export function schemeOf(modality: string | null): Scheme | undefined {
  if (modality === null) return undefined;
  const normal = normaliseModality(modality);
  if (normal === 'CT' || normal === 'MR') return 'sectional';
  return sameFamily(normal, 'DX') || OTHER_RADIOGRAPHS.includes(normal) ? 'radiograph' : undefined;
}

export const gradesOf = (scheme: Scheme): readonly Grade[] => SCHEMES[scheme].grades;

/** The deficiencies that can be named of this kind of pictures, in the order of the list. */
export function deficienciesOf(scheme: Scheme): DeficiencyCode[] {
  return DEFICIENCY_CODES.filter((code) => {
    const { only }: Deficiency = DEFICIENCIES[code];
    return only === undefined || only === scheme;
  });
}

export type GradingFault = 'grade_unfit' | 'deficiency_missing' | 'deficiency_unfit';

/** What is wrong with a grading under this scheme: everything but the best grade says why. */
export function faultOf(scheme: Scheme, { grade, deficiencies }: Grading): GradingFault | undefined {
  const place = placeOf(scheme, grade);
  if (place < 0) return 'grade_unfit';
  const fit = deficienciesOf(scheme);
  if (deficiencies.some((code) => !fit.includes(code))) return 'deficiency_unfit';
  return place > 0 && deficiencies.length === 0 ? 'deficiency_missing' : undefined;
}

/**
 * One grading for several studies of one exam: the lowest grade, with everything that any of them was given for (one study
 * with an artefact makes an exam with an artefact), each once and in the order of the list.
 */
export function worstOf(scheme: Scheme, gradings: readonly [Grading, ...Grading[]]): Grading {
  const worst = gradings.reduce((a, b) => (placeOf(scheme, b.grade) > placeOf(scheme, a.grade) ? b : a));
  const named = new Set(gradings.flatMap(({ deficiencies }) => deficiencies));
  return { grade: worst.grade, deficiencies: DEFICIENCY_CODES.filter((code) => named.has(code)) };
}

/** The grade as it is shown. Throws for one that its scheme does not have: the table refuses such a row. */
export function gradeOf(scheme: Scheme, code: GradeCode): Grade {
  const grade = gradesOf(scheme)[placeOf(scheme, code)];
  if (!grade) throw new Error(`no grade ${code} in scheme ${scheme}`);
  return grade;
}

/** 0 = best; -1 = not of this scheme. */
const placeOf = (scheme: Scheme, code: GradeCode): number => gradesOf(scheme).findIndex(({ grade }) => grade === code);
