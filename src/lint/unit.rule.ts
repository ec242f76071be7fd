import { type Clause, clauseIndexAt, type Section } from './text/clauses';
import { type Measure, measuresOf, MILLIMETRES } from './measures';
import { quote } from './text/report-text';
import type { Report } from './report';
import type { Hit, RuleId } from './rules';
import { ANY_ATTENUATION, ANYTHING, ATTENUATIONS, MEASURABLES } from './lexicons/sizes.lexicon';

/** How far back the thing measured may be named. */
const BACK = 60;
const LENGTH_WORD =
  /(?:直径|大小|[长短宽厚高横前后上下左右]+径|径线|径|厚度?|宽度?|长度?|最?深度?|层厚|范围|距离|移位|突出|面积)[^\d,。;]{0,4}$/;
const SIZE_WORD =
  /(?:直径|大小|[长短横前后上下左右]径|径线|最大径|厚度|宽度|层厚|最[厚宽深大长](?:处|层面|者)?)(?:分别|平均|最大|最小)?(?:约|为|是|达|:|者|大约|的)*$/;
/** 结节约8: the lesion itself stands for its size. */
const LESION_OF = /(?:结节|囊肿|肿块|肿物|结石|病灶|占位|(?:密度|斑片)影)(?:大?约)$/;
const COUNTED =
  /^\s?(?:个|枚|处|节|倍|层|点|小时|天|周|月|年|岁|号|椎|肋|度|°|cm|mm|\/|:|级|型|期|段|颗|粒|张|次|例|例|角|米|毫|厘|公|分|以上|以下|余|左右)/;
const HU = /^H[uU]?$|^hu$/;
const ATTENUATION_WORD = /CT值[^\d,。;]{0,10}$|密度值[^\d,。;]{0,6}$/;
const RATIO = /心胸(?:比率?|比例|比值)[^\d,。;]{0,6}$/;
const ANGLE = /(?:角(?!膜)|Cobb[^\d,]{0,4}|角度)[^\d,。;]{0,6}$/;
const VOLUME = /(?:出血量|积液量|血肿量|容积|体积|血量|尿量|液量|(?<![数剂用])量)[^\d,。;]{0,6}$/;
const COMPRESSION = /(?:肺组织?|肺|气胸)[^,。;]{0,10}压缩[^\d,。;]{0,8}$/;
const OTHER_NUMBER = /窗宽|窗位|管电压|管电流|螺距|矩阵|FOV|床速|mAs?|kV|Se|Im|距离门齿|图像|序列|层面|曝光/;

/** Sizes that cannot be, units that do not belong, units forgotten. */
export function units(report: Report): Hit[] {
  const technique = hitsOf(report.technique, false);
  return [...technique, ...[report.findings, report.impression].flatMap((section) => hitsOf(section, true))];
}

function hitsOf(section: Section, unitRequired: boolean): Hit[] {
  return measuresOf(section).flatMap((measure) => {
    const found = faultOf(section, measure, unitRequired);
    return found ? [{ ...found, phrase: phraseOf(section, measure) }] : [];
  });
}

type Fault = { readonly rule: RuleId; readonly expected?: string };

function faultOf(section: Section, measure: Measure, unitRequired: boolean): Fault | undefined {
  const index = clauseIndexAt(section, measure.start);
  const clause = index === undefined ? undefined : section.clauses[index];
  const before = section.text.slice(Math.max(clause?.start ?? 0, measure.start - BACK), measure.start);
  if (OTHER_NUMBER.test(before.slice(-12))) return undefined;
  const units = measure.units.filter((unit) => unit !== '');
  if (
    new Set(units.map((unit) => unit.replace(/^H[uU]?$|^hu$/, 'HU'))).size > 1 &&
    !units.some((unit) => HU.test(unit))
  ) {
    return { rule: 'mixed_units' };
  }
  const unit = units.at(-1);
  const lastBare = measure.units.length > 1 && measure.units.at(-1) === '' && unit !== undefined;
  if (unitRequired && lastBare && isArea(section, measure)) return { rule: 'missing_unit' };
  return (
    specialFault(before, earlierInSentence(section, clause, measure), measure, unit) ??
    (unit === undefined
      ? missing(section, measure, before, unitRequired)
      : sizeFault(section, clause, measure, before, unit))
  );
}

/** Numbers with a unit of their own: CT值, 心胸比, angles, volumes, 肺压缩. */
function specialFault(
  before: string,
  earlier: string,
  { values }: Measure,
  unit: string | undefined,
): Fault | undefined {
  const length = unit !== undefined && unit in MILLIMETRES;
  if (ATTENUATION_WORD.test(before)) {
    if (unit !== undefined && !HU.test(unit) && !(unit === '度' || unit === '°'))
      return { rule: 'wrong_unit', expected: 'CT值（HU）' };
    const kind =
      [before, earlier].flatMap((text) => ATTENUATIONS.filter(({ word }) => word.test(text)))[0] ?? ANY_ATTENUATION;
    const wild = values.some((value) => value < kind.least || value > kind.most);
    return wild ? { rule: 'impossible_size', expected: `${kind.name}CT值` } : undefined;
  }
  if (RATIO.test(before)) {
    if (length || (unit !== undefined && unit !== '%')) return { rule: 'wrong_unit', expected: '心胸比' };
    const most = unit === '%' ? 100 : 1;
    return values.some((value) => value > most) ? { rule: 'impossible_size', expected: '心胸比' } : undefined;
  }
  if (ANGLE.test(before) && length) return { rule: 'wrong_unit', expected: '角度（°）' };
  if (VOLUME.test(before)) {
    if (length) return { rule: 'wrong_unit', expected: '体积（ml）' };
    if (/出血量|血肿量/.test(before) && values.some((value) => value > 400) && !/胸|腹/.test(before))
      return { rule: 'impossible_size', expected: '出血量' };
  }
  if (COMPRESSION.test(before)) {
    if (length) return { rule: 'wrong_unit', expected: '肺压缩比例（%）' };
    if (unit === '%' && values.some((value) => value > 100)) return { rule: 'impossible_size', expected: '肺压缩比例' };
  }
  return undefined;
}

/** 3×2, not 3-2. */
const isArea = ({ text }: Section, { start, end, values }: Measure): boolean =>
  values.length > 1 && /[×xX*]/.test(text.slice(start, end));

function missing(section: Section, measure: Measure, before: string, required: boolean): Fault | undefined {
  if (!required || ATTENUATION_WORD.test(before) || RATIO.test(before)) return undefined;
  const after = section.text.slice(measure.end, measure.end + 8);
  if (COUNTED.test(after) || /^[A-Za-z]/.test(after)) return undefined;
  if (isArea(section, measure) && /(?:大小|约|范围|径|面积|影|灶|结节|肿块)[^\d,。;]{0,6}$/.test(before))
    return { rule: 'missing_unit' };
  return (SIZE_WORD.test(before) || LESION_OF.test(before)) && /^[,。;、)\]\n]|^$|^[\u4e00-\u9fff]/.test(after)
    ? { rule: 'missing_unit' }
    : undefined;
}

function sizeFault(
  section: Section,
  clause: Clause | undefined,
  measure: Measure,
  before: string,
  unit: string,
): Fault | undefined {
  if (HU.test(unit)) return LENGTH_WORD.test(before) ? { rule: 'wrong_unit', expected: '长度' } : wildHu(measure);
  if (/^(?:ml|毫升|cc|%|°|度|kg|g|um|μm|µm|微米|nm|cn|mn)$/.test(unit)) {
    const sized = SIZE_WORD.test(before) && !/[%°度]/.test(unit);
    return sized || (SIZE_WORD.test(before) && unit !== '%')
      ? { rule: 'wrong_unit', expected: '长度（cm/mm）' }
      : undefined;
  }
  const scale = MILLIMETRES[unit];
  if (scale === undefined) return undefined;
  const thing = measured(section, clause, measure);
  const largest = Math.max(...measure.values.map(Math.abs)) * scale;
  const smallest = Math.min(...measure.values.map(Math.abs)) * scale;
  if (largest > thing.most || largest < thing.least) return { rule: 'impossible_size', expected: thing.name };
  if (smallest < ANYTHING.least && smallest > 0) return { rule: 'impossible_size', expected: thing.name };
  return unit === 'm' || unit === '米' || unit === 'km' || unit === 'dm' || unit === '分米'
    ? { rule: 'wrong_unit', expected: '长度（cm/mm）' }
    : undefined;
}

const wildHu = ({ values }: Measure): Fault | undefined =>
  values.some((value) => value < ANY_ATTENUATION.least || value > ANY_ATTENUATION.most)
    ? { rule: 'impossible_size', expected: 'CT值' }
    : undefined;

/** What the number measures: named in its own clause, else in the clauses before it in the sentence. */
function measured(
  section: Section,
  clause: Clause | undefined,
  measure: Measure,
): { name: string; least: number; most: number } {
  const own = section.text.slice(
    Math.max(clause?.start ?? 0, measure.start - BACK),
    Math.min(clause?.end ?? measure.end, measure.end + 16),
  );
  for (const text of [own, earlierInSentence(section, clause, measure)]) {
    const found = MEASURABLES.filter(({ word, unless }) => word.test(text) && !unless?.test(text));
    if (found[0]) return found[0];
  }
  return ANYTHING;
}

function earlierInSentence(section: Section, clause: Clause | undefined, measure: Measure): string {
  const sentence = clause === undefined ? undefined : section.sentences[clause.sentence];
  return section.text.slice(Math.max(sentence?.start ?? 0, measure.start - BACK), measure.start);
}

/** The number with the words before it, as written. */
function phraseOf(section: Section, { start, end }: Measure): string {
  const index = clauseIndexAt(section, start);
  const from = Math.max(index === undefined ? start : section.clauses[index]!.start, start - 16);
  return quote(section, from, end);
}
