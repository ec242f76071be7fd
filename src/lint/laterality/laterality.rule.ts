import { isNegatedAt } from '../text/assertion';
import type { Clause, Section } from '../text/clauses';
import { sideDisagreement } from './laterality-agreement.rule';
import { SERIOUS } from '../lexicons/lesions.lexicon';
import { quote } from '../text/report-text';
import { printedSections, type Report } from '../report';
import type { Hit } from '../rules';
import { examSide, OTHER_SIDE, SIDE_NAMES, type SideWord, sideWords } from '../text/sides';

/** The other side is named only to compare with it, or to take another picture of it. */
const COMPARED = /对比|对照|比较|相比|较(?:左|右)|健侧|对侧|不对称|参照|加[摄照拍]|较健|鉴别/;
/** Compared with an earlier film, not with the other side. */
const WITH_EARLIER = /(?:前|旧|老|原|\d)(?:片|次|日)?[^,]{0,6}(?:对比|比较|相比)|(?:对比|比较)(?:前|旧|老|原|\d)/;
const PAST =
  /既往|病史|曾|未(?:能)?(?:摄|拍|照|检查|扫描)|不能配合|无法配合|未(?:完整|完全)?包(?:全|括|入)|不予?评价|未纳入/;
/** One film of these shows the other side too; an operated other side is told of as a known fact. */
const SHOWS_BOTH = /HIP|PELVIS|髋|骨盆/i;
const OPERATED = /人工|置换|术后|截肢|缺如|内固定/;
/** Sides within one organ are no sides of the exam: 肝右叶, 右半结肠. */
const WITHIN_ORGAN = /^(?:半肝|半结肠|肝|叶|前叶|后叶|外叶|内叶|门静脉|髂总|锁骨下动|锁骨下静|颈总|颈内|无名|头臂)/;
const BEFORE_WITHIN_ORGAN = /(?:肝脏?|胆管|前列腺|心)$/;
/** How far around a side its own words stand; more would be read again for every side of a long clause. */
const NEAR = 24;
/** Exams of the trunk show both sides; only what the impression says of the other one counts. */
const TRUNK =
  /CHEST|ABDOMEN|ABD|HEAD|BRAIN|SKULL|SPINE|PELVIS|NECK|LUNG|THORAX|SINUS|KIDNEY|胸部|胸腔|肺|腹|颅|头|脑|椎|骨盆|盆腔|颈部|鼻窦|泌尿|全身/i;
/** A film of the ribs shows both lungs: only its own bones count. */
const RIBS = /RIB|肋/i;
const RIB_WORD = /肋骨|肋弓|骨折|骨皮质|第\d|肋[^膈间]/;
/** Both halves of one joint, the many small joints of one hand, the two malleoli of one ankle. */
const BOTH_WITHIN_A_JOINT = new RegExp(
  '^(?:双|两)侧?(?:' +
    [
      '(?:胫骨(?:平台|[内外]*[侧缘髁]|髁)|股骨(?:远端)?[内外]*侧?髁)',
      '(?:内外侧)?(?:半月板|(?:[内外]+侧)?副韧带)',
      '髌(?:骨|股关节|股)?[^,]{0,6}(?:关节面|关节间隙|内外侧|[内外]侧缘|支持带|隐窝)',
      '肱骨[内外]*上?髁',
      '(?:掌指|指间|指骨间|跖趾|趾间|腕掌|跗跖)关节',
      '踝(?!关节|部|周)',
    ].join('|') +
    ')',
);
const BOTH_OF_A_LIMB = /^(?:双|两)侧?(?:上肢|下肢|肩|肘|腕|手|髋|膝|踝|足|跟|髌|[股胫腓桡尺肱掌跖指趾])/;

/** Sides in the text that are not the exam's, and sides on which findings and impression disagree. */
export function laterality(report: Report): Hit[] {
  return [...againstExam(report), ...sideDisagreement(report)];
}

function againstExam(report: Report): Hit[] {
  const side = examSide(report.exam);
  if (side === undefined) return [];
  const { bodyPart } = report.exam;
  const trunk = TRUNK.test(bodyPart);
  const ribs = RIBS.test(bodyPart);
  const ordered: Ordered = { side, trunk, expected: `${SIDE_NAMES[side]}检查` };
  const sections = trunk ? [report.impression] : printedSections(report).map(([, section]) => section);
  return sections.flatMap((section) => {
    const sameSideNamed =
      trunk && section.clauses.some((clause) => sideWords(clause).some((word) => word.side === side));
    if (sameSideNamed) return [];
    const ownNamed = namesOwn(section, side);
    return section.clauses.flatMap((clause, i) => {
      if (ownNamed && (SHOWS_BOTH.test(bodyPart) || OPERATED.test(clause.text))) return [];
      if (isCompared(clause, section.clauses[i + 1]) || PAST.test(clause.text)) return [];
      const otherCounts = (!ribs || RIB_WORD.test(clause.text)) && (!trunk || SERIOUS.test(clause.text));
      const words = sideWords(clause).filter((word) => otherCounts || word.side === 'B');
      return words.flatMap((word) => breach(section, clause, word, ordered));
    });
  });
}

/** 左手未摄片，无法对比: the comparison may follow its subject. */
function isCompared(clause: Clause, next: Clause | undefined): boolean {
  if (COMPARED.test(clause.text.replace(WITH_EARLIER, ''))) return true;
  if (next?.sentence !== clause.sentence || !COMPARED.test(next.text.replace(WITH_EARLIER, ''))) return false;
  return sideWords(next).every(({ side }) => side === 'B') || /^(?:双|两)侧/.test(next.text);
}

/** The first side that the section names is the exam's: what it says of the other one comes on top of it. */
function namesOwn({ clauses }: Section, side: 'L' | 'R'): boolean {
  const first = clauses.flatMap((clause) => sideWords(clause)).find((word) => word.side !== 'B');
  return first?.side === side;
}

interface Ordered {
  readonly side: 'L' | 'R';
  readonly trunk: boolean;
  readonly expected: string;
}

function breach(section: Section, clause: Clause, word: SideWord, { side, trunk, expected }: Ordered): Hit[] {
  const at = clause.start + word.at;
  const behind = clause.text.slice(word.at + word.length, word.at + word.length + NEAR);
  const phrase = quote(section, at, Math.min(clause.end, at + 8));
  if (word.side === 'B') {
    const named = clause.text.slice(word.at, word.at + 16);
    const limbs = BOTH_OF_A_LIMB.test(named) && !BOTH_WITHIN_A_JOINT.test(named);
    return limbs && !trunk ? [{ rule: 'both_sides_of_one_sided_exam', phrase, expected }] : [];
  }
  if (word.side !== OTHER_SIDE[side]) return [];
  if (WITHIN_ORGAN.test(behind) || BEFORE_WITHIN_ORGAN.test(clause.text.slice(Math.max(0, word.at - NEAR), word.at)))
    return [];
  if (trunk && isNegatedAt(section, at)) return [];
  return [{ rule: 'side_of_exam', phrase, expected }];
}
