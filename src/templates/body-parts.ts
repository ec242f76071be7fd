/** What templates are sorted by, and how an exam's own words find it. Pure. */

export interface BodyPart {
  /** As in DICOM's Body Part Examined (PS3.16, annex L) where it has one. */
  readonly code: string;
  readonly name: string;
  /** Other words that consoles, requests and exam items use for it. */
  readonly words: readonly string[];
}

export const BODY_PARTS: readonly BodyPart[] = [
  { code: 'HEAD', name: '颅脑', words: ['头颅', '头部', '脑', 'BRAIN', 'SKULL'] },
  { code: 'SINUS', name: '鼻窦', words: ['副鼻窦', 'SINUSES', 'PARANASALSINUS'] },
  { code: 'ORBIT', name: '眼眶', words: ['ORBITS'] },
  { code: 'EAR', name: '颞骨', words: ['内耳', '乳突', 'IAC', 'TEMPORALBONE'] },
  { code: 'NECK', name: '颈部', words: ['甲状腺', '喉', 'THYROID'] },
  { code: 'CSPINE', name: '颈椎', words: ['颈椎间盘', 'CERVICALSPINE', 'C-SPINE'] },
  { code: 'TSPINE', name: '胸椎', words: ['THORACICSPINE', 'T-SPINE'] },
  { code: 'LSPINE', name: '腰椎', words: ['腰椎间盘', '腰骶椎', 'LUMBARSPINE', 'L-SPINE', 'LSSPINE'] },
  { code: 'SSPINE', name: '骶尾椎', words: ['骶椎', '尾椎', '骶骨', 'SACRUM', 'COCCYX'] },
  { code: 'CHEST', name: '胸部', words: ['肺', '胸片', 'THORAX', 'LUNG'] },
  { code: 'RIB', name: '肋骨', words: ['RIBS'] },
  { code: 'STERNUM', name: '胸骨', words: [] },
  { code: 'BREAST', name: '乳腺', words: [] },
  { code: 'ABDOMEN', name: '腹部', words: ['腹平片', '立卧位'] },
  { code: 'UPPERABDOMEN', name: '上腹部', words: ['上腹', '肝', '胰', '脾', '胆', 'LIVER'] },
  { code: 'ABDOMENPELVIS', name: '全腹部', words: ['全腹', '腹盆'] },
  { code: 'URINARYTRACT', name: '泌尿系', words: ['泌尿', '肾', '输尿管', 'KUB', 'KIDNEY', 'URETER'] },
  { code: 'PELVIS', name: '骨盆', words: ['盆腔'] },
  { code: 'CLAVICLE', name: '锁骨', words: [] },
  { code: 'SHOULDER', name: '肩关节', words: ['肩'] },
  { code: 'HUMERUS', name: '肱骨', words: ['上臂', 'UPPERARM'] },
  { code: 'ELBOW', name: '肘关节', words: ['肘'] },
  { code: 'FOREARM', name: '尺桡骨', words: ['前臂', '尺骨', '桡骨', 'RADIUS', 'ULNA'] },
  { code: 'WRIST', name: '腕关节', words: ['腕'] },
  { code: 'HAND', name: '手', words: ['手指', '掌骨', 'FINGER', 'THUMB'] },
  { code: 'HIP', name: '髋关节', words: ['髋'] },
  { code: 'THIGH', name: '股骨', words: ['大腿', 'FEMUR', 'UPPERLEG'] },
  { code: 'KNEE', name: '膝关节', words: ['膝', '髌骨', 'PATELLA'] },
  { code: 'LEG', name: '胫腓骨', words: ['小腿', '胫骨', '腓骨', 'LOWERLEG', 'TIBIA', 'FIBULA'] },
  { code: 'ANKLE', name: '踝关节', words: ['踝'] },
  { code: 'FOOT', name: '足', words: ['跟骨', '足趾', '跖骨', 'TOE', 'CALCANEUS', 'HEEL'] },
  { code: 'HEART', name: '心脏', words: ['冠状动脉', 'CORONARY'] },
  { code: 'OTHER', name: '其他', words: [] },
];

export const BODY_PART_CODES = BODY_PARTS.map((part) => part.code) as [string, ...string[]];

const NAMES: ReadonlyMap<string, string> = new Map(BODY_PARTS.map((part) => [part.code, part.name]));

/** The Chinese name of a code. */
export const bodyPartName = (code: string): string => NAMES.get(code) ?? code;

/** Every word with its code, longest first: 腰椎间盘 is found before 椎, 上腹 before 腹. */
const WORDS: readonly (readonly [word: string, code: string])[] = BODY_PARTS.flatMap(({ code, name, words }) =>
  [code, name, ...words].map((word) => [word, code] as const),
).sort(([a], [b]) => b.length - a.length);

/**
 * The body part that a request or an image header means: `CHEST`, `chest`, `胸部` or `胸部正侧位`. Of several words in a text
 * the longest counts. Undefined when none is known.
 */
export function bodyPartOf(text: string): string | undefined {
  const compact = text.toUpperCase().replace(/[\s_]+/g, '');
  const exact = WORDS.find(([word]) => word === compact);
  return (exact ?? WORDS.find(([word]) => /\p{Script=Han}/u.test(word) && compact.includes(word)))?.[1];
}

export const TEMPLATE_MODALITIES = ['DX', 'CT', 'MR', 'MG', 'US', 'RF', 'XA'] as const;

const PLAIN_FILMS: ReadonlySet<string> = new Set(['CR', 'DX', 'DR', 'RG']);

/** Under which modality an exam's templates stand: a film is written the same way whatever cassette it came from. */
export function templateModality(modality: string): string {
  return PLAIN_FILMS.has(modality) ? 'DX' : modality;
}
