/**
 * What a measured thing can measure, in millimetres: generous enough for the largest and smallest ever reported, narrow
 * enough to catch a millimetre written as a centimetre.
 */
export interface Measurable {
  readonly name: string;
  readonly word: RegExp;
  readonly least: number;
  readonly most: number;
  /** In the same clause: something else is measured. */
  readonly unless?: RegExp;
}

/** In this order: the first that fits the words before the number is taken. */
export const MEASURABLES: readonly Measurable[] = [
  { name: '层厚', word: /层厚|层距|层间距|层间隔|重建间隔|重建层/, least: 0.2, most: 15 },
  { name: '胆囊壁厚度', word: /胆囊壁(?:[^,]{0,6}厚)?/, least: 0.5, most: 20 },
  {
    name: '胆囊大小',
    word: /胆囊(?:大小|增大|体积|长径|横径)/,
    least: 8,
    most: 250,
    unless: /结石|息肉|结节|壁|管|颈/,
  },
  { name: '胆总管直径', word: /胆总管|肝总管/, least: 2, most: 50, unless: /结石|长约|占位|肿|壁|影|灶/ },
  { name: '胆管直径', word: /肝内外?胆管|胆管/, least: 1, most: 50, unless: /结石|长约|占位|肿/ },
  { name: '胰管直径', word: /胰管/, least: 0.5, most: 30, unless: /结石/ },
  { name: '输尿管结石', word: /输尿管[^,]{0,10}(?:结石|高密度|致密)/, least: 1, most: 45 },
  { name: '输尿管直径', word: /输尿管/, least: 1, most: 60, unless: /结石|高密度|长|段/ },
  { name: '肾结石', word: /肾[^,]{0,10}(?:结石|高密度)/, least: 0.8, most: 120 },
  { name: '胆囊结石', word: /胆囊[^,]{0,10}(?:结石|高密度)/, least: 0.8, most: 80 },
  { name: '结石', word: /结石/, least: 0.8, most: 120 },
  { name: '阑尾直径', word: /阑尾/, least: 2, most: 40, unless: /粪石|脓肿|包块|长/ },
  {
    name: '椎间盘突出',
    word: /椎间盘|(?<![A-Z])[LCT]\d+[-\/][LCTS]?\d|突出|膨出|脱出/,
    least: 0.5,
    most: 25,
    unless: /疝|肿|结节|占位|脱出长|囊|瘤|移位|高度|间隙|游离|裂口/,
  },
  { name: '硬膜囊/椎管矢状径', word: /椎管(?:前后径|矢状径)|硬膜囊(?:前后径|矢状径)/, least: 2, most: 40 },
  {
    name: '升主动脉/主动脉直径',
    word: /主动脉(?:瘤|[^,]{0,6}(?:直径|管径|径|宽|扩张|内径))/,
    least: 8,
    most: 180,
    unless: /窗|壁|溃疡|内膜|钙化|斑块|长|范围|破口|厚/,
  },
  { name: '肺动脉直径', word: /肺动脉(?:主)?干?[^,]{0,6}(?:径|宽|增宽|直径)/, least: 5, most: 80 },
  { name: '下腔静脉直径', word: /[上下]腔静脉[^,]{0,6}(?:径|宽)/, least: 3, most: 60 },
  {
    name: '颈动脉/冠状动脉直径',
    word: /(?:颈[总内外]?动脉|椎动脉|冠脉|冠状动脉)[^,]{0,6}(?:径|宽)/,
    least: 0.5,
    most: 30,
  },
  { name: '颈动脉内中膜厚度', word: /内[-、]?中膜|IMT/, least: 0.2, most: 8 },
  { name: '门静脉直径', word: /门静脉|脾静脉/, least: 3, most: 40, unless: /栓|长/ },
  { name: '淋巴结', word: /淋巴结/, least: 2, most: 100, unless: /融合|团/ },
  { name: '微小结节', word: /(?:微|粟粒|微小|细小)(?:小)?结节/, least: 0.8, most: 15 },
  { name: '椎体滑脱', word: /滑脱|滑移/, least: 0.5, most: 40 },
  { name: '小结节', word: /小结节/, least: 0.8, most: 30, unless: /融合|范围|肿块|团/ },
  { name: '甲状腺结节', word: /甲状腺[^,]{0,12}(?:结节|低密度|肿块)|(?:甲状腺)[左右]叶/, least: 1, most: 150 },
  { name: '结节', word: /结节|GG[NO]|磨玻璃/, least: 1, most: 60, unless: /融合|范围|肿块|团/ },
  { name: '腔隙灶', word: /腔隙|腔梗/, least: 1, most: 25 },
  { name: '肿块', word: /肿块|肿物|包块|巨块/, least: 6, most: 400 },
  { name: '中线移位', word: /中线[^。;]{0,16}移/, least: 1, most: 45 },
  {
    name: '硬膜外/硬膜下血肿厚度',
    word: /硬膜[外下]|[颅内骨额颞顶枕部]板下|(?:梭形|新月|双凸|透镜)[^,]{0,4}高密度/,
    least: 1,
    most: 60,
    unless: /范围|长/,
  },
  { name: '塌陷', word: /塌陷|凹陷/, least: 0.5, most: 40, unless: /范围|长/ },
  { name: '椎体高度', word: /椎体[^,]{0,8}高/, least: 2, most: 60 },
  { name: '脑室宽度', word: /第[三四]脑室[^,]{0,6}宽|[三四]脑室宽/, least: 0.5, most: 60 },
  { name: '腺样体/扁桃体厚度', word: /腺样体|扁桃体/, least: 1, most: 60 },
  { name: '子宫内膜厚度', word: /子宫内膜|内膜厚/, least: 0.5, most: 70 },
  { name: '斑块厚度', word: /斑块[^,]{0,6}厚/, least: 0.3, most: 20 },
  { name: '气管内径', word: /气管[^,]{0,6}(?:内径|直径|管腔|宽)/, least: 2, most: 45 },
  { name: '支气管管径', word: /支气管[^,]{0,4}(?:扩张|径|增宽)/, least: 1, most: 60 },
  { name: '肾盂宽度', word: /肾盂[^,]{0,6}(?:扩张|分离|宽)/, least: 1, most: 150, unless: /结石/ },
  { name: '脑内血肿', word: /(?:基底节|丘脑|脑|[额颞顶枕]叶)[^。;]{0,24}(?:出血|血肿|高密度)/, least: 2, most: 150 },
  { name: '心包积液厚度', word: /心包/, least: 1, most: 100 },
  { name: '胸膜厚度', word: /胸膜[^,]{0,6}增?厚/, least: 1, most: 80 },
  { name: '黏膜厚度', word: /[黏粘]膜[^,]{0,6}增?厚/, least: 0.5, most: 45 },
  { name: '管壁厚度', word: /(?:肠|胃|食管|膀胱|支气管|管)壁[^,]{0,8}厚/, least: 0.5, most: 70 },
  { name: '壁厚', word: /壁厚/, least: 0.3, most: 70 },
  { name: '前列腺', word: /前列腺/, least: 12, most: 130, unless: /结节|钙化|囊|低密度|高密度|灶|突入|凸入/ },
  {
    name: '子宫',
    word: /子宫(?!内膜|肌瘤|壁|肌层|颈|底|腔|直肠|[前后]壁)/,
    least: 15,
    most: 350,
    unless: /肌瘤|囊|结节|占位|肿|灶|内膜/,
  },
  { name: '副脾', word: /副脾/, least: 2, most: 60 },
  { name: '脾', word: /(?<!副)脾(?:脏)?(?:大小|厚|长|增大|肿大)/, least: 15, most: 400, unless: /囊|灶|结节|影/ },
  { name: '肾', word: /肾(?:脏)?(?:大小|长径|体积|萎缩|约)/, least: 25, most: 350, unless: /囊|灶|结节|影|结石/ },
  { name: '垂体柄', word: /垂体柄/, least: 0.5, most: 15, unless: /移|偏/ },
  { name: '垂体高度', word: /垂体(?:腺体)?(?:上缘)?(?:高|高度|厚)/, least: 1, most: 20, unless: /瘤|占位|肿/ },
  { name: '垂体', word: /垂体/, least: 1, most: 80 },
  { name: '肾上腺肢体厚度', word: /肾上腺[^,]{0,6}[肢支体][^,]{0,6}[厚粗宽]/, least: 0.8, most: 30 },
  { name: '肾上腺', word: /肾上腺/, least: 2, most: 250 },
  { name: '肾皮质厚度', word: /肾皮质|肾实质[^,]{0,4}厚/, least: 1, most: 50 },
  { name: '甲状腺峡部厚度', word: /峡部[^,]{0,6}厚/, least: 0.8, most: 40 },
  { name: '甲状旁腺', word: /甲状旁腺/, least: 2, most: 80 },
  { name: '侧脑室宽度', word: /侧脑室[^,]{0,10}宽/, least: 1, most: 80 },
  { name: '枕大池', word: /枕大池/, least: 1, most: 100 },
  { name: '视神经直径', word: /视神经[^,]{0,6}[径粗宽厚]/, least: 1, most: 25 },
  { name: '眼外肌厚度', word: /[内外上下]直肌[^,]{0,6}[厚粗]/, least: 1, most: 25 },
  { name: '黄韧带厚度', word: /黄韧带[^,]{0,6}厚/, least: 0.5, most: 20 },
  { name: '侧隐窝宽度', word: /侧隐窝[^,]{0,8}(?:径|宽|窄)/, least: 0.5, most: 15 },
  { name: '肌腱厚度', word: /(?:跟腱|肌腱|髌腱|髌韧带|韧带)[^,]{0,6}厚/, least: 0.5, most: 40 },
  { name: '半月板', word: /半月板/, least: 0.5, most: 60, unless: /囊肿/ },
  { name: '心室壁厚度', word: /室壁|室间隔/, least: 2, most: 50, unless: /瘤|缺损/ },
  { name: '心包厚度', word: /心包[^,]{0,4}增厚/, least: 1, most: 40 },
  { name: '鞍区微腺瘤', word: /微腺瘤/, least: 1, most: 10.9 },
  { name: '骨折移位', word: /(?:骨折|断端)[^,]{0,10}(?:移位|分离|重叠|错位|嵌插|间隙|间距)/, least: 0.5, most: 100 },
  { name: '椎间隙', word: /椎间隙/, least: 0.3, most: 30 },
  { name: '关节间隙', word: /关节间隙/, least: 0.3, most: 25 },
  {
    name: '关节积液深度',
    word: /髌上囊|关节囊|关节腔|关节[^,。;]{0,6}积液|滑囊/,
    least: 0.5,
    most: 60,
    unless: /囊肿|肿物|肿块|结节|范围|长约|长径|大小/,
  },
  { name: '骨刺', word: /骨刺|骨赘/, least: 0.5, most: 40 },
  { name: '骨片', word: /骨片|碎骨/, least: 0.8, most: 100 },
  { name: '疝口', word: /疝环|疝口/, least: 2, most: 300 },
  {
    name: '鼻窦黏膜囊肿',
    word: /(?:上颌|蝶|额|筛|鼻)窦[^,]{0,12}囊肿|[黏粘]膜下?囊肿/,
    least: 1,
    most: 60,
    unless: /[黏粘]液囊肿|含牙|牙源|根[尖端周]|膨胀/,
  },
  { name: '小囊肿', word: /[小微]囊(?:肿|性|状)/, least: 0.5, most: 99, unless: /融合|范围|簇/ },
  { name: '囊肿', word: /囊肿|囊性/, least: 1, most: 400 },
  { name: '动脉瘤', word: /动脉瘤/, least: 1, most: 180 },
  { name: '肝脏', word: /肝(?:脏|右叶|左叶)?(?:最大)?(?:斜径|厚径?|上下径|长径)/, least: 40, most: 300 },
  { name: '心脏横径', word: /心(?:影|脏)?(?:最大)?横径/, least: 30, most: 300 },
  { name: '卵巢', word: /卵巢(?:大小|长径|约)/, least: 8, most: 250, unless: /囊|瘤|占位/ },
  { name: '积液', word: /积液|腹水/, least: 0.5, most: 250 },
  { name: '空洞/肺大疱', word: /空洞|肺大[疱泡]/, least: 2, most: 300 },
  { name: '病灶', word: /灶|影/, least: 0.5, most: 350 },
];
/** Whatever a report measures in a patient. */
/** Sizes that the diagnosis itself limits: 微腺瘤 is one below 10 mm. */
export const LIMITED_BY_DIAGNOSIS: readonly { readonly diagnosis: RegExp; readonly thing: Measurable }[] = [
  {
    diagnosis: /垂体[^,。;]{0,4}微腺瘤/,
    thing: { name: '垂体微腺瘤', word: /垂体|鞍[内区]/, least: 0.8, most: 10.9, unless: /高|柄/ },
  },
  {
    // Every cyst of the impression is a small one; the same for stones.
    diagnosis: /^(?![^]*(?:多囊|(?<![小微])囊肿))[^]*[小微]囊肿/,
    thing: { name: '小囊肿', word: /囊(?:肿|性|样|状)/, least: 0.5, most: 99, unless: /囊壁|范围|融合|窦/ },
  },
  {
    diagnosis: /^(?![^]*(?<![小微])结石)[^]*[小微]结石/,
    thing: { name: '小结石', word: /结石/, least: 0.5, most: 99, unless: /输尿管|胆管|胆总管|胆囊/ },
  },
  {
    diagnosis: /粟粒性?(?:肺)?结核|粟粒型/,
    thing: { name: '粟粒结节', word: /粟粒/, least: 0.3, most: 10 },
  },
];
export const ANYTHING: Measurable = { name: '人体', word: /(?:)/, least: 0.3, most: 500 };

/** The largest length that fits into an exam of a small part, in millimetres. */
export const LARGEST_OF_PART: readonly { readonly exam: RegExp; readonly most: number }[] = [
  { exam: /手|腕|指|HAND|WRIST|FINGER/i, most: 200 },
  { exam: /足|踝|跟|趾|FOOT|ANKLE|TOE|CALCANEUS/i, most: 300 },
  { exam: /头|颅|脑|鼻|眼|眶|耳|颞骨|乳突|HEAD|BRAIN|SKULL|SINUS|ORBIT|EAR/i, most: 200 },
  { exam: /颈部|甲状腺|NECK|THYROID/i, most: 250 },
];

/** Attenuation of what is named, in HU; the name stands before CT值. */
export interface Attenuation {
  readonly name: string;
  readonly word: RegExp;
  readonly least: number;
  readonly most: number;
}
export const ATTENUATIONS: readonly Attenuation[] = [
  { name: '脂肪', word: /脂肪(?!肝|浸润)|脂肪瘤|脂肪密度/, least: -200, most: 10 },
  { name: '气体', word: /气体|气胸|空气/, least: -1100, most: -100 },
  { name: '钙化', word: /钙化/, least: 60, most: 3000 },
  { name: '金属', word: /金属|内固定|义齿|钢[板针]/, least: 100, most: 32000 },
  // Beside them anything may be measured.
  {
    name: '异物',
    word: /假体|钉|弹[丸片头]|异物|支架|弹簧圈|种植|电极|起搏|造影剂|对比剂|钡|骨水泥/,
    least: -1100,
    most: 32000,
  },
  { name: '结石', word: /结石/, least: -50, most: 2600 },
  { name: '囊肿', word: /囊肿|囊性|水样|液性|积液|水肿/, least: -40, most: 120 },
  { name: '出血', word: /出血|血肿|积血/, least: 5, most: 150 },
  { name: '肝实质', word: /肝(?:实质|脏)?(?:平扫)?(?:平均)?密度|脂肪肝|肝实质/, least: -60, most: 250 },
  { name: '肺', word: /磨玻璃|肺大[疱泡]|肺气肿/, least: -1100, most: 150 },
];
export const ANY_ATTENUATION: Attenuation = { name: '', word: /(?:)/, least: -1100, most: 2600 };
