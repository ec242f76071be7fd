import type { LintExam } from '../lint.types';
import type { Clause } from './clauses';

export type Side = 'L' | 'R' | 'B';

export interface SideWord {
  /** Offset in the clause. */
  readonly at: number;
  readonly length: number;
  readonly side: Side;
}

export const SIDE_NAMES: Readonly<Record<Side, string>> = { L: '左侧', R: '右侧', B: '双侧' };
export const OTHER_SIDE: Readonly<Record<'L' | 'R', 'L' | 'R'>> = { L: 'R', R: 'L' };

/**
 * 左 and 右 that name a side of the body. Not: a direction (向左移位), a diameter (左右径), a projection (左侧位, 左前斜位), a part
 * of the heart or its arteries, symmetry, the two malleoli of one ankle.
 */
const NO_SIDE =
  /双踝骨折|[向朝往偏](?:左|右)(?:侧|前|后|上|下|方)*|凸向(?:左|右)|[左右](?:侧)?(?:移|偏|凸|突|倾)|左[、\/及和与]?右(?:侧)?(?:径|对称|心|缘|大小|旋转)|左右|右左|[左右](?:前|后)斜|[左右]侧?(?:卧|位片|位(?=[,、。及]|$)|侧位)|[左右](?:心|房|室|冠|主干|前降|回旋|束支|旋支)|[左右]侧(?:房|室)壁|[左右]向[左右]/g;
const SIDE =
  /左[、\/及和与]右(?:两|双)?侧?|双侧|两侧|双(?=[肺肾膝踝髋肩腕肘手足上下胸耳眼乳额颞顶枕股髌小跟顾])|两(?=[肺肾膝踝髋肩腕肘手足上下胸耳眼](?!个|处|枚))|左|右/g;

const known = new WeakMap<Clause, readonly SideWord[]>();

/** The side words of a clause in order. */
export function sideWords(clause: Clause): readonly SideWord[] {
  let words = known.get(clause);
  if (!words) known.set(clause, (words = sideWordsIn(clause.text)));
  return words;
}

function sideWordsIn(text: string): SideWord[] {
  const masked = text.replace(NO_SIDE, (found) => '　'.repeat(found.length));
  return [...masked.matchAll(SIDE)].map((found) => ({
    at: found.index,
    length: found[0].length,
    side: found[0] === '左' ? 'L' : found[0] === '右' ? 'R' : 'B',
  }));
}

/** The exam's one side: as ordered, else as its body part says (左膝关节). */
export function examSide({ laterality, bodyPart }: LintExam): 'L' | 'R' | undefined {
  if (laterality === 'L' || laterality === 'R') return laterality;
  if (laterality === 'B') return undefined;
  const left = bodyPart.includes('左');
  if (left === bodyPart.includes('右')) return undefined;
  return left ? 'L' : 'R';
}
