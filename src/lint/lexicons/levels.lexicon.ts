/** Ribs, rays, vertebrae and discs are told by number: which numbers a text names, and what the impression says of them. */
export interface LevelKind {
  readonly key: string;
  /** What the impression concludes of one; other changes name no level that the findings would have to name. */
  readonly lesion: RegExp;
}

export const LEVEL_KINDS: readonly LevelKind[] = [
  { key: '肋', lesion: /骨折|破坏/ },
  { key: '掌', lesion: /骨折|脱位|破坏/ },
  { key: '跖', lesion: /骨折|脱位|破坏/ },
  { key: '指', lesion: /骨折|脱位|破坏/ },
  { key: '趾', lesion: /骨折|脱位|破坏/ },
  { key: '椎', lesion: /骨折|压缩|楔[形变]|滑脱|破坏|转移|血管瘤|结核/ },
  { key: '盘', lesion: /突出|膨出|脱出/ },
];

/** Fingers and toes by name. */
export const DIGITS: Readonly<Record<string, readonly [kind: string, number: number]>> = {
  拇指: ['指', 1],
  食指: ['指', 2],
  示指: ['指', 2],
  中指: ['指', 3],
  环指: ['指', 4],
  无名指: ['指', 4],
  小指: ['指', 5],
  拇趾: ['趾', 1],
  母趾: ['趾', 1],
  小趾: ['趾', 5],
};
export const DIGIT_NAME = new RegExp(Object.keys(DIGITS).join('|'), 'g');

const ORDINAL = '(?:\\d{1,2}|[一二三四五六七八九十]{1,2})';
/** 第3、5-7前肋, 第2掌骨, 第4近节指骨: the numbers, then the kind. */
export const NUMBERED_BONE = new RegExp(
  `(?<![\\d.A-Za-z])第?(${ORDINAL}(?:[前后侧腋]?段?[、和及与~至-]第?${ORDINAL}){0,10})(?:[前后侧腋]段?|近节|中节|远节|末节|近侧|远侧)?(肋|掌|跖|指|趾)(?!间)`,
  'g',
);

/** C3, L4/5, 腰4-骶1, T11、12: the regions, and how many vertebrae lie above each. */
export const ABOVE: Readonly<Record<string, number>> = {
  C: 0,
  颈: 0,
  T: 7,
  胸: 7,
  L: 19,
  腰: 19,
  S: 24,
  骶: 24,
};
const NO_VERTEBRA = '(?!\\d|\\.\\d|\\s?(?:mm|cm|HU|ml|%|[×个天年月周次岁]))';
export const VERTEBRAE = new RegExp(
  `(?:(?<![A-Za-z])[CTLS]|[颈胸腰骶])\\d{1,2}${NO_VERTEBRA}(?:椎体?)?(?:(?:[/、~至和及-]{1,2}(?:[CTLS]|[颈胸腰骶])?|(?:[CTLS]|[颈胸腰骶]))\\d{1,2}${NO_VERTEBRA}(?:椎体?)?){0,8}`,
  'g',
);
export const VERTEBRA = /([/、~至和及-]{0,2})([CTLS颈胸腰骶]?)(\d{1,2})/g;
/** T1 and T2 are relaxation times unless a vertebra is named, T3N1 is a stage. */
export const RELAXATION = /^T[12](?!\d)(?![^,。;]{0,4}椎)|^T\d[A-Za-z]/;
/** 第12胸椎, 第一腰椎 */
export const NUMBERED_VERTEBRA = new RegExp(`第(${ORDINAL}(?:[、和及与~至-]第?${ORDINAL}){0,6})([颈胸腰骶])椎`, 'g');

/** What is said behind a level that has nothing. */
export const LEVEL_DENIED = /未见|无(?!名)|未及|正常|完整|连续(?!性?中断)|如常|阴性|不(?![张齐规连])/;
/** More of them than are written. */
export const AND_MORE = /等(?![宽密信大高低])|多[发根处]|数[根处]|诸/;
