/** How a report tells who its patient is, and which words belong to another machine or another part of the body. */

export const SAYS_MALE =
  /性别[:为]?\s?男|(?:患者[,、]?|病人[,、]?|(?:^|[,。;、(\s岁]|\d\d))男(?:性|患|(?=[,、,\d\s。;)\/]|$))|男(?:性|孩|童|婴|子)|老年男|中年男|青年男|男患|(?<!其)先生|大爷|老汉|(?<!一|名|位|[被与和同由跟]|辆)(?:小伙子?|老头|大叔|大伯)/;
export const SAYS_FEMALE =
  /性别[:为]?\s?女|(?:患者[,、]?|病人[,、]?|(?:^|[,。;、(\s岁]|\d\d))女(?:性|患|(?=[,、,\d\s。;)\/]|$))|女(?:性|孩|童|婴)|老年女|中年女|青年女|女患|妇女|女士|小姐|(?<!其)太太|大妈|老太|(?<!一|名|位|[被与和同由跟])(?:小?姑娘|大娘|女子|妇人|女工)/;
/** 多见于女性: of people in general, not of this patient. */
export const OF_PEOPLE = /多见|好发|常见|高发|高于|参考|正常值|标准|男女|女男|男性乳腺发育|男[:]女/;

/** Of somebody else in a history: 其母65岁, 妻子, 同事. */
export const KIN =
  /其(?!他|余|它|后|中|间)|母(?!细胞|趾)|父|妻|夫|妈|爸|爷|奶|祖|子女|儿子|女儿|姐|妹|兄|弟|哥|友|家属|家族|家人|同[事学伴]|接触|邻居|老伴|孙|婆|密接/;
/** Belongs to a woman's history alone. */
export const WOMANS_HISTORY = /孕妇|产妇|产后|妊娠|怀孕|停经|末次月经|月经|绝经|剖宫产|LMP|[孕产]\d/;
/** 20岁患肺结核, 40岁起: an age that is past. */
export const PAST_AGE =
  /岁(?:时|起|以|前|后|曾|患|即|发(?!热|烧|[作绀])|行|因|始|确诊|手术|开始|得|诊断|入(?!院)|参|上(?!腹|肢|颌|呼)|结(?!石|节)|退|从|务|毕|受|发现|初|绝|生|育|离|移|吸|戒|做|出(?!血|现)|学|外伤)|岁[^,。]{0,8}史/;

/** 56岁, 年龄:56, 3月龄; not 复查于3岁时. */
export const AGE =
  /(?:年龄[:为]?\s?|(?:男|女)性?[,、\s\/]*|患[者儿](?:为|系|[,、:\s])*|^|[,。;(:\/]|今年|现年?|年约|年近)(\d{1,3}|[一二三四五六七八九十百零]{1,4})(?:周)?(岁|个?月龄|月大|个月(?=[,。大])|天大|日龄)/g;
export const AGE_NOT_OF_PATIENT =
  /岁(?:时|起|以|前|后|左右.*骨龄|发育|儿童标准|水平)|骨龄|标准|相当于|(?:落后|滞后|提前|超前|大于|小于|早|晚)[^,。]{0,8}年龄|岁半?-|龄组|母|父/;

/** A relative or companion tells: what follows is the patient's. */
export const TOLD_BY = /(?:代诉|代述|诉说?|陈述|述|称)[:,]?(?:患者|病人)?/;

export interface AgeWord {
  readonly word: RegExp;
  readonly least: number;
  readonly most: number;
  readonly unless?: RegExp;
}

/** Words that fit only some ages, in years. */
export const AGE_WORDS: readonly AgeWord[] = [
  {
    word: /患儿|患童|婴幼?儿|新生儿|小儿|早产儿|女婴|男婴|女童|男童/,
    least: 0,
    most: 17,
    unless: /曾|史|时|多见|好发/,
  },
  { word: /青年(?:患者|人|男|女)/, least: 12, most: 50, unless: /多见|好发|青年期/ },
  { word: /老年|增龄性|高龄/, least: 40, most: 130, unless: /多见|好发|老年(?:病?科|医学|病医)|高龄(?:初|产|孕)/ },
  { word: /退行性|骨质增生|骨质疏松|动脉(?:粥样)?硬化/, least: 16, most: 130, unless: /未见|无|不/ },
  {
    word: /骨骺(?:线)?(?:未|尚未)(?:完全)?闭|骺线(?:未|尚未)|骨龄|囟门未闭|骺板(?:未|清晰)/,
    least: 0,
    most: 24,
    unless: /术/,
  },
];

/** Words of histories. */
export const COLLOQUIAL_AGES: readonly AgeWord[] = [
  {
    word: /(?<!一|名|位|[被与和同由跟])(?:小伙子?|小姑娘|姑娘)/,
    least: 10,
    most: 45,
    unless: /撞|打|陪|送|救|曾|时|年轻时/,
  },
  {
    word: /(?<!一|名|位|[被与和同由跟])(?:老汉|老头|老太(?:太)?|大爷|大妈|大娘)(?!撞|打)/,
    least: 45,
    most: 130,
    unless: /撞|打|陪|送|救/,
  },
];

export interface ModalitySpec {
  readonly name: string;
  readonly codes: readonly string[];
  /** Names this machine: a technique that has it is its own whatever else it says. */
  readonly named: RegExp;
  /** Belongs to the technique of this machine. */
  readonly technique: RegExp;
  /** Signs that only this machine's pictures have. */
  readonly signs: RegExp;
  /** The impression speaks of this examination as its own. */
  readonly own: RegExp;
}

export const MODALITIES: readonly ModalitySpec[] = [
  {
    name: 'DR',
    codes: ['DX', 'DR', 'CR', 'RF', 'XR', 'RG'],
    named: /DR|CR(?![A-Z])|X线|摄影|摄片|投照|正位|侧位/,
    technique:
      /(?<!定位)(?:正侧位|正位|侧位|斜位|切线位|轴位)(?:摄影|投照|摄片|片|DR)|数字(?:化)?X线|DR(?:摄影|摄片|片|正|检查|$|[,。])|X线(?:摄影|摄片|平片)/,
    signs: /(?!)/,
    own: /(?:正位片?|侧位片?|正侧位片?|DR片?|X线(?:片|平片|检查)?|胸片|平片(?:检查)?)(?:检查)?(?:未见|示|所见|显示|提示|均未见)/,
  },
  {
    name: 'CT',
    codes: ['CT'],
    named: /CT|螺旋|容积|骨窗|肺窗/,
    technique: /CT|螺旋|层厚|容积扫描|轴位扫描|HRCT|骨窗|肺窗|纵隔窗|(?:平扫|增强扫描)/,
    signs: /CT值|HU(?![A-Za-z])|肺窗|纵隔窗|骨窗|(?:动脉|静脉|延迟|门脉)期(?:扫描|强化|明显)|增强扫描/,
    own: /CT(?:平扫|增强|扫描|检查|平扫\+增强|血管成像|三维)*(?:未见|示|所见|显示|提示|均未见)/,
  },
  {
    name: 'MR',
    codes: ['MR', 'MRI'],
    // A bare 平扫 is either's.
    named: /MRI?(?![A-Za-z])|磁共振|核磁|T[12]WI|^(?![^]*CT)[^]{0,20}(?:平扫|增强)/,
    technique: /MRI?(?![A-Za-z])|磁共振|核磁|T[12](?:WI|加权)|DWI|FLAIR|自旋回波|SE序列|梯度回波|弥散|压脂|线圈/,
    signs:
      /T[12](?:WI|加权)|DWI|FLAIR|弥散受限|扩散受限|[长短等]T[12]|(?:高|低|等|稍高|稍低|异常)信号|信号(?:均匀|异常|未见|增高|减低)|ADC/,
    own: /(?:MRI?|磁共振|核磁)(?:平扫|增强|扫描|检查|成像)*(?:未见|示|所见|显示|提示|均未见)/,
  },
  {
    name: '超声',
    codes: ['US'],
    named: /超声|彩超|B超/,
    technique: /超声|B超|彩超|探头|声像图/,
    signs: /回声|声影|血流信号|CDFI|声像图|彩色多普勒/,
    own: /(?:超声|B超|彩超)(?:检查)?(?:未见|示|所见|显示|提示)/,
  },
];
/** The other examination is quoted, wished for, or compared with. */
export const QUOTED_EXAM =
  /建议|对比|比较|参考|结合|外院|前次|前片|上次|原|既往|必要时|进一步|较|复查|本院|我院|曾|门诊|请|\d{4}[-年.\/]|今日|昨日|同日|日(?:CT|MR|DR|超声)|定位像/;

/** The ward that is asked to come is no part of the body: 请耳鼻喉科会诊. */
export const WARD = /(?:耳鼻喉|耳鼻咽喉|口腔|眼|[心胸肝骨肾脑腹][^,。;科]{0,3}|神经|头颈)(?:内|外)?科(?!氏)/g;

export interface BodyFamily {
  readonly name: string;
  /** DICOM terms and Chinese names of exams of this part. */
  readonly exam: RegExp;
  /** Words that only reports of this part (or of one that includes it) use. */
  readonly words: RegExp;
  /** Parts whose reports may rightly speak of this one instead. */
  readonly near: readonly string[];
}

export const BODY_FAMILIES: readonly BodyFamily[] = [
  {
    name: '头颅',
    exam: /HEAD|BRAIN|SKULL|颅|头|脑/i,
    words: /脑|颅|中线|基底节|蛛网膜|侧脑室|灰白质|额叶|颞叶|枕叶/g,
    near: ['面部', '颈部'],
  },
  {
    name: '面部',
    exam: /SINUS|FACE|ORBIT|NASAL|EAR|TEMPORAL|MANDIBLE|TMJ|鼻|面|眼|眶|耳|颌|乳突|颞骨/i,
    words: /鼻|上颌窦|筛窦|蝶窦|额窦|眼眶|眼球|鼻甲|乳突|鼓室|颌|眶|耳|牙/g,
    near: ['头颅'],
  },
  {
    name: '胸部',
    exam: /CHEST|LUNG|THORAX|RIB|STERNUM|HEART|胸(?!椎)|肺|肋|心/i,
    words: /肺|胸腔|胸膜|纵隔|心影|肋|膈|气管|胸廓/g,
    near: ['腹部', '胸腰椎', '肩臂'],
  },
  {
    name: '腹部',
    exam: /ABDOMEN|ABD|LIVER|KIDNEY|URINARY|KUB|PELVIS|腹|肝|胆|肾|泌尿|盆腔|输尿管|膀胱/i,
    words: /肝|胆|脾|胰|肾|肠|腹|膀胱|输尿管|膈下|阑尾|子宫|前列腺|盆/g,
    near: ['胸部', '胸腰椎', '骨盆髋'],
  },
  {
    name: '颈部',
    exam: /CSPINE|CERVICAL|NECK|颈/i,
    words: /颈|C\d|椎|寰|枢|声门|声带|喉(?!科)|咽|气管|甲状腺|会厌|食管/g,
    near: ['胸腰椎', '头颅', '胸部'],
  },
  {
    name: '胸腰椎',
    exam: /LSPINE|TSPINE|SPINE|LUMBAR|SACRUM|COCCYX|腰|胸椎|椎|骶|尾/i,
    words: /椎|腰|L\d|T\d|骶|尾骨|棘突|生理曲度/g,
    near: ['颈部', '骨盆髋', '腹部'],
  },
  {
    name: '骨盆髋',
    exam: /PELVIS|HIP|骨盆|髋/i,
    words: /骨盆|髋|股骨|髂|耻骨|坐骨|骶/g,
    near: ['胸腰椎', '膝腿', '腹部'],
  },
  {
    name: '膝腿',
    exam: /KNEE|FEMUR|TIBIA|FIBULA|LEG|PATELLA|THIGH|膝|股骨|胫|腓|大腿|小腿|髌/i,
    words: /膝|髌|胫骨|腓骨|股骨|髁/g,
    near: ['骨盆髋', '足踝'],
  },
  {
    name: '足踝',
    exam: /ANKLE|FOOT|CALCANEUS|TOE|HEEL|踝|足|跟|趾/i,
    words: /踝|足|跟骨|距骨|跖|趾|胫骨|腓骨|舟骨|楔骨/g,
    near: ['膝腿'],
  },
  {
    name: '肩臂',
    exam: /SHOULDER|HUMERUS|CLAVICLE|SCAPULA|ARM|ELBOW|肩|肱|锁骨|肘|上臂/i,
    words: /肩|肱骨|锁骨|肘|尺骨|桡骨|关节盂|肩胛/g,
    near: ['胸部', '腕手'],
  },
  {
    name: '腕手',
    exam: /WRIST|HAND|FINGER|FOREARM|RADIUS|ULNA|SCAPHOID|腕|手|指|前臂|尺|桡|掌/i,
    words: /腕|手|掌骨|指|桡骨|尺骨|舟骨|月骨/g,
    near: ['肩臂'],
  },
];
