/**
 * The words by which a Chinese report takes a finding back, dates it, or leaves it open. Data: adding a word here needs no
 * change of the engine.
 */

/** Look like a negation and are none: what cannot be excluded is still asked about; 无名静脉 is a vein. */
export const NOT_EXCLUDED = [
  '(?:不能?|不可|未能?|无法|难以?|尚不能?|暂不能?|尚未|仍不能)(?:完全|明确|肯定)?(?:地)?(?:除外|排除)',
  '(?:有待|待|尚待)(?:除外|排除?)',
].join('|');
export const NOT_A_NEGATION = [
  NOT_EXCLUDED,
  '(?:需|须)(?:要)?(?:注意|警惕|首先|进一步)?(?:除外|排除)',
  '无(?:名|法|论|力|痛|意识|定形|壁)',
  '未(?:成熟|婚|孕|闭|分化|定|明|愈合|消失)',
  '有无',
  '无肺?纹理(?=的?透|区|结构)',
  '(?:无|未见|未)(?:明[显确])?强化(?![\\u4e00-\\u9fff])',
  '无(?:不适|外伤|明显诱因|诱因|症状|发热|咳)',
].join('|');

/** 无移位 belongs to its own noun and says nothing of what follows, unless a list goes on (无移位及脑疝). */
export const CLOSED_NEGATION =
  '(?:无|未见)(?:明显|明确|显著)?(?:移位|变化|改变|好转|吸收|增大|缩小|进展|增多|减少)(?:的|性)?(?![、及或和与/])';

/** A negation's scope runs from here to the end of the clause or to a word of contrast. */
export const NEGATION = [
  '未(?:再|曾|能)?(?:明[显确]|确切|清楚)?(?:见|显示|示|发现|及|探及|检出|查见|提示|出现|累及|触及|看到|观察到|形成|伴有?|合并|发生|致|引起|造成|导致|有|扪及|查及|存在)',
  '无',
  '没有?(?:见|发现)?',
  '不(?:伴有?|合并|支持|考虑|符合|存在|是|像|具有?|提示|诊断)',
  '否认',
  '排除|除外',
  '缺乏|并非|非(?=急性|出血|外伤|骨折|肿瘤|结核)',
  '(?:尚|均|亦|也)?未(?=有)',
].join('|');

/** 双侧硬膜下血肿（右侧慢性，左侧急性）: one of them is not old. */
export const OTHER_IS_ACUTE = /^[^。;]{0,24}[左右双]侧?[^,。;]{0,4}(?<!亚)急性/;

/** 不扩张, 不增厚: denies the next word and no more; 不张 and 不连 are lesions. */
export const NEGATION_OF_ONE_WORD = '不(?=扩[张大]|增?[厚宽粗]|增[大多高]|肿大|狭窄|变?窄|移位|受压|膨大|积水)';

/** The subject changes: 未见骨折但见气胸. */
export const CONTRAST =
  /但|仅|而(?!且)|却|余(?=[^下])|其余|另|可见|[并且尚]见|(?<![未所])见(?!于)|考虑|提示|(?<!未)显示|呈|(?:伴|并|合并)有?(?=[左右双两大急新少])/g;

/** An organ with something said of it, at the head of a clause. */
export const OTHER_SUBJECT =
  /^(?:肠(?:管|腔|壁)?|小肠|结肠|直肠|胃(?:壁|腔)?|肝(?:脏|内|[左右]叶|缘|表面)?|胆(?:囊|总管|管)|胰(?:腺|头|体|尾|管)|脾脏?|肾(?:脏|盂|实质)?|输尿管|膀胱|前列腺|子宫|附件|胸膜|胸腔|纵隔|心(?:影|脏|包)|主动脉|冠脉|支?气管|肺(?:门|纹理|野|尖)?|膈|脑(?:室|沟|池|实质)|中线|鼻(?:甲|中隔|腔)|椎(?:体|间隙|管|间盘)|关节|软组织|淋巴结|腹腔|盆腔|皮下)(?:区|部|内|旁|周围?|壁)?[^,]{2,}/;

/** After the finding: 膈下游离气体阴性, 肺栓塞可排除, 诊断依据不足. */
export const NEGATED_AFTER =
  /^[^见示]{0,8}?(?:阴性|\(-\)|(?:可以?|已|予以?|暂)(?:基本|初步)?(?:排除|除外)|(?<![不能法以待须需未])(?:排除|除外)$|不支持|(?:依据|证据)不(?:足|充分)|可能性?(?:不大|很?较?极?小|较?低)|(?:暂)?不(?:予)?考虑|不成立|未(?:见|见显示|显示|见明确显示|见确切显示|发现|检出)$|不明显$|不存在)/;

/** Asked for, advised or feared, not stated. */
export const HYPOTHETICAL_BEFORE =
  /有无|是否|建议|必要时|如(?:出现|发生|有|为)|若(?!干)|以(?:便)?明确|进一步明确|预防|避免|谨防|防止|鉴别|(?:警惕|注意).{0,6}(?:出现|发生)|(?:警惕|注意|当心|小心).{0,6}(?:进展|发展|演变|转[变化]?|加重|恶化)[为成至到]|以[免防]|家族史?|临床(?:上)?(?:诊断|拟诊|疑|怀疑)|申请单/;
/** What may yet come; the phrase itself may begin with 再 or 迟发. */
export const FEARED = /(?:警惕|注意|观察|防).{0,4}(?:迟发|继发|再)/;
export const HYPOTHETICAL_AFTER = /^[^,]{0,8}(?:(?:相)?鉴别|风险|家族史|与否|有无)/;

export const UNCERTAIN =
  /可能|考虑|可疑|疑|不(?:能|可)?(?:完全)?(?:除外|排除)|待(?:查|除外|排|定|诊)|倾向|(?:除外|排除)|难以|\?|警惕|或(?:为|是)|不典型|请结合|必要时|建议/;

/** Directly before the finding, so near that it describes it. */
export const OLD_BEFORE =
  /(?:陈旧性?|慢性期?|既往(?:有|曾有?|史)?|病史|曾(?:有|患|行|因)?|原(?:有|先|见|发现|片示|来)?|(?:\d+|数|半|多|[一二三四五六七八九十两])余?个?(?:年|月|周|天|日|小时)余?前|吸收期|恢复期|后遗|软化|(?:引流|治疗|溶栓|穿刺)前(?!检查|评估)|前片(?:所?[见示])|前次(?:检查)?(?:所?[见示]))/g;
/** What is left of blood that was known: 残余少量积血; what is left of a foreign body is still one. */
export const REMNANT = /残[余留](?:的|少[量许])*$/;
export const BLOOD = /^(?:积血|血肿|出血)/;
/** A marker no longer reaches over these. */
export const OLD_BROKEN_BY = /急性(?!期?后)|逆(?:行性?)?撕|新发|新见|新增|新出现|[并伴]|出现|考虑|再/;
export const OLD_AFTER =
  /^(?:(?!建议|请|必要|[,(])[\s\S]){0,10}?\(?(?:术后|治疗后|(?:引流|栓塞|清除|溶栓|抗凝|介入|修补|手术|支架)(?:置入|植入)?(?:术)?后|后遗|吸收期|恢复期|病史|史(?:$|[,。)])|后改变|软化灶?|\(?(?:陈旧|慢性)|复查|(?:已|基本|大部分?|完全|明显|部分|逐渐|有所|较前|大致|稍|略|少许)*(?:吸收|清除|消散|消失|消退|减少|减轻|缩小|复张|好转)|(?:无|未见)(?:明显|显著)?变化|(?:大致|基本)?同前)/;
/** Compared with the film before, no worse. */
export const STABLE =
  /(?:较|与|对比|比|同)(?:前|上次|既往|老|旧|原|\d)[^。;]{0,16}?(?:相仿|相似|类似|大致|相同|变化不|无(?:明显|显著|著变)?变化|未见(?:明显|显著)?变化|无著变|吸收|好转|减少|减轻|缩小|减低|变小|稳定|消散)|复查同前|(?:大致|基本|情况)同前/;
/** 再次复查 is another film, no other finding. */
const AGAIN = '再[次发](?!复查|检查|[CM][TR]|行|手术|来|入院|住院|就诊|随访|引流|置管|栓塞术)|再(?:次|发)?出血|复发';
const NEWLY = `(?<!(?:未见|未有|未再|无|没有?)[^,。;]{0,6})(?:新发|新出现|新见|新增|${AGAIN}`;
export const WORSE = new RegExp(
  `${NEWLY}|急性发作|急性加重)|(?:较|比)(?:前|上次)[^。;,]{0,12}?(?:增多|增大|增加|加重|进展|扩大|明显增|增厚|增宽)|(?:未见|无|未)(?:明显|显著)?(?:吸收|好转|减少|缩小)`,
);
const GROWS = '(?:较|比)前[^。;]{0,12}(?:增|加重|扩大)';
/** Beside a repaired finding: this one is another. */
export const NEW = new RegExp(`${NEWLY}|急性(?!期后)|破裂|逆(?:行性?)?撕|迟发|进展|外渗|外溢)|${GROWS}`);
/** Beside what an operation leaves behind: this is another. */
export const NEW_OR_MORE = new RegExp(`${NEWLY}|迟发|突发)|${GROWS}`);
