/** A part of the body as templates speak of it where nothing is wrong, and the exams that cannot show it. */
export interface ForeignPart {
  readonly name: string;
  /** How a sentence of its template begins. */
  readonly subject: RegExp;
  /** Where the technique or the impression uses one of these, the part was meant to be reported. */
  readonly meant: RegExp;
}

const SIDES = '(?:[左右双两]侧?)?';
const LUNGS: ForeignPart = {
  name: '胸部',
  subject: new RegExp(
    `^${SIDES}(?:肺(?:野|纹理|门|叶|组织|透亮度)?(?!动脉|静脉)|膈面|肋膈角|横膈)|^(?:心影|心脏(?!骤停|支架|起搏)|心膈|心肺|纵隔|胸廓)`,
  ),
  meant: /胸|肺|心[影脏膈]|纵隔|CHEST/i,
};
const ABDOMEN: ForeignPart = {
  name: '腹部',
  subject: new RegExp(
    `^(?:肝(?:脏|实质|胆|内外?胆管|[左右]叶|表面)|胆囊|胰腺|脾脏?(?!气)|${SIDES}肾(?:脏|盂|实质)?(?!上腺))`,
  ),
  meant: /腹|肝|胆|胰|脾|肾|ABD/i,
};
const BRAIN: ForeignPart = {
  name: '头颅',
  // 脑室端引流管 belongs to a shunt that runs down to the abdomen.
  subject: new RegExp(
    `^${SIDES}(?:大脑|小脑|脑(?:实质|沟|回|干|室(?!-|、?腹|端|引流|分流)|中线)|基底节|侧脑室)|^(?:灰白质|颅内)`,
  ),
  meant: /头|颅|脑|HEAD|BRAIN/i,
};
const LEG_JOINTS: ForeignPart = {
  name: '关节',
  subject: new RegExp(
    `^${SIDES}(?:膝|踝|髋|腕|髌股|胫股)关节|^${SIDES}[内外前后]侧?(?:半月板|交叉韧带)|^(?:半月板|髌骨)`,
  ),
  meant: /关节|膝|踝|髋|腕|髌|半月板/,
};

/** Several parts in one exam, or vessels that are followed through several. */
export const SEVERAL_PARTS =
  /[+、,，\/&及和与]|全身|多发|复合|CTA|MRA|PET|动脉|静脉|血管|下肢|上肢|胸腹|头颈|颈胸|腹盆/i;

interface Shown {
  readonly exam: RegExp;
  /** Where given: only on these machines. */
  readonly modality?: RegExp;
  readonly cannotShow: readonly ForeignPart[];
}

const FILM = /^(?:DR|DX|CR)$/i;
/**
 * What an exam cannot show. Left out on purpose: the neck, which borders on head and chest; a chest CT's upper abdomen; an
 * abdomen CT's lung bases; the lung behind a shoulder, clavicle or rib.
 */
export const CANNOT_SHOW: readonly Shown[] = [
  {
    exam: /膝|髌|踝|足|跟骨|趾|小腿|大腿|胫|腓|股骨|髋|腕|手(?!术)|指|掌|肘|前臂|尺骨|桡骨|KNEE|PATELLA|ANKLE|FOOT|CALCANEUS|TOE|LEG|THIGH|TIBIA|FIBULA|FEMUR|HIP|WRIST|HAND|FINGER|ELBOW|FOREARM/i,
    cannotShow: [LUNGS, ABDOMEN, BRAIN],
  },
  { exam: /肩|锁骨|肱骨|上臂|SHOULDER|CLAVICLE|SCAPULA|HUMERUS/i, cannotShow: [BRAIN] },
  {
    exam: /^(?!.*颈)(?:头|颅|脑|鼻|副鼻窦|眼|眶|颞骨|乳突|垂体|HEAD|BRAIN|SKULL|SINUS|ORBIT|EAR)/i,
    cannotShow: [LUNGS, ABDOMEN, LEG_JOINTS],
  },
  { exam: /骨盆|PELVIS/i, modality: FILM, cannotShow: [LUNGS, BRAIN] },
  { exam: /骨盆|盆腔|腹|肝|肾|泌尿|腰椎|骶|PELVIS|ABDOMEN|KIDNEY|URINARY|KUB|LSPINE|LUMBAR/i, cannotShow: [BRAIN] },
  { exam: /^(?:胸部|胸片|肺|肋|心脏|CHEST|LUNG|THORAX|RIB)/i, cannotShow: [BRAIN, LEG_JOINTS] },
];
/** What a template says of what is well; a metastasis or a known disease elsewhere is told in other words. */
export const TEMPLATE_WELL =
  /未见|无(?!名|法|力)|正常|清晰|清楚|光滑|光整|居中|对称|均匀|不[大厚宽粗扩]|完整|规则|如常|锐利|良好/;
/** Told of another exam or time: 外院颅脑CT示脑实质未见异常. */
export const ELSEWHERE =
  /外院|前片|前次|既往|病史|曾|同日|另见|对比|参见|定位像|扫及|扫到|扫描野|所及|所见层面|\d{4}[-年.\/]/;
