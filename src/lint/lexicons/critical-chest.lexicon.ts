import { type FindingSpec, near, word } from './phrase';

const AORTA = /主动脉(?!瓣|窗|肺动脉|弓?旁)/;
const OTHER_ARTERY =
  /颈(?:内|总)?动脉|椎动脉|肠系膜|髂动脉|肾动脉|冠状动脉|冠脉|脾动脉|肝动脉|颅内|大脑|交通动脉|基底动脉/;
const MUCH = /(?<!少|微|中等|适)(?:大量|巨量|中-?至?大量|极大量|量(?:较)?大|量多|张力性)/;
const CHEST_FLUID =
  /(?:胸腔|胸膜腔|胸部)(?:内)?(?:可?见)?(?:积液|积血|积气|积脓|液气|液体|液性|游离液)|胸水|(?<!腹部?)(?:血气胸|液气胸|气胸|血胸|脓胸|脓气胸)/;

export const PULMONARY_EMBOLISM: FindingSpec = {
  finding: '急性肺栓塞',
  phrases: [
    near([/肺(?:动脉|栓|血栓)?/, /栓塞/], { within: 6, unless: /脂肪瘤|支气管动脉栓塞|瘤栓|螺旋|弹簧圈/ }),
    word(/肺(?:动脉)?血栓栓塞|肺(?:动脉)?栓塞|(?<![A-Za-z])A?PTE(?![A-Za-z])|肺梗[死塞]|骑跨(?:性|型)?(?:血|栓)/),
    near([/肺(?:[^,]{0,8})动脉|[上中下]叶[^,]{0,6}动脉/, /充盈缺损|血栓|栓子/], { within: 24 }),
    near([/肺动脉/, /充盈缺损/], { within: 30, acrossClauses: true }),
  ],
};

export const DISSECTION: FindingSpec = {
  finding: '急性主动脉夹层',
  phrases: [
    near([AORTA, /夹层|内膜片|双腔|真假(?:两)?腔|壁[间内]血肿|内膜撕裂|内膜瓣|穿透性溃疡/], {
      within: 16,
      unless: /夹层不/,
    }),
    near([AORTA, /夹层|内膜片|双腔|真、?假(?:两|二|双)?腔|假腔|壁[间内]血肿/], {
      within: 40,
      acrossClauses: true,
      unlessInSentence: OTHER_ARTERY,
    }),
    word(
      /(?:Stanford|Standford|DeBakey|Debakey|debakey|stanford)[ -]?(?:[AB]|[ⅠⅡⅢ]|I{1,3}|[1-3])[ab]?型?|夹层(?:动脉瘤|血肿)|真假(?:两|二|双)?腔|内膜片|壁[间内]血肿/,
      {
        unlessInSentence: OTHER_ARTERY,
      },
    ),
    word(/(?:胸|腹|胸腹)主?动脉夹层|AD\([AB]型\)/),
  ],
};

export const ANEURYSM_RUPTURE: FindingSpec = {
  finding: '主动脉瘤破裂',
  phrases: [
    near([/(?:主动脉|胸腹主动脉|[胸腹]主)(?:[^,]{0,6}?)瘤/, /破裂|破口|外渗|外溢|渗漏|渗血|血肿|出血|连续性中断/], {
      within: 14,
      unless: /壁间|壁内|附壁/,
    }),
    near(
      [
        /主动脉(?:[^,]{0,6}?)瘤/,
        /破裂|外渗|外溢|腹膜后(?:大量)?(?:血肿|积血|出血)|周围(?:血肿|积血|渗出|出血)|纵隔血肿/,
      ],
      {
        within: 40,
        acrossClauses: true,
      },
    ),
    word(/动脉瘤(?:可能|先兆|濒临|已)?破裂/, { unlessInSentence: OTHER_ARTERY }),
  ],
};

export const TAMPONADE: FindingSpec = {
  finding: '心包填塞',
  phrases: [
    near([/心包积液/, /大量(?!腹|胸|气|液)|量大/], { within: 2, acrossClauses: true }),
    near([/心包|心脏/, /填塞|压塞/], { within: 4 }),
    near([/心包/, MUCH, /积液|积血|液体|液性/], { within: 6, unless: /胸/ }),
    word(/心包(?:腔)?积血/),
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
    near([/胸腔积液|胸水|气胸|血胸/, /(?:现?为|呈|量为?|示)?大量(?!腹|心包)/], {
      within: 14,
      acrossClauses: true,
      unless: /腹|心包|少量|,[^,]{0,3}[左右双]侧/,
    }),
    near([/[左右双两]侧大量(?:积液|积气|积血)/, /肺/], { within: 8, acrossClauses: true }),
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
        unlessInSentence: /少量|微量|包裹|心包|腹腔|腹水/,
      },
    ),
    near([/胸腔|胸部|肺野/, /大片|全肺野?|一侧/, /(?:均匀一?致?)?致密影?|白肺/, /纵隔.{0,10}(?:移|推)/], {
      within: 24,
      acrossClauses: true,
    }),
  ],
};

export const AIRWAY: FindingSpec = {
  finding: '气管·支气管异物',
  phrases: [
    near([/(?:(?:支)?气管)(?!插管|切开)/, /异物/], { within: 16, acrossClauses: true, unless: /食[管道]|口咽|鼻|咽/ }),
    near([/(?:(?:支)?气管|气道|隆突|声门下?|喉腔|喉部)(?!插管|切开)/, /异物/], {
      within: 14,
      unless: /食[管道]|口咽|[^支]气管旁|牙/,
    }),
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
