/**
 * Organs and states of one sex, and the contexts in which the same characters mean something else. Breasts are none: men
 * have them, and their diseases.
 */
export interface OrganOfOneSex {
  readonly word: RegExp;
  /** Looked for in the sentence around the word. */
  readonly unless?: RegExp;
  /** Looked for in the sentence before as well: the word may go on with what that one speaks of. */
  readonly unlessBefore?: RegExp;
  /** Exams in whose reports the word means something else. */
  readonly unlessExam?: RegExp;
}

/** 附件 in a report of the spine are the arches and processes of the vertebrae. */
const SPINE = /SPINE|SACR|COCCYX|SI_?JOINT|椎|脊|骶|尾骨/i;
const VERTEBRAL = /椎|眼|血管|骨质|棘突|骨折|骨皮质|小关节|脊柱|滑脱/;

export const FEMALE_ONLY: readonly OrganOfOneSex[] = [
  { word: /子宫|宫颈|宫腔|宫体|宫底|宫旁|宫内|宫外孕/ },
  {
    word: /卵巢|输卵管|阴道(?!壁?静脉)|外阴|阴唇|妇科|月经|绝经|停经|(?<!神)经期|痛经|妊娠|怀孕|孕囊|孕周|早孕|孕妇|胎儿|胎盘|节育[器环]|避孕环|哺乳期|产后|围产/,
  },
  {
    word: /(?:双侧?|两侧|左侧?|右侧?|子宫及?双?侧?|盆腔|宫体及)附件(?:区)?|附件区|附件(?:囊|占位|肿)/,
    unless: VERTEBRAL,
    unlessExam: SPINE,
  },
  { word: /附件(?:未见|清晰)/, unless: VERTEBRAL, unlessBefore: VERTEBRAL, unlessExam: SPINE },
  // Of what no vertebra has, in whatever exam.
  { word: /附件区?[^,。;]{0,6}(?:囊肿|卵泡|畸胎瘤|黄体)/, unless: VERTEBRAL },
];

export const MALE_ONLY: readonly OrganOfOneSex[] = [
  { word: /前列腺/, unless: /前列腺素/ },
  { word: /精囊|睾丸|附睾|阴茎|阴囊|精索|输精管|射精|龟头|包皮|遗精|隐睾/ },
  { word: /鞘膜(?:腔)?(?:内)?积液/, unless: /腱鞘/ },
];
