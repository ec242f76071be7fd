import { isChinese, searchName } from '../../studies';

/**
 * The other ways in which people write a patient's name: in pinyin, the given name first or by its initials, and as somebody
 * is spoken of (韩女士、老韩). Pure. All patterns are for a text without tone marks and full-width characters.
 */

/** What may stand between the parts of a name in Latin letters: `Han, La-mei`. */
const GAP = "[\\s·•・.,'’\\-_^]";
const GAPS = `${GAP}{0,3}`;
const NO_LETTER_BEFORE = '(?<![a-z])';
/** Before an initial no figure either: `3 L min` is a flow. */
const NO_FIGURE_BEFORE = '(?<![a-z]|\\d\\s?)';
const NO_LETTER_AFTER = '(?![a-z])';
/** A shorter word beside an initial is a unit or a syllable of something else. */
const TELLING_GIVEN = 3;
/** By itself, a given name of one syllable says nothing; of a name that came in Latin letters, syllables are not known. */
const TELLING_ALONE = { chinese: 4, latin: 5 } as const;

const COMPOUND =
  /^(?:欧阳|司马|上官|诸葛|皇甫|尉迟|公孙|慕容|令狐|宇文|长孙|司徒|夏侯|东方|独孤|南宫|端木|闻人|赫连|澹台|申屠|太史|仲孙|拓跋|呼延|西门|百里)(?=.)/u;
const DOTS = /[·•・]/u;

interface Sounds {
  /** Lower case letters without tones. */
  readonly family: string;
  readonly given: string;
  /** First letters of the given name's syllables, or words. */
  readonly initials: string;
  /** Whether the given name by itself leads to somebody. */
  readonly alone: boolean;
}

/** A pattern for each form; none for a name without a family name and a given one. */
export function nameForms(name: string): RegExp[] {
  return [...spelled(name), ...spokenOf(name)];
}

function spelled(name: string): RegExp[] {
  const sounds = soundsOf(name);
  if (!sounds) return [];
  const { family, given, initials, alone } = sounds;
  const [f, g] = [family[0]!, initials[0]!];
  const letters = [...initials].join('[\\s.\\-]{0,2}');
  const isTelling = given.length >= TELLING_GIVEN;
  const full = [...bothOrders(spaced(family), spaced(given), GAPS), ...(alone ? [spaced(given)] : [])].map(
    (pattern) => `${NO_LETTER_BEFORE}${pattern}${NO_LETTER_AFTER}`,
  );
  const short = [
    ...(isTelling ? bothOrders(f, spaced(given), `${GAP}{1,3}`) : []),
    ...bothOrders(spaced(family), letters, `${GAP}{1,3}`),
    ...bothOrders(spaced(family), g, `${GAP}{1,3}`),
  ].map((pattern) => `${NO_FIGURE_BEFORE}${pattern}${NO_LETTER_AFTER}`);
  // Without anything between, only the capitals tell an initial from a word: HanLM, and not `plan` for 潘兰.
  const joined = [...bothOrders(titled(family), initials.toUpperCase(), ''), f.toUpperCase() + titled(given)].map(
    (pattern) => new RegExp(`(?<![A-Za-z])${pattern}(?![A-Za-z])`, 'gu'),
  );
  return [...[...full, ...short].map((pattern) => new RegExp(pattern, 'giu')), ...joined];
}

/** Family name and given name; of a name with a dot and of one in Latin letters, its first part and the others. */
function soundsOf(name: string): Sounds | undefined {
  const chinese = isChinese(name);
  const [family, ...rest] = chinese ? partsOf(name) : name.split(/[\s,^·•・]+/u).filter(Boolean);
  if (family === undefined || rest.length === 0) return undefined;
  const whole = searchName(name);
  const first = searchName(family);
  // A family name is read as one only in front, so that the given name's sound is what is left of the whole.
  if (!whole.pinyin.startsWith(first.pinyin)) return undefined;
  const given = whole.pinyin.slice(first.pinyin.length);
  const initials = whole.initials.slice(first.initials.length);
  if (first.pinyin.length < 2 || given === '' || initials === '') return undefined;
  const isLong = given.length >= TELLING_ALONE[chinese ? 'chinese' : 'latin'];
  return { family: first.pinyin, given, initials, alone: isLong && (!chinese || initials.length > 1) };
}

function partsOf(name: string): string[] {
  const bare = name.replace(/\s/gu, '');
  if (DOTS.test(bare)) return bare.split(new RegExp(DOTS, 'gu')).filter(Boolean);
  const family = familyOf(bare);
  return bare.length > family.length ? [family, bare.slice(family.length)] : [];
}

const familyOf = (bare: string): string => COMPOUND.exec(bare)?.[0] ?? [...bare][0] ?? '';

const bothOrders = (a: string, b: string, between: string): string[] => [`${a}${between}${b}`, `${b}${between}${a}`];
/** Letters with what may stand between syllables; `lv` is also written lu, lü and lyu. */
const spaced = (word: string): string =>
  [...word].map((letter) => (letter === 'v' ? '(?:v|yu?|u)' : letter)).join(`${GAP}?`);
const titled = (word: string): string => `${word[0]!.toUpperCase()}${word.slice(1)}`;

/** 韩女士: what follows a family name and can be said of nobody in general. */
const TITLES =
  '女士|先生|小姐|太太|某{1,3}(?![种些个一项处时日天段类方位部院县市地次年月期侧例])|大爷|大妈|大娘|大叔|大伯|大哥|大姐|阿姨|奶奶|爷爷|师傅|同志';
/** 韩患者: said of anybody, so that a character before it may be the end of another word (胆结石患者、2 周患者). */
const ANYBODY = '患者|病人|老人';
const NAMED_BEFORE = '(?<=[看问为是给系叫请])|(?<!\\p{Script=Han}|\\d\\s?)';
/** Family names that are small words too: 于患者腹部…, 经患者同意. */
const SMALL_WORDS = '于和与向从如有为及应因经当时故令让由对何';
/** Words that end in a family name, by the characters before it: 对于女士, 任何先生. */
const ENDS: Readonly<Record<string, string>> = { 于: '对由关至位处属见基介在便鉴', 何: '任如为' };
/** Words that 老 or 小 makes with a family name, which then is not looked for behind it: 骨小梁, 小叶中心, 小于, 老年. */
const NEVER_BEHIND: Readonly<Record<'老' | '小', string>> = {
  老: '年师化家方',
  小: '于叶时管孔石段关梁范支束米成房毛包花区方车水池边皮单双明强连空平全和与向从有如及应经左年弓曲牙',
};
/** Words that begin with a family name: 小陈旧灶, 小高密度影, 小白质病灶. */
const BEGINS: Readonly<Record<string, string>> = {
  高: '密信回度代摄',
  白: '质点斑色细',
  陈: '旧',
  金: '属',
  周: '围边期岁',
  黄: '色斑染',
  钱: '币',
  温: '度',
  常: '规见',
};

function spokenOf(name: string): RegExp[] {
  const bare = name.replace(/\s/gu, '');
  if (!/^\p{Script=Han}{2,}$/u.test(bare)) return [];
  const family = familyOf(bare);
  const ends = ENDS[family];
  const begins = BEGINS[family];
  const prefixes = (['老', '小'] as const).filter((prefix) => !NEVER_BEHIND[prefix].includes(family));
  return [
    `${ends ? `(?<![${ends}])` : ''}${family}\\s?(?:${TITLES})`,
    ...(SMALL_WORDS.includes(family) ? [] : [`(?:${NAMED_BEFORE})${family}\\s?(?:${ANYBODY})`]),
    // 大小、最小、缩小 are words of their own.
    ...prefixes.map((prefix) => `(?<![大最较缩变减微细狭窄短])${prefix}${family}${begins ? `(?![${begins}])` : ''}`),
  ].map((pattern) => new RegExp(pattern, 'gu'));
}
