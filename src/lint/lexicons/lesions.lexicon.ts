/**
 * Lesions and organs by the words of Chinese reports, for comparing the findings with the impression. A lesion is named in
 * the impression (`name`) and described in the findings (`signs`): 骨折 there is 骨皮质中断 here.
 */
export interface Lesion {
  readonly key: string;
  readonly name: RegExp;
  /** Descriptions that stand for the lesion itself. */
  readonly signs: RegExp;
  /** Anything else that may have been meant by it; without it the findings do not mention the lesion at all. */
  readonly traces?: RegExp;
  /** The signs name the place more than the lesion: alone they prove nothing. */
  readonly weak?: true;
}

export const LESIONS: readonly Lesion[] = [
  {
    key: '骨折',
    name: /骨折(?!线?(?:术后|愈合|史))/,
    signs:
      /骨折|(?:皮质|骨质|骨小梁)[^,]{0,8}(?:中断|不连|断裂|皱|翘|欠连|扭曲|不完整|欠规整|隆起)|断裂|断端|楔形|变扁|压缩|变尖|透亮线|透亮影|低密度线|线样?状?[^,]{0,4}(?:透亮|低密度|密度)|裂隙|连续性|错位|成角|凹陷|碎骨|骨块|骨片|撕脱|骨痂|内固定|分离|离断|台阶/,
  },
  {
    key: '脱位',
    name: /脱位/,
    signs: /脱位|移位|对位|错位|滑脱|失常|不在位|脱离|离开|间隙[^,]{0,6}(?:增宽|不等宽|不对称)|分离|空虚|偏移/,
  },
  {
    key: '胸腔积液',
    name: /胸腔(?:[^,]{0,4})积液|胸水/,
    signs:
      /(?:胸腔|胸膜腔|叶间|斜裂)[^,]{0,14}(?:积液|液体|液性|水样|低密度|液气)|胸水|肋膈角[^,]{0,8}(?:钝|消失|模糊|浅|不清|欠)|弧形|外高内低|液平|致密/,
  },
  { key: '气胸', name: /气胸/, signs: /气胸|无(?:肺)?纹理|压缩|积气|气体密度|气体影|脏层|透亮/ },
  {
    key: '结节',
    name: /结节(?!性?硬化|性甲状腺)/,
    signs: /结节|肿块|占位|类圆|团块|球形|磨玻璃|GG[ON]|肿物|小圆形|瘤/,
    traces: /结节|肿块|占位|圆|团|球|磨玻璃|GG[ON]|灶|点|密度|影(?!响)|肿|瘤/,
  },
  {
    key: '占位',
    name: /占位(?!效应)|肿块|肿物|肿瘤|[^,]癌/,
    signs: /占位|肿块|肿物|结节|团块|团片|软组织(?:密度)?影|类圆|块影|块状|肿瘤|癌|瘤|包块/,
    traces: /占位|肿|结节|团|软组织|圆|块|瘤|癌|密度|灶|增厚|破坏|狭窄|梗阻|不张|缺损|影(?!响)|增大/,
  },
  {
    key: '结石',
    name: /结石/,
    signs: /结石|高密度|致密|钙化|石/,
  },
  {
    key: '囊肿',
    name: /囊肿/,
    signs: /囊|低密度|水样|液性|水密度/,
    traces: /圆|球|丘状|软组织|占位|结节|灶|影(?!响)/,
  },
  {
    key: '出血',
    name: /(?<!未见.{0,4}|皮下|头皮)(?:出血|血肿)/,
    signs: /出血|血肿|高密度|积血|混杂密度|等密度|血性|密度(?:增高|升高)/,
  },
  {
    key: '梗死',
    name: /梗死|梗塞|脑梗|腔梗/,
    signs: /梗|低密度|软化|密度(?:减低|降低|稍低)|缺血|腔隙|高信号|灰白质|稍低/,
  },
  {
    key: '积水',
    name: /积水/,
    signs: /积水|扩张|增宽|扩大|分离|增大/,
  },
  {
    key: '淋巴结肿大',
    name: /淋巴结(?:多发)?(?:肿大|增大)/,
    signs: /淋巴结/,
    weak: true,
  },
  {
    key: '肺炎',
    name: /肺炎|肺?(?:部)?感染|炎症|炎性(?:病变|改变)/,
    signs: /炎|感染|斑|片|磨玻璃|实变|渗出|模糊|密度增高|密度影|絮|增多|增粗|增厚|影(?!响)|条索/,
  },
  { key: '不张', name: /肺不张|不张/, signs: /不张|萎陷|体积|缩小|实变|致密|受压/ },
  {
    key: '窦炎',
    name: /窦炎/,
    signs:
      /窦[^。]{0,16}(?:增厚|软组织|密度影|高密度|积液|模糊|浑浊|混浊|填充|充填|液平|炎)|[黏粘]膜[^,]{0,8}增?厚|息肉|囊肿/,
  },
  { key: '突出', name: /椎间盘[^,]{0,8}(?:突出|膨出|脱出)/, signs: /突|膨|脱/ },
];

/** Lesions that nobody calls 未见异常; degenerative and age's own changes are left out on purpose. */
export const SERIOUS =
  /骨折|脱位|胸腔[^,]{0,4}积液|积血|气胸|(?<!钙化)结节(?!性硬化)|肿块|占位(?!效应)|肿物|肿瘤|癌|转移|(?<!钙化)结石|囊肿|出血|血肿|梗死|梗塞|脑梗|肺炎|炎症|感染|窦炎|胰腺炎|胆囊炎|阑尾炎|积水|骨质破坏|不张|肺大[疱泡]|肺结核|结核|脂肪肝|肠梗阻|穿孔|(?:椎间盘|L\d|C\d|S1)[^,]{0,10}(?:突出|膨出|脱出)|滑脱|动脉瘤|夹层|栓塞|异物|实变|空洞|挫(?:裂)?伤|脑疝|坏死|支气管扩张|腹水|心影增大|淋巴结肿大|肝硬化|脑积水|软化灶|胸膜增厚/;
/** What the findings show when they show something. */
export const SERIOUS_SIGN =
  /骨折|脱位|胸腔[^,]{0,6}(?:积液|液体|液性|液体密度)|气胸|(?<!钙化)结节|肿块|占位(?!效应)|团块|结石|囊肿|囊性|出血|血肿|梗死|实变|空洞|不张|斑片|片状|磨玻璃|软组织(?:密度)?影|骨质破坏|(?:皮质|骨质|连续性)[^,]{0,6}(?:中断|断裂)|积水|(?:低|高|等|混杂)密度(?:影|灶|区)|肿大淋巴结|淋巴结肿大|楔形变|挫裂?伤|液平|滑脱|峡部裂|充盈缺损|内膜片|肺大[疱泡]|支气管扩张|游离气体|异物|椎间盘[^,]{0,10}(?:突出|膨出|脱出)/;
/** Spoils SERIOUS_SIGN: traces of age and of healed disease, parts of the normal picture. */
export const HARMLESS =
  /钙化|陈旧|硬化|生理|副脾|节育|术后|内固定|伪影|肠气|腰大肌|充盈良好|许莫|骨岛|血管断面|致密骨|蛛网膜囊肿|透明隔|永存|变异|鼻甲|胸腺|乳头|肠内容|脂肪|窗|扫描/;

/** Words by which findings describe anything out of order. */
export const ABNORMAL =
  /(?<!心|肝|脾|肾|腰大肌|膈|脏|纵隔|气管|血管|纹理|轮廓|门|软组织|动脉|周围|肌|窝|结构|胃泡|骨质?|组织|图|造|摄|减|成|各|投)影(?![像响])|灶|增[厚粗多宽大强生]|扩[张大]|狭窄|变窄|模糊|毛糙|积[液气水血]|肿胀?|变[扁钝直尖细形浅]|中断|破坏|减[低少]|增高|钙化|突|膨|移位|受压|缺[损如]|不[张连规清]|紊乱|结节|骨折|炎|囊[肿性]|结石|低密度|高密度|条索|斑|片状|磨玻璃|萎缩|退行|硬化|迂曲|致密|疏松|粘连|异物|欠|裂|断|脱|梗|实变|空洞|畸形|侧弯|缩小|消失|术后|固定|置换|断端|不[齐整对均]|皱|楔形|成角|错位|隆起|凹陷|弧形|液平|气泡|分离|骨块|骨片|高信号|偏[曲移]|增加|减弱|加深|深大|饱满|丰满|低平|圆钝|钝|积|液体|液性|气体密度|软组织密度|征(?!象)/;

export interface Organ {
  readonly key: string;
  readonly word: RegExp;
}

/** Paired organs and organs with sided parts: the longest description first. */
export const SIDED_ORGANS: readonly Organ[] = [
  { key: '肾上腺', word: /肾上腺/ },
  { key: '输尿管', word: /输尿管/ },
  { key: '肾', word: /肾/ },
  { key: '肋', word: /肋骨|肋(?!膈|间)|第\d+(?:[、\-~]\d+)*(?:前|后|腋)?肋/ },
  { key: '胸膜', word: /胸腔|胸膜|气胸|胸水|肋膈角/ },
  { key: '肺', word: /肺|[上中下]叶|舌段|支气管|(?:上|下|背|尖|后|前|基底)(?:叶|段)/ },
  { key: '甲状腺', word: /甲状腺/ },
  { key: '肝', word: /肝/ },
  { key: '乳腺', word: /乳/ },
  { key: '附件', word: /卵巢|附件|输卵管/ },
  { key: '窦', word: /上颌窦|筛窦|蝶窦|额窦|鼻窦/ },
  { key: '乳突', word: /乳突|中耳|鼓室/ },
  { key: '眼', word: /眼/ },
  { key: '脑', word: /基底节|丘脑|脑|叶|放射冠|半卵圆|内囊|外囊|硬膜|内板|额|颞|顶|枕|半球|脑室|蛛网膜/ },
  { key: '锁骨', word: /锁骨|肩锁/ },
  { key: '肩', word: /肩|肱骨(?:头|近端|大结节|外科颈|上段)/ },
  { key: '肘', word: /肘|尺骨鹰嘴|桡骨(?:小)?头|肱骨(?:髁|远端|内|外)/ },
  { key: '腕', word: /腕|桡骨|尺骨|舟骨|月骨/ },
  { key: '肱骨', word: /肱骨/ },
  { key: '手', word: /手|掌骨|指/ },
  { key: '髋', word: /髋|股骨(?:头|颈|粗隆|转子|近端)|髋臼|粗隆/ },
  { key: '股骨', word: /股骨/ },
  { key: '膝', word: /膝|髌|胫骨平台|胫骨(?:近端|上段)|髁间/ },
  { key: '踝', word: /踝|胫骨|腓骨/ },
  { key: '足', word: /足|跖|趾|跟骨|距骨|跟/ },
  { key: '骨盆', word: /髂|耻骨|坐骨|骶髂/ },
];
