import { type FindingSpec, near, word } from './phrase';

const BRAIN =
  /(?:基底节|豆状核|尾状核|壳核|外囊|内囊|丘脑|脑干|中脑|脑桥|桥脑|延髓|小脑|大脑|脑实质|脑叶|[额颞顶枕岛]叶|[额颞顶枕]{2,3}叶|放射冠|半卵圆中心|胼胝体|脑室|脑内|颅内|脑组织|[额颞顶枕]{1,3}部|[左右][额颞顶枕]{1,3}(?=(?:可?见|少量|多发|急性)?(?:脑?内)?(?:出血|血肿)))(?!内?(?:无|未见|未示|未发现))/;
const NOT_IN_BRAIN_TISSUE = /硬膜|纵裂|脑?[沟池]|大脑镰|小脑幕|蛛网膜|蛛血|头皮|皮下|帽状|内板|板下|新月|骨膜|鼻|窦|眼/;
const CALM_BRIGHT =
  /钙化|骨质|骨瘤|脑膜瘤|生理性|点状|斑点|对称|伪影|异物|金属|大脑镰|松果体|脉络丛|动脉(?:壁|高密度|呈|走行|密度)|静脉窦|上颌窦|蝶窦|乳突|头皮|皮下/;

/** Other things that are bright on DWI. */
const NO_INFARCT = /脓肿|瘤|癌|转移|表皮样|穿透|脱髓鞘|脑炎|无?ADC[^,]{0,4}高信号/;
export const INFARCT: FindingSpec = {
  finding: '急性脑梗死',
  phrases: [
    near(
      [
        /(?:超?急性期?|亚急性期?|新近|新鲜|新发|近期|早期|大面积|大片)(?:的)?/,
        /(?<!心肌)(?:脑?梗死|脑?梗塞|脑梗|腔梗)(?!后)/,
      ],
      {
        within: 16,
        unless: /软化|心肌|肾|脾|肠|骨|肺/,
      },
    ),
    near(
      [
        /(?:脑|[额颞顶枕岛]叶|基底节区?|丘脑|小脑|放射冠|半卵圆中心|半球|供血区|分水岭区?)/,
        /(?<!心肌|腔隙性?)(?:梗死|梗塞|脑梗)(?:灶|区)?/,
        /超?急性期?|新近|新鲜|新发|近期|大面积/,
      ],
      {
        within: 14,
        unless: /软化/,
      },
    ),
    word(
      /(?<!腔隙性?|陈旧性?|多发性?腔隙|腔隙灶?及?|腔隙状|静脉性)脑(?:叶)?梗(?:死|塞|塞死)?(?!后|的?软化|软化)(?![^,]{0,4}(?:腔隙|软化))/,
    ),
    near(
      [
        /(?:基底节区?|丘脑|小脑(?:半球)?|脑干|脑桥|延髓|[额颞顶枕岛]叶|[额颞顶枕]{2,3}叶|放射冠区?|半卵圆中心|大脑(?:半球|[前中后]动脉)?|供血区|分水岭区?)/,
        /梗死|梗塞/,
      ],
      {
        within: 6,
        unless: /腔隙|腔梗|陈旧|软化|多发小|缺血|、|及/,
      },
    ),
    near(
      [
        /脑|[额颞顶枕岛]叶|基底节|丘脑|放射冠|半卵圆中心/,
        /(?:超?急性期?|近期|新近|新鲜|新发|早期)(?:脑)?(?:梗死|梗塞)/,
      ],
      {
        within: 30,
        acrossClauses: true,
        unless: /心肌|腔隙/,
      },
    ),
    near(
      [/脑|[额颞顶枕岛]叶|基底节|丘脑|放射冠/, /梗死|梗塞/, /(?:新发|急性期?|新鲜|近期)(?:可能|不除外|不能|待|改变|$)/],
      {
        within: 12,
        acrossClauses: true,
        unless: /心肌|软化/,
      },
    ),
    word(
      /(?:大脑中动脉|大脑前动脉|MCA|基底动脉)(?:[^,]{0,6}?)(?:高密度征|致密征|密度(?:明显)?(?:增高|增浓))|(?:动脉)(?:高密度|致密)征|岛带征|岛带[^,]{0,4}(?:消失|模糊)|豆状核[^,]{0,4}模糊|脑回肿胀征/,
    ),
    word(/(?:大脑[前中]动脉|MCA|基底动脉)[^,]{0,8}(?:闭塞|截断|中断|未显影)/, {
      unlessInSentence: /烟雾|慢性|支架|搭桥/,
    }),
    near(
      [
        /脑|[额颞顶枕岛]叶|基底节|丘脑|放射冠|半卵圆/,
        /低密度/,
        /梗(?:死|塞)(?:灶|可能)*(?:可能|不(?:能)?(?:完全)?(?:除外|排除)|待)/,
      ],
      { within: 16, acrossClauses: true, unlessInSentence: /腔隙|腔梗|软化|陈旧|心肌/ },
    ),
    word(/(?:超?急性期?|新发|早期)(?:脑)?缺血(?:性)?(?:改变|灶|病灶|卒中|脑卒中|病变)/, {
      unlessInSentence: /心肌|肠|股骨|肢/,
    }),
    word(/(?:超?急性期?|新发|新鲜|近期)[^,心肾脾肠肺骨肝]{0,8}(?:梗死|梗塞)(?!后)/, {
      unlessInSentence: /心肌|肾|脾|肠|肺|骨/,
    }),
    near([BRAIN, /(?:弥散|扩散)(?:明显)?受限/], { within: 20, acrossClauses: true, unlessInSentence: NO_INFARCT }),
    // Bright on T2 beside 'DWI未见高信号' is no infarct of today.
    near([/DWI/, BRAIN, /(?<!等|低|(?<!DWI[^,]{0,8})(?:T[12](?:WI)?|FLAIR)[上呈像]?(?:明显|稍)?)(?:明显|稍)?高信号/], {
      within: 16,
      acrossClauses: true,
      unlessInSentence: NO_INFARCT,
    }),
    near([/灰白质/, /分界(?:模糊|不清|消失)|界限(?:模糊|不清|消失)|(?:分界|界限)欠清/, /脑沟/, /变浅|消失|变窄/], {
      within: 30,
      acrossClauses: true,
      unlessInSentence: /弥漫|双侧/,
    }),
    near([/(?:供血区|半球|[额颞顶枕]{1,3}叶)/, /大片状?(?:稍|略)?低密度/, /灰白质|脑沟|水肿|肿胀|占位效应/], {
      within: 40,
      acrossClauses: true,
      unlessInSentence: /软化|陈旧|扩大|增宽|胶质|脑脊液|瘤/,
    }),
  ],
};

const BLEED_WORD = /(?<!微|点状|蛛网膜下腔|硬膜[下外]|少许渗)(?:出血|血肿|积血)(?!吸收|后遗|性(?!病|改变))(?:灶|破入)?/;
/** Where a head was operated on: 术区 and 残腔 lie in it. */
const HEAD = /脑|颅|硬膜|蛛网膜|基底节|丘脑|[额颞顶枕]叶/;
/** The sentence speaks of blood elsewhere in the body, or outside the brain's tissue. */
const BLOOD_ELSEWHERE =
  /硬膜|[内颅]板|板下|蛛网膜|SAH|[SE]DH|肺|胸|肝|脾|肾|腹|盆|肠|胃|消化道|心包|肌|皮下|头皮|帽状|眼|鼻|窦|椎管|髋|膝|子宫|内膜/;
const AGAIN =
  /(?:再[次发]|新发|新见|新出现|新增|新鲜|迟发性?)[^,]{0,4}(?:出血|血肿|积血)(?!性)灶?|再出血|(?:血肿|出血灶?|积血)[^,]{0,6}(?:较|比)(?:前|上次|旧片|原片)[^,]{0,8}?(?:增[多大加]|扩大)(?!不明显)/;

export const HAEMORRHAGE: FindingSpec = {
  finding: '急性脑出血',
  phrases: [
    word(/脑(?:实质|室|干|叶|内|桥)?(?:系统|内)?(?:急性|新鲜)?(?:出血|血肿|积血)/),
    near([BRAIN, BLEED_WORD], { within: 24, unless: NOT_IN_BRAIN_TISSUE }),
    near([BRAIN, /其?[内中](?:部)?(?:可?见|示|有|夹杂|伴)/, BLEED_WORD], {
      within: 20,
      acrossClauses: true,
      unless: NOT_IN_BRAIN_TISSUE,
    }),
    near([/脑挫(?:裂)?伤|脑挫伤/, /出血|血肿/], { within: 12, unless: NOT_IN_BRAIN_TISSUE }),
    near([/(?:梗死|梗塞)(?:灶|后|区)?/, /出血(?:性)?(?:转化|灶)|(?:继发|伴|合并)(?:少量|新鲜)?(?:渗血|出血)/], {
      within: 8,
      unless: /心|肾|脾|肠/,
    }),
    word(
      /(?:梗死|梗塞)[^,]{0,6}出血性?转化|出血性(?:脑)?(?:梗死|梗塞|卒中|中风)|脑室[^,]{0,6}铸型|(?<![A-Za-z])s?ICH(?![A-Za-z])/,
    ),
    near(
      [
        BRAIN,
        /(?:团|团块|团片|片|斑片|肾形|类?圆形|椭圆形|卵圆形|不规则|铸型|块|血肿|大片|小片)[^,]{0,10}?高密度(?:影|灶|区)?/,
      ],
      {
        within: 14,
        unless: NOT_IN_BRAIN_TISSUE,
        unlessInSentence: CALM_BRIGHT,
      },
    ),
    near([BRAIN, /高密度(?:影|灶|区)?/, /CT值|水肿|占位效应|液平|铸型/], {
      within: 40,
      acrossClauses: true,
      unless: /内板|硬膜|蛛网膜|纵裂|脑?[沟池]|新月|梭形|双凸|透镜|板下/,
      unlessInSentence: CALM_BRIGHT,
    }),
    near([/脑室/, /高密度/, /铸型|充填|液平|积血|液-?液/], {
      within: 24,
      acrossClauses: true,
      // 脑池内高密度影充填，脑室扩大: the blood is elsewhere.
      unless: /(?:高密度|铸型|充填)[^。]*,(?![^,]*(?:累及|破入|以|延伸|进入))[^,]*脑室.{0,2}$/,
      unlessInSentence: CALM_BRIGHT,
    }),
    // 脑出血术后，术区再次出血: the place was named with what is old.
    word(AGAIN, { onlyInReport: HEAD, unlessInSentence: BLOOD_ELSEWHERE }),
    word(/破入[^,]{0,6}脑室/, { unlessInSentence: /蛛网膜|SAH/ }),
    // 高密度影，考虑出血: what it is stands behind the comma.
    near(
      [BRAIN, /高密度(?:影|灶|区)?/, /(?:考虑|疑似?|可能为?|除外|提示|符合)[^,]{0,6}(?:出血|血肿)(?!后|性(?!转化))/],
      {
        within: 16,
        acrossClauses: true,
        unless: NOT_IN_BRAIN_TISSUE,
        unlessInSentence: /硬膜|蛛网膜|[内颅]板|钙化/,
      },
    ),
    near([/术区|术腔|[残瘤]腔|术野/, /血肿(?!腔|清除|引流|残)|出血|(?:大量|多量|较多)积血/], {
      within: 24,
      unless: /少[量许]|残[余留]|改变/,
      onlyInReport: HEAD,
      unlessInSentence: BLOOD_ELSEWHERE,
    }),
  ],
};

export const EXTRA_AXIAL: FindingSpec = {
  finding: '急性硬膜外/硬膜下出血',
  phrases: [
    near([/硬脑?膜[外下](?:[及和、\/]硬?脑?膜?[外下])?|(?<![A-Za-z])[ES]DH(?![A-Za-z])/, /血肿|出血|积血/], {
      within: 6,
      unless: /积液/,
    }),
    word(/(?<![A-Za-z])(?:急性|acute )?(?:EDH|SDH)(?![A-Za-z])/),
    near(
      [
        /(?:内板|[颅骨额颞顶枕部侧区]板|颅骨)下?方?/,
        /(?:梭形|双凸|透镜|新月|弧形|带状|弓形|条带|月牙|半月|镰刀|板障)/,
        /高密度|混杂密度|稍高密度/,
      ],
      { within: 12, unless: /低密度影?$|等密度/, unlessInSentence: /[以呈]?低密度为主/ },
    ),
    near([/硬膜[外下](?:间隙|腔)?/, /高密度/], { within: 16 }),
    near([/硬膜[下外]/, /急性|再|新鲜/, /出血/], { within: 10 }),
    near([/硬膜[下外]/, /急性(?:发作|加重)/], { within: 8 }),
    word(AGAIN, { onlyInSentence: /硬膜[下外]|(?<![A-Za-z])[ES]DH(?![A-Za-z])/ }),
    // Into an old one: 慢性硬膜下血肿，新鲜出血.
    word(/(?<=硬膜[下外][^。;]{0,12})(?:新鲜|新近|急性|再次?)(?:少许|少量)?(?:再)?出血/, { acrossClauses: true }),
    word(/(?<=(?:板下|硬膜[下外])[^。;]{0,40})(?:新出现|新见|新增|新发)[^,]{0,6}高密度/, { acrossClauses: true }),
  ],
};

const CISTERNS =
  /(?:脑沟|脑池|脑裂|侧裂池?|外侧裂池?|鞍上池|基底池|环池|纵裂池?|脚间池|桥前池|四叠体池|蛛网膜下腔)(?!(?:系统|及脑沟|、脑沟)?(?:均)?(?:显示|形态|大小|结构)?(?:清|正常|如常|对称|未见|无异))/;
export const SUBARACHNOID: FindingSpec = {
  finding: '急性蛛网膜下腔出血',
  phrases: [
    near([/蛛网膜下腔?|蛛网膜下隙|蛛下腔/, /出血|积血|血肿/], { within: 8 }),
    word(/蛛血|(?<![A-Za-z])[at]?SAH(?![A-Za-z])/),
    near([CISTERNS, /高密度(?:影|灶)?|密度(?:弥漫性?|明显|普遍|稍)*(?:增高|升高)|积血|出血/], {
      within: 18,
      unless: /钙化|大脑镰|动脉/,
      unlessInSentence: /大脑镰钙化/,
    }),
    near([CISTERNS, /高密度/, /铸型|充填|填充/], { within: 30, acrossClauses: true }),
    word(AGAIN, { onlyInSentence: /蛛网膜|(?<![A-Za-z])SAH(?![A-Za-z])/, unlessInSentence: /硬膜/ }),
  ],
};

export const HERNIATION: FindingSpec = {
  finding: '脑疝',
  phrases: [
    word(
      /脑疝|钩回疝|(?:海马)?沟回疝|海马回?疝|大脑镰下?疝|扣带回(?:下)?疝|(?:小脑)?天幕(?:裂孔|切迹)?(?:[上下]行?)?疝|小脑幕(?:裂孔|切迹)?(?:[上下]行?)?疝|枕(?:骨)?大孔疝|颞叶(?:钩回)?疝|(?:上|下)行性?天幕疝/,
    ),
    word(/小脑扁桃体(?:下)?疝(?!畸形)/, { unlessInSentence: /畸形|Chiari|chiari|CHIARI|空洞|阿[-·]?基/ }),
    near([/中线(?:结构|脑结构)?/, /明显|显著|重度|严重/, /[移偏]/], { within: 10, unless: /轻|稍|略|不|未|无/ }),
    near([/中线(?:结构|脑结构)?/, /[移偏]/], {
      within: 14,
      acrossClauses: false,
      measure: { least: 10, most: 60, pattern: /[移偏][^,\d]{0,8}(\d{1,2}(?:\.\d+)?)(mm|cm)/ },
    }),
    near([/中线(?:结构|脑结构)?/, /[移偏]/], {
      within: 20,
      acrossClauses: true,
      measure: { least: 10, most: 60, pattern: /[移偏][^\d]{0,8}(\d{1,2}(?:\.\d+)?)(mm|cm)/ },
    }),
    // One word: behind a lesion 消失 means that it is gone, behind a cistern that it is pressed flat.
    word(/(?:鞍上池|环池|脚间池|基底池|四叠体池|桥前池|脑干周围池)[^,]{0,12}?(?:消失|闭塞|闭锁)/),
    near([/(?:颞叶)?(?:海马)?(?:钩回|沟回|海马)/, /疝入|下疝|越过|移入|内移/], { within: 14 }),
    near([/小脑扁桃体/, /疝入|进入枕骨?大孔|下移/], { within: 14, unlessInSentence: /畸形|Chiari|空洞/ }),
  ],
};
