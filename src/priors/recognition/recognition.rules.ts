import { type Laterality, sameFamily } from '../../exams';
import type { ImageGrade } from '../../quality';
import { sameName } from '../../studies';
import { covers, partsOf } from './item-regions.rules';

/** 检查结果互认: images and data are recognised, never the doctor's conclusion. */

/** Why an examination is made again although a recent one is there. */
export const REPEAT_REASONS = {
  condition_changed: '病情变化',
  changes_fast: '检查结果变化较快',
  before_major_measure: '重大医疗措施前',
  emergency: '急诊、急救',
  appraisal: '司法、伤残鉴定等',
  // Not said by the regulation, which presupposes images of good quality; only where a radiologist has graded them as useless.
  image_quality: '原有影像质量不能满足诊断',
  other: '其他（须说明）',
} as const;
export type RepeatReason = keyof typeof REPEAT_REASONS;
export const REPEAT_REASON_CODES = Object.keys(REPEAT_REASONS) as [RepeatReason, ...RepeatReason[]];

/** What somebody is about to order, or what was made. */
export interface OrderedItem {
  readonly modality: string;
  readonly itemCode: string | null;
  readonly itemName: string | null;
  readonly bodyPart: string | null;
  readonly laterality: Laterality | null;
}

/**
 * Whether an earlier examination is the same item: same code where both carry one, otherwise the same kind of pictures of
 * all the regions that are wanted; and the same side, which the item's name says where nothing else does. 增强, 平扫 and
 * 血管成像 are three items.
 */
export function sameItem(wanted: OrderedItem, earlier: OrderedItem): boolean {
  if (!sameFamily(wanted.modality, earlier.modality)) return false;
  const [parts, made] = [partsOf(wanted), partsOf(earlier)];
  if (!coversSide(wanted.laterality ?? parts.laterality, earlier.laterality ?? made.laterality)) return false;
  if (wanted.itemCode !== null && wanted.itemCode === earlier.itemCode) return true;
  if (withContrast(wanted) && !withContrast(earlier)) return false;
  if (ofVessels(wanted) !== ofVessels(earlier)) return false;
  return covers(made.regions, parts.regions);
}

/** Both sides cover one; where either says nothing, the side speaks neither for nor against. */
function coversSide(wanted: Laterality | null, earlier: Laterality | null): boolean {
  return wanted === null || earlier === null || earlier === wanted || earlier === 'B';
}

const says = ({ itemName }: OrderedItem, words: RegExp): boolean => words.test(itemName?.toUpperCase() ?? '');
const ofVessels = (item: OrderedItem): boolean => says(item, /CTP?A|CTV|血管/);
const withContrast = (item: OrderedItem): boolean => ofVessels(item) || says(item, /增强|造影|CTU|灌注/);

/**
 * Why images cannot stand instead of a new examination; null = they can. Only a grade of the images as they are now speaks
 * against them: a retake has yet to be graded, and what nobody has graded its reader has at least reported on.
 */
export function unusableBecause(grade: ImageGrade | null): string | null {
  if (grade === null || grade.usable || !grade.forThisImageSet) return null;
  const reasons = grade.deficiencies.map(({ name }) => name).join('、');
  return `图像质量评为${grade.gradeName}（${reasons}），不能满足诊断`;
}

/** The same, and images that nobody here can see: a clinic that has seen them elsewhere says how when it decides. */
export function notInstead(grade: ImageGrade | null, imagesHere: boolean): string | null {
  return unusableBecause(grade) ?? (imagesHere ? null : '影像不在中心，无法调阅');
}

/** A patient who was found by the clinic's own number (`own`) or by the 身份证号 that he carries. */
export interface Bearer {
  readonly id: string;
  readonly name: string;
  readonly own: boolean;
  /** Somebody doubts that he is one person with another bearer of the number. */
  readonly doubted: boolean;
}

export interface Bearers {
  readonly patients: string[];
  /** The number is known, but nobody who carries it has the name that was given. */
  readonly otherName: boolean;
}

/**
 * Whose examinations may be shown to who asks for this name. A number may be mistyped, or another's card: it counts together
 * with the name alone, in either spelling. Who is in doubt for it is shown to nobody before a person has looked.
 */
export function bearersOf(found: readonly Bearer[], name: string): Bearers {
  const byNumber = found.filter(({ own }) => !own);
  const named = byNumber.filter((bearer) => sameName(bearer.name, name));
  const shown = [...found.filter(({ own }) => own), ...named.filter(({ doubted }) => !doubted)];
  return { patients: [...new Set(shown.map(({ id }) => id))], otherName: byNumber.length > 0 && named.length === 0 };
}
