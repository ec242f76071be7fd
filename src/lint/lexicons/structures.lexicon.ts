import type { Organ } from './lesions.lexicon';

/** What a diagnosis is of and what findings call normal by name; a list (肝胆胰脾) names each of its members. */
export const STRUCTURES: readonly Organ[] = [
  { key: '肝', word: /肝(?!内?胆管|总管|门静脉|外)/ },
  { key: '胆囊', word: /胆囊|(?<=肝[、]?)胆(?=[、]?[胰脾])/ },
  { key: '胰腺', word: /胰/ },
  { key: '脾', word: /脾/ },
  { key: '肾', word: /肾(?!上腺)/ },
  { key: '肾上腺', word: /肾上腺/ },
  { key: '膀胱', word: /膀胱/ },
  { key: '前列腺', word: /前列腺/ },
  { key: '子宫', word: /子宫/ },
  { key: '附件', word: /附件(?!骨)|卵巢/ },
  { key: '阑尾', word: /阑尾/ },
  { key: '甲状腺', word: /甲状腺/ },
  { key: '食管', word: /食管/ },
  { key: '腮腺', word: /腮腺/ },
  { key: '垂体', word: /垂体/ },
  { key: '前交叉韧带', word: /前(?:[、及和]?后)?交叉/ },
  { key: '后交叉韧带', word: /后交叉/ },
  { key: '内侧副韧带', word: /内(?:[、及和]?外)?侧副/ },
  { key: '外侧副韧带', word: /外侧副/ },
  { key: '内侧半月板', word: /内(?:[、及和]?外)?侧半月板|(?<!侧)半月板/ },
  { key: '外侧半月板', word: /外侧半月板|(?<!侧)半月板/ },
  { key: '跟腱', word: /跟腱/ },
  { key: '冈上肌腱', word: /冈上肌|肩袖/ },
  { key: '髌韧带', word: /髌(?:腱|韧带)/ },
  { key: '锁骨', word: /锁骨/ },
  { key: '肱骨', word: /肱骨/ },
  { key: '舟骨', word: /舟骨/ },
  { key: '月骨', word: /月骨/ },
  { key: '股骨', word: /股骨/ },
  { key: '耻骨', word: /耻骨/ },
  { key: '坐骨', word: /坐骨/ },
  { key: '骶骨', word: /骶骨/ },
  { key: '尾骨', word: /尾骨/ },
  { key: '肩胛骨', word: /肩胛/ },
  { key: '胸骨', word: /胸骨/ },
  { key: '尺骨', word: /尺(?:[、]?桡)?骨|桡尺骨/ },
  { key: '桡骨', word: /桡(?:[、]?尺)?骨|尺桡骨/ },
  { key: '髌骨', word: /髌骨/ },
  { key: '胫骨', word: /胫(?:[、]?腓)?骨/ },
  { key: '腓骨', word: /腓骨/ },
  { key: '跟骨', word: /跟骨/ },
  { key: '距骨', word: /距骨/ },
  { key: '鼻骨', word: /鼻骨/ },
];

/** Of a structure of which nothing else is said: a size, 脾大, 肝表面不光整. */
export const OUT_OF_ORDER_TOO = /\d\s?[cm]?m|囊(?!性|肿|壁)|不光|肥大|[脾肝肾]大(?!小)|失[去常]|屈曲|松弛/;
/** Injuries beside SERIOUS. */
export const INJURY = /断裂|撕裂|破裂/;
/** Behind the structure: something beside it is meant. */
export const BESIDE = /^(?:周|窝|区|旁|门|静脉|动脉|间隙|上方|下方|前方|后方|床|[^,]{0,4}(?:积液|旁))/;
/** The lesion was told first: 见低密度影,位于肝右叶. */
export const PLACED = /位于|累及|为[著主甚]|明显|来源|起自/;

/** What a word of the whole stands for in an impression: 颅脑未见骨折 denies one of the 顶骨. */
export const WHOLES: readonly { readonly whole: RegExp; readonly part: RegExp }[] = [
  { whole: /^(?:颅脑|头颅|颅骨|头部|诸颅骨|颅盖骨)/, part: /额|颞|顶|枕|颅|蝶/ },
  { whole: /^颅内/, part: /脑|基底节|丘脑|叶|硬膜|蛛网膜/ },
  { whole: /^(?:胸部|胸廓|肋骨|双侧肋骨|诸肋)/, part: /肋|胸/ },
  { whole: /^(?:双肺|两肺|肺部|肺内|胸部)/, part: /肺|[上中下]叶|舌/ },
  { whole: /^(?:双侧)?胸腔/, part: /胸/ },
  { whole: /^(?:双肾|泌尿系)/, part: /肾|输尿管|膀胱/ },
  { whole: /^(?:全?腹部?|上腹部?|腹盆腔)/, part: /肝|胆|胰|脾|肾|肠|胃|腹|盆/ },
  { whole: /^(?:副?鼻窦)/, part: /窦/ },
  { whole: /^(?:[颈胸腰]椎|脊柱|椎体)/, part: /椎|[CTL]\d/ },
  { whole: /^(?:纵隔|肺门)/, part: /纵隔|肺门/ },
];
/** The impression looks at it from elsewhere: the rest, a comparison, another age. */
export const NOT_THE_SAME = /余|其[它他]|另|新鲜|急性|活动|移位|错位|新发|明显变化|强化|对侧|健侧|复查|残留|复发/;
/** 颅脑CT, 胸部平扫: an examination named for its part. */
export const EXAM_WORD = /(?:CT|MRI?|DR|X线|平扫|增强|扫描|检查|片)+/g;
