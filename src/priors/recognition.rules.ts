import { type Laterality, sameFamily } from '../exams';

/** 检查结果互认: images and data are recognised, never the doctor's conclusion. */

/** Why an examination is made again although a recent one is there. */
export const REPEAT_REASONS = {
  condition_changed: '病情变化',
  changes_fast: '检查结果变化较快',
  before_major_measure: '重大医疗措施前',
  emergency: '急诊、急救',
  appraisal: '司法、伤残鉴定等',
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

/** Regions by the words and DICOM terms (PS3.16 CID 4) that name them; the first that fits counts, so the narrow stand first. */
const REGIONS: readonly (readonly [region: string, words: RegExp])[] = [
  ['cervical', /颈椎|CSPINE/],
  ['lumbar', /腰椎|腰骶|LSPINE/],
  ['thoracic', /胸椎|TSPINE/],
  ['rib', /肋骨|RIB/],
  ['sinus', /鼻窦|副鼻窦|SINUS/],
  ['head', /头|颅|脑|HEAD|BRAIN|SKULL/],
  ['neck', /颈|NECK/],
  ['chest', /胸|肺|CHEST|LUNG|THORAX/],
  ['urinary', /泌尿|肾|输尿管|膀胱|KIDNEY|BLADDER|URINARY/],
  ['pelvis', /骨盆|盆腔|PELVIS/],
  ['abdomen', /腹|肝|胆|胰|脾|ABDOMEN|LIVER/],
  ['shoulder', /肩|SHOULDER/],
  ['elbow', /肘|ELBOW/],
  ['wrist', /腕|WRIST/],
  ['hand', /手|HAND/],
  ['hip', /髋|HIP/],
  ['knee', /膝|KNEE/],
  ['ankle', /踝|ANKLE/],
  ['foot', /足|FOOT/],
];

/** The region an item is of; undefined when nothing of it names one. */
export function regionOf({ bodyPart, itemName }: Pick<OrderedItem, 'bodyPart' | 'itemName'>): string | undefined {
  for (const text of [bodyPart, itemName]) {
    const upper = text?.toUpperCase() ?? '';
    const region = REGIONS.find(([, words]) => words.test(upper));
    if (region) return region[0];
  }
  return undefined;
}

/**
 * Whether an earlier examination is the same item: same code where both carry one, otherwise the same kind of pictures of
 * the same region; and the same side. 增强 and 平扫 are two items.
 */
export function sameItem(wanted: OrderedItem, earlier: OrderedItem): boolean {
  if (!sameFamily(wanted.modality, earlier.modality)) return false;
  if (!coversSide(wanted.laterality, earlier.laterality)) return false;
  if (wanted.itemCode !== null && wanted.itemCode === earlier.itemCode) return true;
  if (withContrast(wanted) && !withContrast(earlier)) return false;
  const region = regionOf(wanted);
  return region !== undefined && region === regionOf(earlier);
}

/** Both sides cover one; where either says nothing, the side speaks neither for nor against. */
function coversSide(wanted: Laterality | null, earlier: Laterality | null): boolean {
  return wanted === null || earlier === null || earlier === wanted || earlier === 'B';
}

const withContrast = ({ itemName }: OrderedItem): boolean => /增强|CTA|造影/.test(itemName?.toUpperCase() ?? '');
