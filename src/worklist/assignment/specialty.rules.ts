import type { Specialty } from '../../rosters';

/** Words of body part and exam item, and the field they belong to. The first that fits counts: a head CT after a fall is neuro. */
const WORDS: readonly (readonly [Specialty, readonly string[]])[] = [
  ['neuro', ['HEAD', 'BRAIN', 'SKULL', 'ORBIT', '头', '颅', '脑', '鞍区', '垂体']],
  [
    'bone',
    [
      'SPINE',
      'EXTREMITY',
      'KNEE',
      'HIP',
      'SHOULDER',
      'ELBOW',
      'WRIST',
      'HAND',
      'FOOT',
      'ANKLE',
      'PELVIS',
      'FEMUR',
      'TIBIA',
      'RIB',
    ],
  ],
  ['bone', ['椎', '脊柱', '关节', '骨', '膝', '髋', '肩', '肘', '腕', '踝', '足', '趾', '指']],
  ['chest', ['CHEST', 'LUNG', 'THORAX', '胸', '肺', '纵隔']],
];

/** The field of an exam, from its body part and item; null when none fits (an abdomen is anybody's). */
export function specialtyOf({
  bodyPart,
  itemName,
}: {
  readonly bodyPart: string;
  readonly itemName: string;
}): Specialty | null {
  const where = `${bodyPart} ${itemName}`.toUpperCase();
  return WORDS.find(([, words]) => words.some((word) => where.includes(word)))?.[0] ?? null;
}
