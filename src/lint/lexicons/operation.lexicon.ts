/**
 * Operations and what they leave behind by themselves: a little gas or blood for some days. What an operation cannot
 * explain — an old one, one elsewhere, much of it, something new — stays a finding.
 */

/** What an operation leaves behind. */
export interface Trace {
  /** The operations that leave it, where the sentence tells of them. */
  readonly after: RegExp;
  /** Words anywhere in the report that tell of an operation of the last days. */
  readonly inReport?: RegExp;
  /** Parts whose operation does not reach here, and procedures after which it would be a complication. */
  readonly notAfter: RegExp;
}

const OUTSIDE_ABDOMEN =
  /[颅脑鼻眼咽喉颈肺心骨髋膝踝肩椎]|胸腔镜|胸腔(?:闭式)?引流|气胸|胸水|乳腺|乳癌|甲状腺|冠[状脉]|瓣膜?置换|关节|肢|起搏/;
const INSIDE_ABDOMEN = /腹|胃|肠|肝|胆|胰|脾|肾|阑尾|疝|宫|卵巢|附件|膀胱|前列腺|贲门|输尿管/;
/** Through the gut: gas outside it afterwards is a hole. */
const THROUGH_THE_GUT = /(?:胃|肠|内)镜|ESD|EMR|ERCP|支架|(?<!胆囊)息肉|灌肠|扩张术/;
/** Through a vessel or a needle: blood afterwards is its complication. */
const THROUGH_A_NEEDLE = /介入|TACE|TIPS|栓塞|活检|消融|碎石|支架/;

export const OPERATION_GAS: Trace = {
  after: /术后|切除|修补|腹腔镜|腹透|腹膜透析|造影后/,
  // Gas that an operation of the last days left behind.
  inReport: /腹腔镜|术后第?\d{1,2}[天日]|气腹(?:针|术|后)|(?:窝|腹腔|盆腔)[^。]{0,16}引流管|术后残(?:余|留)积?气/,
  notAfter: THROUGH_THE_GUT,
};
export const OPERATION_BLOOD: Trace = { after: /术后|切除|修补/, notAfter: THROUGH_A_NEEDLE };

/** Whether the words of an operation tell of one outside the abdomen. */
export const isElsewhere = (operation: string): boolean =>
  OUTSIDE_ABDOMEN.test(operation) && !INSIDE_ABDOMEN.test(operation);

/** Organs that one operation lays open together; what bleeds beside another group is not its trace. */
export const ORGAN_GROUPS: readonly RegExp[] = [
  /肝|胆/,
  /脾|胰|胃/,
  /肾|输尿管/,
  /宫|卵巢|附件|输卵管|膀胱|前列腺/,
  /肠|阑尾|疝/,
];

const MANY = '(?<!\\d)(?:\\d{1,2}|[数半多几一二三四五六七八九十两]{1,3})';
/** Too long ago to have left gas or fresh blood: years, months, more than two weeks. A date (3月5日) is none. */
export const LONG_AGO = new RegExp(
  `${MANY}余?多?个?(?:年|月(?!\\d|龄))|多年|既往|曾[行因有]|病史|手术史|切除术?史|术后第?(?:1[5-9]|[2-9]\\d)余?[天日]|术后(?:[3-9三四五六七八九十]|\\d\\d)余?周`,
);
/** A clause that only dates the one before: 阑尾切除术后，3年. */
export const ONLY_LONG_AGO = new RegExp(`^(?:约|已|近)?${MANY}余?多?个?(?:年|月)(?:余|多)?(?:前)?$`);

const NOT_DENIED = '(?<!(?:未见|未发现|未显示|未再|无|没有?)[^,。;]{0,8})';
/** More than an operation leaves, unless the report says that it did. */
export const MUCH_OF_IT = /大量|巨量|(?<!不)较多|大片|全腹/;
export const EXPLAINED =
  /术后(?:改变|残[余留]|积气|积血|反应|表现|所致|相关)|手术(?:后)?(?:改变|所致|残[余留]|相关)|(?:腹透|腹膜透析|腹腔镜|造影)[^,。;]{0,6}(?:所致|引起|相关|改变|残[余留])/;
/** Something else is suspected; 考虑术后改变 suspects the operation itself. */
export const SUSPECTED =
  /(?:考虑|疑|警惕)(?![^,。;]{0,8}(?:术后|手术|残[余留]|腹腔镜|气腹|腹透|腹膜透析|造影))|(?<!术后[^,。;]{0,6})可能(?!性)|不(?:能)?(?:完全)?(?:除外|排除)|待[查排除]|\?/;
const COMPLICATION = '(?:穿孔|瘘|漏|破裂|损伤|活动性?出血|再(?:次)?出血|内出血)';
const SUSPECT = '(?:考虑|疑|警惕|提示|不(?:能)?(?:完全)?(?:除外|排除)|可能)';
export const COMPLICATION_SUSPECTED = new RegExp(
  `${SUSPECT}[^,。;]{0,10}${COMPLICATION}(?![^,。;]{0,6}(?:修补|切除|缝合|术))|${COMPLICATION}(?:可能(?!性)|可疑|待|不(?:能)?(?:完全)?(?:除外|排除)|\\?)|${NOT_DENIED}(?:活动性出血|(?:造影剂|对比剂)外[溢渗])`,
);

/** The same clause goes on to what was done about the finding: 脾破裂行脾切除, 胃穿孔修补术. */
export const TREATED_AFTER =
  /^(?:(?!建议|需|拟|[,。;(])[\s\S]){0,6}?\(?(?:修补|切除|缝合)|^(?:(?!建议|需|拟|[,。;(])[\s\S]){0,10}?行[^,。;]{0,8}?(?:修补|切除|缝合|探查|手术|栓塞|引流)/;
/** The next clause is what was done about it: 脾破裂，行切除术后第3天. */
export const TREATED_NEXT =
  /^(?:(?!建议|需|拟)[\s\S]){0,12}?(?:修补|切除|缝合|探查|手术|止血|栓塞|引流)(?:置管)?(?:术?后|治疗后)|^[已曾]经?行(?:(?!建议|需|拟)[\s\S]){0,12}?(?:修补|切除|缝合|探查|手术|止血|栓塞)/;
