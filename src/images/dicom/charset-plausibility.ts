/**
 * How likely a decoded text is what somebody typed. The same bytes decode without an error in several character sets
 * (GBK 头颅CT平扫 is valid UTF-8), so validity decides nothing; plausibility of the characters does. Pure.
 */

const GB = new TextDecoder('gb18030');

/** Rows `from`..`to` of GB 2312 (lead byte − 0xA0), 94 characters each. */
function gb2312Rows(from: number, to: number): Set<string> {
  const bytes: number[] = [];
  for (let row = from; row <= to; row++) for (let cell = 1; cell <= 94; cell++) bytes.push(0xa0 + row, 0xa0 + cell);
  return new Set(GB.decode(Uint8Array.from(bytes)));
}
/** Level 1: the 3,755 characters of daily use. Level 2: 3,008 rarer ones, still usual in given names (婷 雯 炜 鑫). */
const LEVEL_1 = gb2312Rows(16, 55);
const LEVEL_2 = gb2312Rows(56, 87);

/** First characters of the usual surnames (百家姓 order left aside); level-2 and GBK-only ones matter most. */
const SURNAME_FIRST = new Set(
  '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强丘丛阎佘闫仝亓麦诸皇上令公慕司尉巴买阿古艾肖代付瞿逯邝岑晏蒲边冉芮储邬臧栗',
);

const HAN = /\p{Script=Han}/u;
const LATIN_ACCENTED = /[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u017f]/;
/** Signs that reports and study descriptions really use, Chinese and Western ones. */
const USUAL_SIGN = /[\u3000-\u301f\uff01-\uffe5\u2010-\u2027\u2030-\u203b\u2103\u2160-\u217f\u2460-\u249bαβγδ→←↑↓≤≥≈]/;
/** Signs of Latin-1; natural between ASCII (10µm, 3×3, 37°), but in a row they are halves of double-byte characters. */
const LATIN_SIGN = /[°±²³·×÷µ§©®]/;
const SCRIPTS = [
  'Cyrillic',
  'Greek',
  'Arabic',
  'Hebrew',
  'Thai',
  'Hangul',
  'Hiragana',
  'Katakana',
  'Mongolian',
  'Tibetan',
];
const SCRIPT_PATTERNS = SCRIPTS.map((script) => new RegExp(`\\p{Script=${script}}`, 'u'));

/** Points per character; a run of a few characters of one repertoire must outweigh a single chance hit of another. */
const POINTS = {
  commonHan: 2,
  secondLevelHan: 0.5,
  secondLevelHanInName: 1,
  rareHan: -1,
  surname: 3,
  usualSign: 0.5,
  otherSign: -1.5,
  control: -4,
  privateUse: -5,
  broken: -10,
  cutAtEnd: -0.5,
  accentedInWord: 1.5,
  accentedAlone: -1.5,
  oneScript: 0.5,
  mixedScript: -2,
  hanInsideWord: -4,
  hanBesideWord: -3,
} as const;

/**
 * Plausibility of one decoded value; higher is likelier, 0 for pure ASCII.
 * @param isName value of VR PN: the first character of each component group may be a surname.
 */
export function plausibility(text: string, isName: boolean): number {
  const characters = [...text];
  const oneScript = SCRIPT_PATTERNS.some((script) => letters(characters).every((letter) => script.test(letter)));
  let points = isName ? surnamePoints(text) : 0;
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] as string;
    if (character < '\u0080') continue;
    if (HAN.test(character)) points += hanPoints(characters, i, isName);
    else if (character === '\ufffd') points += brokenPoints(characters, i);
    else if (LATIN_ACCENTED.test(character)) points += accentedPoints(characters, i);
    else points += signPoints(characters, i, oneScript);
  }
  return points;
}

function letters(characters: readonly string[]): string[] {
  return characters.filter((character) => character >= '\u0080' && /\p{L}/u.test(character));
}

function surnamePoints(text: string): number {
  let points = 0;
  for (const group of text.split(/[=\\]/)) {
    const first = [...group.trimStart()][0];
    if (first !== undefined && SURNAME_FIRST.has(first)) points += POINTS.surname;
  }
  return points;
}

/** A Chinese character. One or two glued into a Latin word (M黮ler, J茅r么me, Concei莽茫o) are a decoding accident. */
function hanPoints(characters: readonly string[], at: number, isName: boolean): number {
  const character = characters[at] as string;
  let points: number = POINTS.rareHan;
  if (LEVEL_1.has(character)) points = POINTS.commonHan;
  else if (LEVEL_2.has(character)) points = isName ? POINTS.secondLevelHanInName : POINTS.secondLevelHan;
  const isHan = (i: number): boolean => HAN.test(characters[i] ?? '');
  if (isHan(at - 1)) return points; // a run is judged at its first character
  const end = isHan(at + 1) ? at + 2 : at + 1;
  if (isHan(end)) return points;
  const before = characters.slice(Math.max(0, at - 2), at).join('');
  const after = characters.slice(end, end + 2).join('');
  return points + gluedPoints(before, after, end - at === 1, points === POINTS.rareHan);
}

/** @param before up to two characters before the run; `after` likewise. A single letter is no word: x线, b超. */
function gluedPoints(before: string, after: string, single: boolean, rare: boolean): number {
  const letters = single ? [/[A-Za-z]$/, /^[A-Za-z]/] : [/[a-z]$/, /^[a-z]/];
  if (letters[0]?.test(before) && letters[1]?.test(after)) return POINTS.hanInsideWord;
  if (!single) return 0;
  const besideWord = rare
    ? /[A-Za-z]$/.test(before) || /^[A-Za-z]/.test(after)
    : /[A-Za-z][a-z]$/.test(before) || /^[a-z][a-z]/.test(after);
  return besideWord ? POINTS.hanBesideWord : 0;
}

/** Letters of a word looked at on each side. */
const WORD_REACH = 12;

/** An accented Latin letter: natural in a word with at least as many plain letters, odd anywhere else. */
function accentedPoints(characters: readonly string[], at: number): number {
  let plain = 0;
  let accented = 0;
  const count = (character: string | undefined): boolean => {
    if (character === undefined) return false;
    if (/[A-Za-z]/.test(character)) plain++;
    else if (LATIN_ACCENTED.test(character)) accented++;
    else return false;
    return true;
  };
  for (let i = at; i > at - WORD_REACH && count(characters[i]); i--);
  for (let i = at + 1; i < at + WORD_REACH && count(characters[i]); i++);
  return plain >= accented ? POINTS.accentedInWord : POINTS.accentedAlone;
}

/** Devices cut text at a byte count, so half a character at the end is normal, unless it ends a Latin word (Fuß, Chloé). */
function brokenPoints(characters: readonly string[], at: number): number {
  return at === characters.length - 1 && !/[A-Za-z]/.test(characters[at - 1] ?? '') ? POINTS.cutAtEnd : POINTS.broken;
}

function signPoints(characters: readonly string[], at: number, oneScript: boolean): number {
  const character = characters[at] as string;
  const neighbours = `${characters[at - 1] ?? ''}${characters[at + 1] ?? ''}`;
  if (USUAL_SIGN.test(character)) return POINTS.usualSign;
  if (LATIN_SIGN.test(character))
    return /^[\p{ASCII}\p{Script=Han}]*$/u.test(neighbours) ? POINTS.usualSign : POINTS.otherSign;
  if (/[\p{Cc}\p{Cf}\p{Cn}]/u.test(character)) return POINTS.control;
  if (/\p{Co}/u.test(character)) return POINTS.privateUse;
  if (/\p{L}/u.test(character)) return oneScript ? POINTS.oneScript : POINTS.mixedScript;
  return /\p{M}/u.test(character) ? POINTS.mixedScript : POINTS.otherSign;
}
