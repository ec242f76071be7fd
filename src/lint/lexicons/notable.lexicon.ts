import { type FindingSpec, near, word } from './phrase';

/** Second tier: a receipt and follow-up within a day instead of a call within minutes. */
export const NOTABLE_SPECS: readonly FindingSpec[] = [
  {
    finding: '重要异常',
    phrases: [
      word(
        /(?:肺|肝|胃|肠|肾|胰|食管|膀胱|前列腺|乳腺|甲状腺|宫颈|卵巢|直肠|结肠|胆管|胆囊|鼻咽|喉|气管|细胞|周围型|中央型|腺|鳞)(?:部|脏|腺|头|体|尾)?癌(?!胚)/,
      ),
      word(
        /恶性(?!程度|度)|(?<![A-Za-z])(?:Ca|CA|MT|Mt|mt)(?![A-Za-z\d-])|转移(?:瘤|灶|癌|性)|肉瘤|淋巴瘤|骨髓瘤|白血病|胶质瘤|黑色素瘤|肿瘤(?:性)?(?:病变|可能|待|占位)|占位(?:性)?(?:病变)?(?!效应)|新生物/,
      ),
      near([/肿瘤|肿块|肿物|包块|团块/, /可能|考虑|待排|不除外|不能排除|待查|软组织/], { within: 12 }),
      near([/结节|肿块/, /分叶|毛刺|胸膜(?:凹陷|牵拉)/], { within: 20, acrossClauses: true }),
      near([/骨质|椎体/, /溶骨|虫蚀|骨质破坏|转移/], { within: 8 }),
    ],
  },
  {
    finding: '疑似传染病',
    phrases: [
      near([/结核/, /活动|浸润|播散|粟粒|空洞|继发型?|原发|可能|考虑|待排|不除外|不能排除|可疑|进展|干酪/], {
        within: 10,
        unless: /非活动|稳定|硬结|钙化|纤维化/,
      }),
      word(
        /(?:活动性|浸润性|继发性|原发性|血行播散[性型]?|粟粒性?|空洞性|干酪性)(?:肺)?结核|肺结核(?!史|病史)|粟粒(?:性|状|样)?(?:结节|播散)|结核球|结核性(?:胸膜炎|脑膜炎|腹膜炎)|(?<![A-Za-z])TB(?![A-Za-z])/,
        { unless: /稳定|硬结|钙化|纤维/ },
      ),
      word(/树芽征/, { unlessInSentence: /支气管扩张/ }),
      word(/新型冠状病毒|新冠|COVID|covid|禽流感|SARS|麻疹肺炎|包虫|血吸虫|布氏?杆?菌|布病|艾滋|卡氏?肺孢子|肺孢子菌/),
    ],
  },
];
