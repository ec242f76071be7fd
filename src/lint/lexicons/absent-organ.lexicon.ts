/** An organ that operations take out, and how a report names it as if it were there. */
export interface RemovableOrgan {
  readonly key: string;
  /** Its names where a removal is told. */
  readonly name: string;
  /** Further words that alone tell of the removal. */
  readonly removed?: RegExp;
  /** Its mention in the report. */
  readonly mention: RegExp;
  /** The removals that take all of it, where 切除 may mean a tumour in it. Default REMOVAL. */
  readonly removal?: string;
  /** Paired: only the side that was taken out is absent. */
  readonly paired?: true;
  /** A part is left, so that only words of health speak of what is gone (食管壁不厚); default: any mention does. */
  readonly healthy?: true;
  /** Names it among others (各趾骨): wrong unless the report tells of the absence elsewhere. */
  readonly among?: RegExp;
}

/** Stands for one organ of a list: 肝胆胰脾, 肝、胆、脾. */
const inList = (char: string): string =>
  `(?<=[肝胆胰脾肾][、,及和]?)${char}(?=[、,及和]?[肝胆胰脾肾双])|(?<=[肝胆胰肾][、,及和]?)${char}(?=[^\\u4e00-\\u9fff]|未见|大小|形态|均|密度|无|显示|$)|${char}(?=[、及]?[肝胆胰脾肾双])`;

/** Organs that an operation takes out as a whole. */
export const WHOLE_ORGANS: readonly RemovableOrgan[] = [
  {
    key: '胆囊',
    name: '胆囊|胆',
    removed: /LC术后|胆(?:囊)?切(?:除)?术?后|胆囊术后|胆囊已切/,
    mention: new RegExp(`胆囊(?!窝|床|区|管|颈管|癌|结石病史|切|摘|已|术)|${inList('胆')}`),
  },
  {
    key: '脾',
    name: '脾脏?',
    removed: /切脾|脾切(?=[^除]|$)|脾已切/,
    mention: new RegExp(`脾脏?(?!窝|门|静脉|动脉|胃|肾间|曲|区|切|摘|已|术|大切|破裂|功能|种植|床|段)|${inList('脾')}`),
  },
  {
    key: '子宫',
    name: '全?子宫(?:体|及[双左右]?侧?附件|[+、][双左右]?侧?附件)?|宫颈癌根治|子宫内膜癌根治',
    removed: /(?:宫颈|子宫内膜|宫体)癌(?:广泛)?根治|子宫(?:全|次全)切/,
    mention: /子宫(?!直肠|膀胱|颈残|切|已|术|全切|次全|区|窝|动脉|肌瘤术|肌瘤病|内膜癌|残端)|宫体(?!切)|宫腔/,
  },
  {
    key: '肾',
    name: '肾(?:脏)?(?!囊肿|结石|盂|上腺|动脉|错构|血管|部分)',
    // Of the one who gave it; 右侧供肾 is what a recipient has got.
    removed:
      /肾(?:盂)?癌根治|肾缺如|肾阙如|肾未发育|肾输尿管全长切除|(?<!接受[^,]{0,8})捐(?:献|赠|出)?了?[左右]侧?肾(?![^,]{0,6}移植)|[左右]侧?肾脏?(?:已|于[^,]{0,8}|被|作为供肾)?捐(?![^,]{0,8}移植)|供[左右]侧?肾(?![^,]{0,6}移植)|[左右]侧?供肾(?:者|切取|摘取)|供(?:肾|者|体)\([左右]侧?肾?\)(?![^,]{0,4}移植)/,
    mention: /肾(?:脏)?(?!上腺|窝|区|周|门|动脉|静脉|切|已|术|缺如|癌根治|功能|床|前筋膜|筋膜)/,
    paired: true,
  },
  {
    key: '肾上腺',
    name: '肾上腺(?!腺瘤|瘤)',
    // A tumour of it is taken out with the gland.
    removed:
      /[左右双]侧?嗜铬细胞瘤(?:行|经)?(?:腔镜|腹腔镜)?(?:下)?切除|肾上腺(?:皮质|髓质)?(?:腺?瘤|肿瘤|肿物|占位|嗜铬细胞瘤)(?:行)?(?:腔镜|腹腔镜)?(?:下)?切除/,
    mention: /肾上腺(?!区|窝|切|已|术|瘤|腺瘤)/,
    paired: true,
  },
  {
    key: '甲状腺',
    name: '甲状腺(?:双叶|全|[左右]叶|癌根治)?',
    removed: /甲状腺癌根治|甲状腺[^,]{0,8}行[^,]{0,4}(?:[左右]叶|腺叶|全)切/,
    mention: /甲状腺(?!床|区|切|已|术|癌|上动|下动|全切|窝|结节病|功能|相关)/,
    paired: true,
  },
  {
    // 甲状腺右叶切除后的“右叶大小正常”: the lobe without its organ's name.
    key: '甲状腺叶',
    name: '甲状腺[左右]侧?(?:腺)?叶',
    mention: /^[左右]侧?(?:腺)?叶(?!切|已|术|缺|支气管|肺)/,
    paired: true,
    healthy: true,
  },
  {
    key: '阑尾',
    name: '阑尾',
    removed: /阑尾炎?(?:手)?术后|右半结肠切|回盲部切|全结肠切/,
    mention: /阑尾(?!区|窝|切|已|炎术|术|残端|炎病)/,
  },
  {
    key: '胃',
    name: '全胃',
    removed: /胃全切|全胃切/,
    mention: /胃(?!肠道|窝|底静|左|右|十二|网膜|区|切|已|术|脾|全切|癌|管|泡)/,
  },
  {
    key: '前列腺',
    name: '前列腺(?:癌根治)?(?!增生)',
    removed: /前列腺(?:癌)?根治/,
    mention: /前列腺(?!区|窝|切|已|术|癌|床|电切|增生术)/,
  },
  {
    key: '乳腺',
    name: '乳(?:腺|房)?(?!结节|纤维|腺瘤|肿)',
    removed: /乳(?:腺)?癌(?:改良|保留皮肤)?根治|乳(?:腺|房)?全切/,
    mention: /乳(?:腺|房)(?!区|切|已|术|癌|缺如|窝|根治)|双乳/,
    paired: true,
  },
  {
    key: '卵巢',
    name: '卵巢(?!囊肿|肿)|附件(?!囊肿|肿)',
    mention: /卵巢(?!区|窝|切|已|术|癌)|附件(?!区|窝|切|已|术|骨)/,
    paired: true,
  },
  { key: '输卵管', name: '输卵管', mention: /输卵管(?!切|已|术|区|妊娠|结扎)/, paired: true },
  {
    key: '宫颈',
    name: '宫颈(?!息肉|锥)',
    removed: /全子宫|子宫全切|子宫切除/,
    mention: /(?:子宫颈|宫颈)(?!癌|切|已|术|残|管癌|区)/,
    healthy: true,
  },
  {
    key: '精囊',
    name: '精囊腺?',
    removed: /前列腺(?:癌)?根治|膀胱(?:癌)?根治|前列腺(?:癌)?(?:全|根治性)切/,
    mention: /精囊腺?(?!区|切|已|术|窝)/,
    healthy: true,
  },
  {
    key: '膀胱',
    name: '全膀胱',
    removed: /膀胱全切|膀胱癌根治|回肠(?:代|新)膀胱|尿流改道/,
    mention: /膀胱(?!区|窝|切|已|术|癌|直肠)/,
  },
  { key: '眼球', name: '眼球?', removed: /眼球(?:摘除|缺如)|义眼/, mention: /眼[球环](?!摘|切|缺|术)/, paired: true },
  { key: '睾丸', name: '睾丸', mention: /睾丸(?!切|已|术|缺)/, paired: true },
  {
    key: '肺',
    name: '全肺|肺全',
    removed: /全肺切除|肺全切/,
    mention: /(?:[双两左右]侧?)肺(?!动脉|静脉|门|切|已|术|癌)/,
    paired: true,
  },
];

/** Between an organ and 切除: the operation was on a part of it, on something in it, or did not take place. */
export const PARTIAL =
  /肌瘤|囊肿|息肉|结节|部分|大部|肿物|占位|憩室|腺瘤|血管瘤|脂肪瘤|纤维瘤|混合瘤|囊瘤|结石(?!.{0,6}胆囊)|病灶|肿块|错构|楔形|段切|节段|近全|次全(?!切)|剔除|剥除|电切|镜|碎石|取石|造瘘|成形|拟|未行|保留|修补|移植|剖宫|活检|穿刺|周围|旁/;
export const NOT_REMOVED =
  /拟行|拟|未行|否认|无(?!功能).{0,6}(?:手术|切除)|计划|准备|建议|要求|考虑行|待|术前|切除前|再植|回植|断端吻合/;
export const REMOVAL =
  '切除|摘除|截除|拔除|缺如|全切|离断|阙如|切术后|根治术|已切|切取|截肢|截[指趾]|先天(?:性)?(?:未发育|缺失)|切(?=术|后|[+;]|$)';
/** Stands for a removal in any of its words: only clauses with one of them are looked into. */
export const REMOVAL_CUE =
  /切|摘|截|拔|缺|阙|捐|供[肾者体左右]|离断|术|孤立|未发育|人工|义|代|Miles|Whipple|改道|根治|置换/i;
/** The removal was somebody else's: 姐姐胆囊切除. The patient speaks again in 本人, 患者. */
export const RELATIVE =
  /[姐妹哥弟兄爸妈奶爷婆姨叔舅侄]|父|母(?!细胞|趾|指)|丈夫|妻|老伴|爱人|儿子|女儿|子女|家族(?!性)|家人|亲属|配偶/;
export const PATIENT_AGAIN = /本人|患者|自己|自身|其后|后行|现/;
/** Told in the report itself instead of a mention as if the organ were there. */
export const SAID_ABSENT =
  /缺如|阙如|缺失|缺损|切除|术后|摘除|截除|截断|截肢|截[指趾]|离断|拔除|置换|人工|假体|义[眼肢齿]|未见(?:明确|确切|正常)?(?:显示|显影|结构|影|子宫|胆囊|脾|肾|甲状腺)|未显示|未显影|未见$|不显示|已切|术区|术野|残端|残余|残[胃肝胰]|残留|代偿|副脾|空虚|未探及|未能显示|吻合|造口|金属(?:密度|夹|钉|缝|致密)|缝线|未见.{0,3}(?:胆囊|脾脏|子宫|右肾|左肾|甲状腺|阑尾)/;
/** What is said of something that is there and well. */
export const HEALTHY =
  /正常|自然|清晰|清楚|清$|完整|光滑|光整|规则|对称|均匀|不厚|[无未见]{1,2}(?:明显)?增[厚粗宽]|不粗|不宽|无扩张|不扩张|未见|无(?:明显)?异常|不大|无殊|通畅|存在|良好|连续|如常|居中|无狭窄|\(-\)/;
