import { type FindingSpec, near, word } from './phrase';

const AORTA = /主动脉(?!瓣|窗|肺动脉|弓?旁)/;
const OTHER_ARTERY =
  /颈(?:内|总)?动脉|椎动脉|肠系膜|髂动脉|肾动脉|冠状动脉|冠脉|脾动脉|肝动脉|颅内|大脑|交通动脉|基底动脉/;
/** A bare 夹层 is the aorta's unless the sentence names another vessel. */
const OTHER_VESSEL = new RegExp(`${OTHER_ARTERY.source}|髂|锁骨下动脉|腹腔干|夹闭`);
const MUCH = /(?<!少|微|中等|适)(?:大量|巨量|中-?至?大量|极大量|量(?:较|很)?大|量(?:较|很)?多|张力性|高压性)/;
const CHEST_FLUID =
  /(?:胸腔|胸膜腔|胸部)(?:内)?(?:可?见)?(?:积液|积血|积气|积脓|液气|液体|液性|游离液)|胸水|(?<!腹部?)(?:血气胸|液气胸|气胸|血胸|脓胸|脓气胸)/;

export const PULMONARY_EMBOLISM: FindingSpec = {
  finding: '急性肺栓塞',
  phrases: [
    near([/肺(?:动脉|栓|血栓)?/, /栓塞/], { within: 6, unless: /脂肪瘤|支气管动脉栓塞|瘤栓|螺旋|弹簧圈/ }),
    word(
      /肺(?:动脉)?血栓栓塞|肺(?:动脉)?栓塞|(?<![A-Za-z])A?PTE(?![A-Za-z])|肺梗[死塞]|骑跨(?:性|型)?(?:血|栓)|肺栓(?!子)|(?<![A-Za-z])PE(?![A-Za-z])/,
    ),
    near([/肺[^,]{0,10}动脉|[上中下]叶[^,]{0,6}动脉/, /栓塞|栓子|截断/], {
      within: 20,
      acrossClauses: true,
      unless: /支气管动脉|脾|肾动脉|肝动脉|弹簧圈/,
    }),
    near([/肺(?:[^,]{0,8})动脉|[上中下]叶[^,]{0,6}动脉/, /充盈缺损|血栓|栓子/], { within: 24 }),
    near([/肺动脉/, /充盈缺损/], { within: 30, acrossClauses: true }),
    near([/肺动脉/, /血栓/], { within: 30, acrossClauses: true, unless: /静脉|下肢/ }),
  ],
};

export const DISSECTION: FindingSpec = {
  finding: '急性主动脉夹层',
  repaired:
    /(?<!(?:冠状动脉|冠脉|前降支|回旋支|右冠|颈动脉|锁骨下动脉|肾动脉|髂动脉|下肢|股动脉|食管|胆[道管]|输尿管|气管|颅内|椎动脉)[^,。;]{0,8})支架|TEVAR|EVAR|覆膜|腔内(?:修复|隔绝)|人工血管|孙氏|象鼻/,
  phrases: [
    near([AORTA, /夹层|内膜片|双腔|真假(?:两)?腔|内膜(?:撕裂|瓣|影|分离)|撕裂的?内膜|穿透性溃疡/], {
      within: 16,
      unless: /夹层不/,
    }),
    near([AORTA, /夹层|内膜片|双腔|真、?假(?:两|二|双)?腔|假腔/], {
      within: 40,
      acrossClauses: true,
      unlessInSentence: OTHER_ARTERY,
    }),
    word(
      /(?:Stanford|Standford|DeBakey|Debakey|debakey|stanford)[ -]?(?:[AB]|[ⅠⅡⅢ]|I{1,3}|[1-3])[ab]?型?|夹层(?:动脉瘤|血肿)|真假(?:两|二|双)?腔|内膜片/,
      {
        unlessInSentence: OTHER_ARTERY,
      },
    ),
    // In the wall of an aneurysm it is a sign of its rupture.
    word(/壁[间内]血肿/, { unlessInSentence: new RegExp(`${OTHER_ARTERY.source}|动脉瘤|瘤样|肠壁`) }),
    word(/(?:胸|腹|胸腹)主?动脉夹层|AD\([AB]型\)/),
    word(/夹层(?!状)/, { unlessInSentence: OTHER_VESSEL }),
  ],
};

/** Blood or contrast outside the aorta. */
const LEAK =
  /破裂|破了|破口|破入|外渗|外溢|(?:腹膜后|后腹膜|纵隔|胸腔|周围|瘤周|左胸|右胸)[^,]{0,12}(?:血肿|积血|出血|渗出|渗血|高密度|一?(?:大)?片血)|壁[^,]{0,6}(?:不完整|不连续|中断|缺损)/;

export const ANEURYSM_RUPTURE: FindingSpec = {
  finding: '主动脉瘤破裂',
  phrases: [
    near(
      [
        /(?:主动脉|胸腹主动脉|[胸腹]主|髂(?:总|内|外)?动脉)(?:[^,]{0,6}?)瘤/,
        /破裂|破口|外渗|外溢|渗漏|渗血|血肿|出血|连续性中断/,
      ],
      {
        within: 14,
        unless: /壁间|壁内|附壁/,
      },
    ),
    near([/(?:主|髂(?:总|内|外)?)动脉(?:[^,]{0,6}?)瘤|(?<![A-Za-z])[AT]AA(?![A-Za-z])/, LEAK], {
      within: 40,
      acrossClauses: true,
      // The aneurysm was treated once; the blood beside it was not.
      bearer: /^(?:(?:主|髂[总内外]?)动脉.*瘤|[AT]AA)$/,
    }),
    word(/动脉瘤(?:可能|先兆|濒临|已)?破裂/, {
      unlessInSentence: new RegExp(OTHER_ARTERY.source.replace('|髂动脉', '')),
      unlessInReport: /蛛网膜|蛛血|SAH|脑池|脑沟|[前后]交通|脑室|颅内/,
    }),
  ],
};

export const TAMPONADE: FindingSpec = {
  finding: '心包填塞',
  phrases: [
    near([/心包积液/, /大量(?!腹|胸|气|液)|量大/], { within: 2, acrossClauses: true }),
    near([/心包|心脏/, /填塞|压塞/], { within: 4 }),
    near([/心包/, MUCH, /积液|积血|液体|液性/], { within: 6, unless: /胸/ }),
    word(/心包(?:腔)?(?:内|里)?[^,]{0,6}积血/),
    near([/心包(?:腔|里|内)?/, /(?:大量|很多|好多|一大圈)[^,心腹胸]{0,4}(?:积?液|水|血)/], { within: 6 }),
    near([/(?:心包|环心)[^,]{0,10}(?:积?液|积血|液性|水)/, /受压|塌陷|压迫/], {
      within: 30,
      acrossClauses: true,
      unlessInSentence: /少量|微量|少许|肺|食管|气管|瘤|脊髓|胸腔/,
    }),
    near([/心包(?:腔)?(?:内)?(?:可?见)?[^,]{0,6}(?:积液|液体|液性)|环心包?[^,]{0,6}(?:液|水)/, /\d/], {
      within: 20,
      acrossClauses: true,
      unlessInSentence: /少量|微量|少许|胸腔/,
      measure: { least: 20, most: 120, pattern: /(?:厚|深|宽|径|约)[^\d]{0,6}(\d{1,2}(?:\.\d+)?)\s?(mm|cm)/ },
    }),
  ],
};

export const CHEST: FindingSpec = {
  finding: '大量液/血/气胸',
  phrases: [
    near([MUCH, CHEST_FLUID], { within: 6, unless: /腹[腔水]|腹盆|心包|少量|微量|少许|及|并|伴|、(?!右|左)/ }),
    near([/胸腔|胸膜腔/, /大量|巨量|中-?至?大量/, /积液|积血|积气|液体|液性|气体|液气|气液/], {
      within: 8,
      unless: /心包|少量|微量/,
    }),
    near([/胸腔积[液血气]|胸水|气胸|血胸/, /(?:现?为|呈|量为?|示)?大量(?!腹|心包)/], {
      within: 14,
      acrossClauses: true,
      unless: /腹|心包|少量|,[^,]{0,3}[左右双]侧/,
    }),
    near([/[左右双两]侧?(?:包裹性)?大量(?:积液|积气|积血)/, /肺/], { within: 8, acrossClauses: true }),
    word(/[左右双两]侧?胸?(?:腔)?(?:包裹性)?(?:大量|巨量)(?:包裹性)?(?:积液|积气|积血)/, {
      unlessInSentence: /肠|胃|关节|窦|阴囊|鞘膜|肾|宫|附件|输卵管|腹|心包|髌|乳突|鼓室/,
    }),
    near(
      [
        /积液|胸水|液性|致密影/,
        /(?:达|平|至|上缘|上界|液面|超过)[^,]{0,6}第?[123一二三](?:[、~-][234二三四])?前?肋|(?:达|至|近)(?:肺尖|胸廓入口|锁骨)/,
      ],
      { within: 16, acrossClauses: true, unlessInSentence: /骨折/ },
    ),
    near([/肺/, /压缩|萎陷/], {
      within: 12,
      unless: /椎/,
      unlessInSentence: /(?<![未不无])复张(?!不|欠)/,
      measure: {
        least: 50,
        most: 100,
        pattern:
          /(?:压缩|萎陷)(?:程度|率|体积|面积|达|了|约|大约|近|为|超过|大于|>|:)*(?:\d{1,2}%?[-~至])?(\d{1,3})\s?(?:%|％)/,
      },
    }),
    near([/气胸|胸腔|积气|肺/, /压缩[^,]{0,8}(?:百分之[五六七八九]|[五六七八九]成|拳头|肺门|成?团)/], {
      within: 24,
      acrossClauses: true,
    }),
    near([/气胸/, /压缩|受压|萎陷/], {
      within: 40,
      acrossClauses: true,
      measure: {
        least: 50,
        most: 100,
        pattern:
          /(?:压缩|受压|萎陷)(?:程度|率|体积|面积|部分|至|达|了|约|大约|近|为|超过|大于|>|:)*(?:\d{1,2}%?[-~至])?(\d{1,3})\s?(?:%|％|$)?/,
      },
    }),
    near(
      [
        /气胸|胸腔(?:内)?(?:大量)?积气|无肺纹理|胸腔积液|胸水/,
        /压缩(?:程度|达|至|约|为)*(?:1\/2|2\/3|3\/4|[345]\/5|二分之一|三分之二|四分之三|五分之[三四]|一半|大部)|完全(?:被)?压缩|压缩(?:呈|成)?(?:团|近肺门)|完全(?:性)?不张|完全萎陷/,
      ],
      {
        within: 40,
        acrossClauses: true,
        unless: /胸腔积液[^气]*完全不张/,
      },
    ),
    near(
      [
        /气胸|积气|胸腔积液|液气胸|积液/,
        /纵隔(?:结构|及心影|心影)?(?:气管)?(?:明显|显著)?(?:受压)?(?:向)?(?:健侧|对侧|左侧?|右侧?)?(?:明显|显著)?(?:移位|推移|偏移|移)/,
      ],
      {
        within: 40,
        acrossClauses: true,
        unlessInSentence: /少量|微量|包裹|心包|腹腔|腹水|全肺切除/,
      },
    ),
    near([/胸腔|胸部|肺野/, /大片|全肺野?|一侧/, /(?:均匀一?致?)?致密影?|白肺/, /纵隔.{0,10}(?:移|推)/], {
      within: 24,
      acrossClauses: true,
    }),
  ],
};

const AIRWAY_PLACE = /(?:支气管|气管|气道|隆突|声门下?|喉腔)(?!插管|切开|镜)/;
const SWALLOWED =
  /(?:花生|瓜子|豆|玉米|坚果|核桃|硬币|纽扣|笔帽|图钉|钢?针|鱼刺|骨片|骨头|假牙|义齿|牙齿|药片|果核|枣核|螺丝|塑料|电池|食物)(?:仁|米|壳|粒|碎片|残渣|团块)?(?!征)/;
/** The foreign body lies in the gullet, the throat or the nose. */
const NOT_IN_AIRWAY = /食[管道][^,。]{0,10}异物|异物[^,。]{0,6}(?:位于)?食[管道]|(?:鼻|咽|口腔)[^,。]{0,4}异物/;

export const AIRWAY: FindingSpec = {
  finding: '气管·支气管异物',
  phrases: [
    near([/(?:(?:支)?气管)(?!插管|切开)/, /异物/], {
      within: 16,
      acrossClauses: true,
      unless: /食[管道]|口咽|鼻|咽/,
      unlessInSentence: NOT_IN_AIRWAY,
    }),
    near([/(?:(?:支)?气管|气道|隆突|声门下?|喉腔|喉部)(?!插管|切开)/, /异物/], {
      within: 14,
      unless: /食[管道]|口咽|[^支]气管旁|牙/,
      unlessInSentence: NOT_IN_AIRWAY,
    }),
    // What was breathed in by its own name: 瓜子样密度影, 假牙.
    near([AIRWAY_PLACE, SWALLOWED], { within: 16, unless: /食[管道]/, unlessInSentence: NOT_IN_AIRWAY }),
    near([AIRWAY_PLACE, /金属(?:样|性)?(?:高?密度)?影|金属异物/], {
      within: 12,
      unless: /旁/,
      unlessInSentence: /支架|术后|夹|起搏|导管|插管|套管|电极|内固定|食[管道]/,
    }),
    // What lets air in and not out.
    near([AIRWAY_PLACE, /(?:高密度|致密)(?:影|灶|结节)/, /(?:透亮度|含气量?)(?:增[高加]|不均)/], {
      within: 30,
      acrossClauses: true,
      unlessInSentence: /钙化|肺气肿|片状|管壁|食[管道]/,
    }),
    near([SWALLOWED, /位于|嵌顿于|卡于|落入|进入|坠入/, AIRWAY_PLACE], {
      within: 10,
      acrossClauses: true,
      unlessInSentence: NOT_IN_AIRWAY,
    }),
    near(
      [
        AIRWAY_PLACE,
        /高密度|致密|软组织|充填|堵塞|阻塞|填充|截断|密度影|狭窄|闭塞/,
        /异物|误吸|误咽|呛咳|呛入|呛到|吸入史/,
      ],
      { within: 24, acrossClauses: true, unlessInSentence: NOT_IN_AIRWAY },
    ),
    near(
      [
        /支?气管(?:管腔|腔)?内?/,
        /(?:结节|颗粒|条|片|类圆|椭圆|斑点|金属|花生|致密|不规则)[^,]{0,6}(?:高密度|致密|金属|异物)[^,]{0,4}影?/,
        /(?:考虑|疑|可能).{0,6}异物|误吸|误咽|呛咳/,
      ],
      {
        within: 24,
        acrossClauses: true,
      },
    ),
  ],
};
