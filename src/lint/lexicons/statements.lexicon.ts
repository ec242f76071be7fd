/** What can be said of a thing in two ways that exclude each other. */
export interface Property {
  readonly key: string;
  /** The thing; both statements stand in clauses that name it. */
  readonly subject: RegExp;
  readonly abnormal: RegExp;
  readonly normal: RegExp;
  /** Left and right may differ. */
  readonly sided?: true;
}

const SIZE_NORMAL =
  /(?<!余.{0,6})(?:不大|大小(?:、?形态)?(?:均|尚|基本)?(?:正常|如常|适中|在正常范围)|(?:未见|无)(?:明显)?(?:增大|肿大|缩小|扩大)|不增大|在正常范围)/;
const BIGGER = /增大|肿大|扩大|饱满|丰满|缩小|萎缩|(?:影|脏|脾|肝)(?:明显|轻度|稍)?大(?!小)/;
const WALL_NORMAL = /壁不厚|壁(?:未见|无)(?:明显)?增厚|壁厚(?:度)?正常/;
const WIDE = /扩[张大]|增宽|增粗|积水/;
const NOT_WIDE =
  /不扩[张大]|(?:未见|无)(?:明显|确切)?(?:扩[张大]|增宽|积水|增粗)|不(?:增?宽|粗)|(?:管径|宽度|直径|大小|形态)[^,]{0,4}正常/;

const sized = (key: string, subject: RegExp): Property => ({ key, subject, abnormal: BIGGER, normal: SIZE_NORMAL });
const wide = (key: string, subject: RegExp, sided?: true): Property => ({
  key,
  subject,
  abnormal: WIDE,
  normal: NOT_WIDE,
  ...(sided && { sided }),
});

/** 右侧胸腔积液 / 双侧胸腔未见积液. */
const fluid = (key: string, subject: RegExp, sided?: true): Property => ({
  key,
  subject,
  abnormal: /积[液血]/,
  normal: /(?:未见|无)(?:明显|明确)?[^,]{0,10}积[液血]|(?:未见|无)(?:明显|明确)?异常$/,
  ...(sided && { sided }),
});

export const PROPERTIES: readonly Property[] = [
  fluid('胸腔', /胸腔/, true),
  fluid('心包', /心包/),
  fluid('腹腔', /腹腔/),
  fluid('盆腔', /盆腔/),
  sized('心影', /心影|心脏(?!瓣|血管|支架|起搏)/),
  sized('脾', /脾(?!门|静脉|动脉|窝|曲)/),
  sized('胆囊', /胆囊(?!壁|窝|管|底|颈)/),
  sized('前列腺', /前列腺/),
  sized('甲状腺', /甲状腺(?![左右]叶)/),
  sized('子宫', /子宫(?!内膜|肌|颈|壁|直肠)/),
  sized('胰腺', /胰腺/),
  { key: '胆囊壁', subject: /胆囊/, abnormal: /壁[^,]{0,4}增厚/, normal: WALL_NORMAL },
  { key: '膀胱壁', subject: /膀胱/, abnormal: /壁[^,]{0,4}增厚/, normal: WALL_NORMAL },
  { key: '阑尾', subject: /阑尾/, abnormal: /增粗|肿胀/, normal: /不粗|(?:未见|无)(?:明显)?增粗|形态正常|粗细正常/ },
  wide('脑室', /脑室/, true),
  wide('胆总管', /胆总管/),
  wide('胰管', /胰管/),
  wide('肾盂', /肾盂|肾积水|肾(?=[^,]{0,6}积水)/, true),
  wide('主动脉', /(?:升|降|胸|腹)主动脉/),
  {
    key: '中线',
    subject: /中线/,
    abnormal: /[左右]移|移位|偏移|[左右]偏|偏[向左右]/,
    normal: /居中|(?:未见|无)(?:明显)?(?:移位|偏移)|不(?:移|偏)/,
  },
  {
    key: '纵隔',
    subject: /纵隔/,
    abnormal: /[左右]移|移位|偏移|推移/,
    normal: /居中|(?:未见|无)(?:明显)?(?:移位|偏移)/,
  },
  {
    key: '气管',
    subject: /(?<!支)气管/,
    abnormal: /[左右]移|移位|偏移|受压/,
    normal: /居中|(?:未见|无)(?:明显)?(?:移位|偏移)/,
  },
  {
    key: '支气管',
    subject: /支气管/,
    abnormal: /狭窄|闭塞|截断|阻塞/,
    normal: /(?<!余.{0,8})通畅|(?:未见|无)(?:明显)?(?:狭窄|阻塞)/,
    sided: true,
  },
  {
    key: '肋膈角',
    subject: /肋膈角/,
    abnormal: /变?钝|消失|模糊|变浅/,
    normal: /锐利|清晰|锐/,
    sided: true,
  },
  {
    key: '膈面',
    subject: /膈面/,
    abnormal: /模糊|毛糙|不光|消失/,
    normal: /光滑|光整|清晰/,
    sided: true,
  },
  {
    key: '生理曲度',
    subject: /曲度|前凸/,
    abnormal: /变直|消失|反弓|变浅|减小/,
    normal: /存在|正常|自然/,
  },
  {
    key: '鼻中隔',
    subject: /鼻中隔/,
    abnormal: /偏曲|[左右]偏|弯曲/,
    normal: /居中|(?:未见|无)(?:明显)?偏曲|无偏/,
  },
  {
    key: '脑沟',
    subject: /脑沟/,
    abnormal: /增宽|加深|变浅|消失/,
    normal: /不宽|无增宽|未见(?:增宽|加深)|脑沟[^,]{0,6}正常/,
  },
  {
    key: '胸廓',
    subject: /胸廓/,
    abnormal: /不对称|畸形|塌陷/,
    normal: /(?<!不)对称/,
  },
];
/** A comparison over time, another level, or the rest: no contradiction. */
export const OTHERWISE = /余|其余|其它|其他|原|前片|上次|较前|既往|治疗前|术前|对侧|健侧|相对|本次|今|复查/;

/** 主动脉见内膜片 / 主动脉未见内膜片: verb, object and what may stand before the object. */
export const STATEMENT =
  /^(.{1,14}?)(未见|未发现|未示|未及|无|可见|见|有|示)((?:明显|明确|确切|异常|多发|单发|散在|少量|少许|大量|一|数|多|个|枚|处)*)(.{2,20})$/;
export const DENYING = /^(?:未见|未发现|未示|未及|无)$/;
export const LIST = /[、及和或与]|并/;
