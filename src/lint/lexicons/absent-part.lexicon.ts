import type { RemovableOrgan } from './absent-organ.lexicon';

/** Parts of organs, fingers, toes and limbs that an operation takes away. */

/** Whatever takes a limb or a part of it. */
export const AMPUTATION = '截肢|截除|截[指趾]|离断|缺如|残端|断指|断趾';

/** A lobe is named before or behind 肺: 右肺上叶, 右上肺, 右上叶. */
const lobe = (char: string): RemovableOrgan => ({
  key: `肺${char}叶`,
  name: `${char}叶(?:肺癌)?|${char}肺叶?`,
  removal: '切除|全切|切术后|根治术',
  mention: new RegExp(`${char}叶(?!切|已|术|支气管残|残|癌|缺)|(?<=[左右])${char}肺(?!切|已|术|叶|癌|缺|静脉|动脉)`),
  paired: true,
});

const LUNG: readonly RemovableOrgan[] = ['上', '中', '下'].map(lobe);

const FRONT_GUT: readonly RemovableOrgan[] = [
  {
    key: '胰头',
    name: '胰头',
    removed: /胰(?:腺)?十二指肠切|Whipple|whipple|胰头癌?(?:根治|切除)|全胰切/,
    removal: '切除|根治术',
    mention: /胰头(?!癌|切|已|术|区|窝|残)|胰腺头|胰腺(?=(?:大小|形态|体积|轮廓|未见|密度|显示|走行|[、,]))/,
    healthy: true,
  },
  {
    key: '十二指肠',
    name: '全?十二指肠',
    removed: /胰(?:腺)?十二指肠切|Whipple|whipple/,
    removal: '全切|缺如',
    mention: /十二指肠(?!乳头|癌|切|已|术|残)/,
    healthy: true,
  },
  {
    key: '胰体尾',
    name: '胰(?:腺)?体?尾部?|远端胰腺|胰腺远端',
    removed: /胰(?:腺)?体尾部?(?:联合|\+|及|、|和)?脾?(?:脏)?切|全胰切/,
    mention: /胰(?:腺)?(?:头[、]?)?体?[、]?尾部?(?!癌|切|已|术|区|残)|胰腺头[、]?体[、]?尾/,
    healthy: true,
  },
  {
    key: '食管',
    name: '食[管道](?!息肉|平滑肌|异物)',
    removed:
      /食[管道]癌(?:根治|切除)?(?:手)?术后|食[管道](?:部分|次全|大部)切|胸腔胃|管状胃|食管胃(?:弓上|弓下|颈部)?吻合/,
    removal: '切除|根治术',
    mention: /(?<!残余?)食[管道](?!癌|胃|空肠|切|已|术|裂孔|吻合|残|[颈上]段|入口|静脉|气管|床|旁|周)/,
    healthy: true,
  },
  {
    key: '贲门',
    name: '全胃|贲门',
    removed: /全胃切|胃全切|近端胃切|贲门癌(?:根治|切除)?术后/,
    mention: /贲门(?!癌|切|已|术|区)/,
    healthy: true,
  },
  {
    key: '肝右叶',
    name: '右半肝|肝右叶|右肝',
    removal: '切除|缺如',
    mention: /肝右叶(?!切|已|术|缺)|肝(?:左、?右|右、?左)叶/,
    healthy: true,
  },
  {
    key: '肝左叶',
    name: '左半肝|肝左叶|左肝',
    removal: '切除|缺如',
    mention: /肝左叶(?!切|已|术|缺)|肝(?:左、?右|右、?左)叶/,
    healthy: true,
  },
];

const HIND_GUT: readonly RemovableOrgan[] = [
  {
    key: '直肠',
    name: '全?直肠',
    removed: /Miles|miles|腹会阴联合/,
    removal: '全切|缺如',
    mention: /直肠(?!癌|膀胱|子宫|切|已|术|窝|残|区|陷凹|乙状|周)|肛管(?!癌|切|术|区)/,
    healthy: true,
  },
  {
    key: '升结肠',
    name: '右半结肠|升结肠|全结肠|盲肠|回盲部',
    removed: /升结肠癌(?:根治|切除)?术后|右半结肠切|全结肠切|结肠全切/,
    mention: /升结肠(?!癌|切|已|术)|盲肠(?!癌|切|已|术)|回盲部(?!切|已|术|区)/,
    healthy: true,
  },
  {
    key: '降结肠',
    name: '左半结肠|降结肠|全结肠',
    removed: /降结肠癌(?:根治|切除)?术后|左半结肠切|全结肠切|结肠全切/,
    mention: /降结肠(?!癌|切|已|术)/,
    healthy: true,
  },
  {
    key: '横结肠',
    name: '横结肠|全结肠',
    mention: /横结肠(?!癌|切|已|术)/,
    healthy: true,
  },
  {
    key: '乙状结肠',
    name: '乙状结肠(?:癌)?|全结肠',
    mention: /乙状结肠(?!癌|切|已|术|造)/,
    healthy: true,
  },
];

const HEAD_AND_NECK: readonly RemovableOrgan[] = [
  {
    key: '喉',
    name: '全喉|喉全',
    removed: /全喉(?:切|全切)|喉全切|无喉/,
    mention: /声带(?!切)|喉(?:室|腔)|会厌(?!切)|梨状窝对称/,
    healthy: true,
  },
  { key: '腮腺', name: '腮腺', mention: /腮腺(?!区|切|已|术|床|导管)/, paired: true },
  { key: '颌下腺', name: '(?:颌下|下颌下)腺', mention: /(?:颌下|下颌下)腺(?!区|切|已|术)/, paired: true },
  { key: '扁桃体', name: '(?<!小脑)扁桃体', mention: /(?<!小脑)扁桃体(?!窝|切|已|术|下)/, healthy: true },
  { key: '腺样体', name: '腺样体', mention: /腺样体(?!切|已|术)/, healthy: true },
  {
    key: '晶状体',
    name: '晶状?体',
    removed: /眼球(?:已)?摘除|人工晶(?:状)?体|白内障(?:超声)?(?:乳化|摘除|手术|术后)|无晶(?:状)?体/,
    mention: /晶状体(?!缺|置换|切|术|摘)/,
    paired: true,
    healthy: true,
  },
  {
    key: '牙',
    name: '[智磨门尖切]?牙齿?|[智磨门尖切]齿',
    removal: '拔除|缺失|缺如',
    mention: /(?!)/,
    among: /牙列(?:完整|连续|整齐)|(?:诸|各|全口|所示)牙[^,]{0,8}(?:完整|在位|未见|正常)|牙齿(?:无缺|完整|在位)/,
  },
  { key: '胸腺', name: '胸腺', mention: /胸腺(?!区|切|已|术|瘤)/, healthy: true },
];

const OTHERS: readonly RemovableOrgan[] = [
  {
    key: '输尿管',
    name: '输尿管(?!息肉)',
    removed: /肾(?:、|及|\+)?输尿管(?:全长|全)?切除/,
    removal: '切除|全切|缺如',
    mention: /输尿管(?!癌|切|已|术|残|末端|开口|膀胱|区|结石|镜|支架)/,
    paired: true,
    healthy: true,
  },
  {
    key: '股骨头',
    name: '股骨头(?!坏死|囊)',
    removed: /人工(?:全)?(?:髋|股骨头)|(?:髋关节?|股骨头)(?:全|半)?(?:髋)?(?:关节)?置换/,
    removal: '切除|置换',
    mention: /股骨[头颈](?!置换|切|已|术|缺|假体|处)/,
    paired: true,
    healthy: true,
  },
  { key: '髌骨', name: '髌骨', removal: '切除|摘除|缺如', mention: /髌骨(?!切|已|术|缺)/, paired: true, healthy: true },
  {
    key: '桡骨小头',
    name: '桡骨(?:小)?头',
    removal: '切除|置换',
    mention: /桡骨(?:小)?头(?!切|已|术|缺|置换)/,
    paired: true,
    healthy: true,
  },
  { key: '尾骨', name: '尾骨', removal: '切除', mention: /尾骨(?!切|已|术)|尾椎/, healthy: true },
];

const NUMBERS = ['1一', '2二', '3三', '4四', '5五'];
const FINGERS = ['[拇姆]指', '[食示]指', '中指', '环指|无名指', '小指'];
const TOES = ['[拇踇母姆]趾|大脚趾', '二趾', '中趾', '四趾', '小趾'];

function digits(names: readonly string[], kind: '指' | '趾', bone: '掌' | '跖', part: '手' | '足'): RemovableOrgan[] {
  const row = `${kind}骨`;
  // 左手诸骨, 各趾骨, 第1~5趾骨; 余指骨 is what is left.
  const among = `(?:诸|各|五|全部|所有|第?[1一][-~至到—]第?[5五])(?:组成骨|骨|[${bone}${kind}、及]{1,4}骨?|${kind})|(?<![余其小拇示食中环名跖掌\\d、一-五])${row}`;
  return names.map((name, i) => {
    // 第2、3趾, 第2~4趾
    const row = `[1-5一二三四五]{0,1}[、和及~-]{0,1}`;
    const all = `${name}|第(?:${row}){0,3}[${NUMBERS[i]}](?:[、和及~-][1-5一二三四五]){0,3}${kind}`;
    return {
      key: `${part}${kind}${i + 1}`,
      name: `(?:${all})(?:骨)?`,
      removal: AMPUTATION,
      mention: new RegExp(`(?:${all})(?!缺|截|残|离|断|切|术|掌)`),
      among: new RegExp(`(?:${among})[^,]{0,10}(?:完整|连续|正常|未见|如常|良好)`),
      paired: true,
      healthy: true,
    };
  });
}

/** A limb and what it carries: without the lower leg there is no foot. The stump's own bone is named with its part. */
const limb = (key: string, name: string, parts: string): RemovableOrgan => ({
  key,
  // 左手小指缺如 takes a finger, not the hand.
  name: `(?:${name})(?![^,]{0,6}[指趾])`,
  removal: '截肢|截除|离断|缺如',
  mention: new RegExp(`(?:${parts})(?!残|[上中近]段|近端|上1|切|缺|截)`),
  paired: true,
  healthy: true,
});

const LIMBS: readonly RemovableOrgan[] = [
  limb('大腿', '大腿|膝上|下肢|髋关节|股骨', '膝关节|髌骨|胫骨?腓骨|胫骨|腓骨|踝|跟骨|足'),
  limb('小腿', '小腿|膝下|胫腓骨|膝关节', '胫骨?腓骨|胫骨|腓骨|踝|跟骨|距骨|足'),
  limb('足', '踝关节|半足|前足|足(?!趾)', '跖骨|趾骨|跖趾|足诸骨|足各'),
  limb('上臂', '上臂|上肢|肩关节', '肘关节|肘|尺骨|桡骨|尺桡骨|腕|掌骨|指骨'),
  limb('前臂', '前臂|肘关节', '腕关节|腕骨|掌骨|指骨|手诸骨'),
  limb('手', '腕关节|手掌|手(?!指)', '掌骨|指骨|掌指关节|手诸骨|手各'),
];

export const REMOVABLE_PARTS: readonly RemovableOrgan[] = [
  ...LUNG,
  ...FRONT_GUT,
  ...HIND_GUT,
  ...HEAD_AND_NECK,
  ...OTHERS,
  ...digits(FINGERS, '指', '掌', '手'),
  ...digits(TOES, '趾', '跖', '足'),
  ...LIMBS,
];
