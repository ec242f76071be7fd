import type { Laterality } from '../../exams';

/** A part of the body with the words that mean it: Chinese, and DICOM's Body Part Examined (PS3.16 annex L). */
interface Region {
  readonly name: string;
  readonly words: string;
  /** There are two of it: a side said before one of its words is that side. */
  readonly paired?: true;
}

/**
 * In the order in which words are taken out of a text: what was taken is not read again. So the parts of bones come first
 * (股骨头 is of the hip and no head, 桡骨茎突 no 茎突, 腰骶段 no 腰椎), whole regions last.
 */
const REGIONS: readonly Region[] = [
  // Views and words that name a region without being of it.
  { name: '', words: '穿胸位?|手术|手法|头先进|足先进|头足位?|足头位?|头尾位' },
  // Blood vessels are looked at in another phase than the organ that they run to.
  { name: 'coronary', words: '冠状动脉|冠脉|CORONARY' },
  { name: 'pulmonary-artery', words: '肺动脉|CTPA' },
  { name: 'aorta', words: '(?:胸|腹|胸腹)?主动脉|AORTA' },
  // Organs with a head or a neck.
  { name: 'upper-abdomen', words: '上腹部?|肝脏?|胆[囊管]?颈?|胰[腺头颈体尾]*|脾脏?|胃|十二指肠|UPPERABDOMEN|LIVER' },
  { name: 'pelvic-cavity', words: '盆腔|子宫颈?|宫颈|前列腺|附件' },
  { name: 'bladder', words: '膀胱颈?|BLADDER' },
  // The ends of bones belong to the joint.
  { name: 'hip', words: '髋|股骨[头颈]|股骨粗隆间?|股骨[大小]?转子间?|髋臼|HIP', paired: true },
  { name: 'patella', words: '髌骨?|PATELLA', paired: true },
  { name: 'knee', words: '膝|股骨[内外]?髁|胫骨平台|胫骨[内外]髁|腓骨小?[头颈]|KNEE', paired: true },
  { name: 'scapula', words: '肩胛骨?|SCAPULA', paired: true },
  { name: 'shoulder', words: '肩|肱骨[头颈]|肱骨外科颈|肱骨[大小]结节|SHOULDER', paired: true },
  { name: 'elbow', words: '肘|桡骨小?头|桡骨颈|尺骨鹰嘴|鹰嘴|肱骨小头|肱骨[内外]?髁上?|ELBOW', paired: true },
  { name: 'wrist', words: '腕|手舟骨|[尺桡]骨茎突|[尺桡]骨远端|尺骨小?头|WRIST', paired: true },
  { name: 'hand', words: '手|掌骨[头颈]?|指骨|拇指|HAND|FINGER|THUMB', paired: true },
  { name: 'ankle', words: '踝|距骨[头颈]?|ANKLE', paired: true },
  { name: 'foot', words: '足|跟骨|跖骨[头颈]?|趾骨?|FOOT|TOE|CALCANEUS|HEEL', paired: true },
  { name: 'leg', words: '小腿|胫腓骨|[胫腓]骨|LOWERLEG|TIBIA|FIBULA', paired: true },
  { name: 'thigh', words: '大腿|股骨|THIGH|FEMUR|UPPERLEG', paired: true },
  { name: 'upper-arm', words: '上臂|肱骨|UPPERARM|HUMERUS', paired: true },
  { name: 'forearm', words: '前臂|尺桡骨|[尺桡]骨|FOREARM|RADIUS|ULNA', paired: true },
  { name: 'upper-limb', words: '上肢', paired: true },
  { name: 'lower-limb', words: '下肢', paired: true },
  { name: 'sternoclavicular', words: '胸锁关节' },
  { name: 'clavicle', words: '锁骨|CLAVICLE', paired: true },
  // The spine.
  { name: 'cervicothoracic', words: '颈胸段' },
  { name: 'thoracolumbar', words: '胸腰段' },
  { name: 'lumbosacral', words: '腰骶段|腰骶关节' },
  { name: 'sacroiliac', words: '骶髂' },
  { name: 'lumbar', words: '腰骶?椎|L-?SPINE|LSSPINE|LUMBARSPINE' },
  { name: 'sacrum', words: '骶尾?[椎骨]?|尾[椎骨]|SSPINE|SACRUM|COCCYX' },
  { name: 'cervical', words: '颈椎|寰枢|C-?SPINE|CERVICALSPINE' },
  { name: 'thoracic', words: '胸椎|T-?SPINE|THORACICSPINE' },
  { name: 'spine', words: '全?脊柱|SPINE' },
  // The trunk.
  { name: 'sternum', words: '胸骨|STERNUM' },
  { name: 'rib', words: '肋骨?|RIBS?', paired: true },
  { name: 'heart', words: '心脏|HEART' },
  { name: 'breast', words: '乳腺|乳房|BREAST', paired: true },
  { name: 'oesophagus', words: '食[管道]|ESOPHAGUS' },
  { name: 'chest', words: '胸|肺|CHEST|LUNG|THORAX' },
  { name: 'adrenal', words: '肾上腺|ADRENAL' },
  { name: 'kidney', words: '肾|KIDNEY' },
  { name: 'ureter', words: '输尿管|URETER' },
  { name: 'urethra', words: '尿道|URETHRA' },
  { name: 'urinary', words: '泌尿系?|尿路|KUB|CTU|URINARY' },
  { name: 'small-bowel', words: '小肠' },
  { name: 'colon', words: '结肠' },
  { name: 'rectum', words: '直肠' },
  { name: 'lower-abdomen', words: '中?下腹部?' },
  { name: 'whole-abdomen', words: '全腹部?|腹盆' },
  { name: 'abdomen', words: '腹|ABDOMEN' },
  { name: 'pelvis', words: '骨盆|PELVIS' },
  { name: 'buttock', words: '臀' },
  { name: 'scrotum', words: '阴囊|睾丸' },
  // The head.
  { name: 'skull-base', words: '颅底' },
  { name: 'nasopharynx', words: '鼻咽' },
  { name: 'sella', words: '鞍区|垂体|蝶鞍|SELLA' },
  { name: 'face', words: '颅面|颌面|MAXILLOFACIAL|FACIAL' },
  { name: 'jaw-joint', words: '颞?下颌关节|TMJ' },
  { name: 'submandibular', words: '下?颌下腺' },
  { name: 'upper-jaw', words: '上颌骨?' },
  { name: 'lower-jaw', words: '下颌骨?|MANDIBLE|JAW' },
  { name: 'styloid', words: '茎突' },
  { name: 'parotid', words: '腮腺' },
  { name: 'sinus', words: '副?鼻窦|SINUS' },
  { name: 'nose', words: '鼻|NOSE' },
  { name: 'orbit', words: '眼眶?|眶|ORBIT|EYE' },
  { name: 'ear', words: '颞骨|[内中]耳|乳突|EAR\\b|IAC' },
  { name: 'mouth', words: '口腔|牙齿?|口底|舌' },
  { name: 'throat', words: '[喉口]咽|喉' },
  { name: 'thyroid', words: '甲状腺|THYROID' },
  { name: 'head', words: '头颅?|颅脑?|脑|HEAD|BRAIN|SKULL' },
  { name: 'neck', words: '颈|NECK' },
];

/** A region seen whole shows these too. */
const CONTAINS: Readonly<Record<string, readonly string[]>> = {
  'whole-abdomen': ['upper-abdomen', 'lower-abdomen', 'abdomen'],
  urinary: ['kidney', 'ureter'],
};

const WORDS = REGIONS.map(({ name, words, paired = false }) => ({
  name,
  paired,
  pattern: new RegExp(`(?<side>[左右双]侧?)?(?:${words})`, 'g'),
}));
const SIDES: Readonly<Record<string, Laterality>> = { 左: 'L', 右: 'R', 双: 'B' };

/** What an item is of, as its own words say. */
export interface ItemParts {
  readonly regions: ReadonlySet<string>;
  readonly laterality: Laterality | null;
}

/**
 * Reads the parts out of an item's name; out of the body part where the name has none: a console's HEAD stands over sinuses
 * too. A side counts only before a part that there are two of: 左前斜位 is a view.
 */
export function partsOf({
  bodyPart,
  itemName,
}: {
  readonly bodyPart: string | null;
  readonly itemName: string | null;
}): ItemParts {
  const named = read(itemName ?? '');
  const placed = read(bodyPart ?? '');
  return {
    regions: named.regions.size > 0 ? named.regions : placed.regions,
    laterality: named.laterality ?? placed.laterality,
  };
}

function read(text: string): ItemParts {
  const regions = new Set<string>();
  const sides = new Set<Laterality>();
  let rest = text.toUpperCase();
  for (const { name, paired, pattern } of WORDS) {
    rest = rest.replace(pattern, (_, side: string | undefined) => {
      if (name !== '') regions.add(name);
      const laterality = side && paired ? SIDES[side.charAt(0)] : undefined;
      if (laterality) sides.add(laterality);
      return ' ';
    });
  }
  const [only = null, ...others] = sides;
  return { regions, laterality: others.length > 0 ? 'B' : only };
}

/** Whether all that is wanted is among what was made; nothing named is nothing covered. */
export function covers(made: ReadonlySet<string>, wanted: ReadonlySet<string>): boolean {
  const shown = new Set([...made].flatMap((region) => [region, ...(CONTAINS[region] ?? [])]));
  return wanted.size > 0 && [...wanted].every((region) => shown.has(region));
}
