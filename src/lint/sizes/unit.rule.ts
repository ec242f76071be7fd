import { type Clause, clauseIndexAt, type Section } from '../text/clauses';
import { type Measure, measuresOf, MILLIMETRES } from './measures';
import { quote } from '../text/report-text';
import type { Report } from '../report';
import type { Hit, RuleId } from '../rules';
import {
  ANY_ATTENUATION,
  ANYTHING,
  ATTENUATIONS,
  LARGEST_OF_PART,
  LIMITED_BY_DIAGNOSIS,
  type Measurable,
  MEASURABLES,
} from '../lexicons/sizes.lexicon';
import { sizeDisagreement } from './size-agreement.rule';

/** How far back the thing measured may be named. */
const BACK = 60;
const LENGTH_WORD =
  /(?:直径|大小|[长短宽厚高横前后上下左右]+径|径线|径|厚度?|宽度?|长度?|最?深度?|层厚|范围|距离|移位|突出|面积)[^\d,。;]{0,4}$/;
const SIZE_WORD =
  /(?:直径|大小|[长短横前后上下左右]径|径线|最大径|厚度|宽度|层厚|最[厚宽深大长](?:处|层面|者)?)(?:分别|平均|最大|最小)?(?:约|为|是|达|:|者|大约|的)*$/;
/** Said with a number of millimetres and not without: 错位约3, 厚约5. */
const EXTENT_WORD =
  /(?:(?:移位|错位|分离|突出|膨出|滑脱|滑移|[前后]滑|偏移|增厚|增宽|塌陷|凹陷)(?:约|达|约为)|[长宽厚深](?:约为?|达))$/;
/** 结节约8: the lesion itself stands for its size. */
const LESION_OF = /(?:结节|囊肿|肿块|肿物|结石|病灶|占位|(?:密度|斑片)影)(?:大?约)$/;
/** 厚约4: a length, whatever unit follows. */
const THICK_WORD = /[长宽厚深高](?:约|为|达)+$/;
/** Units of other things, behind a number that is a length. */
const NO_LENGTH =
  /^\s?(?:(?:k|M|m)?Hz|hz|ms?ec|sec|kV|mA|m?Gy|mSv|k?Pa|mmHg|[Kk]cal|k[Jj]|dB|pt|px|in|ft|[A-Za-z]{1,3}\/[A-Za-z]{1,3}|公斤|千克|克|斤|升|秒|赫兹?|毫安|千伏|伏|分贝|像素)(?![A-Za-z])/;
const WEIGHED = /体重|体质量|重量?(?:约|为)*$|剂量|用量/;
const COUNTED =
  /^\s?(?:个|枚|处|节|倍|层|点|小时|天|周|月|年|岁|号|椎|肋|度|°|cm|mm|\/|:|级|型|期|段|颗|粒|张|次|例|例|角|米|毫|厘|公|分|以上|以下|余|左右)/;
const HU = /^H[uU]?$|^hu$/;
const ATTENUATION_WORD = /CT值[^\d,。;]{0,10}$|密度值[^\d,。;]{0,6}$/;
const RATIO = /心胸(?:比率?|比例|比值)[^\d,。;]{0,6}$/;
const ANGLE =
  /(?:(?<!小脑|膈|宫|室[前后下]?|颌|肋|脾|肝|鹿|眼|口|枕|额|[前后]上)角(?!膜|形|区|部|状|突|处|化|征|质)|Cobb[^\d,]{0,4}|角度)[^\d,。;]{0,6}$/;
/** A share of the lumen, where the sentence is of a vessel. */
const STENOSIS = /狭窄(?:程度|率)?(?:约|为|达|近|大约|:)*$/;
const NOT_A_VESSEL = /椎管|间隙|气管|食管|肠|隐窝|尿道|胆|鼻/;
const VOLUME = /(?:出血量|积液量|血肿量|容积|体积|血量|尿量|液量|(?<![数剂用少大中微等适多定测])量)[^\d,。;]{0,6}$/;
/** 平扫35HU，增强75: attenuation goes on without its word where the sentence speaks of it. */
const PHASE_WORD =
  /(?:平扫|增强后?|强化后?|[动静]脉期|门脉期|门静脉期|延迟期|皮质期|髓质期|实质期)(?:CT值|密度)?(?:约|为|达|升至|值|均|平均|分别|:)*$/;
const SPEAKS_OF_HU = /HU|CT值/i;
const COMPRESSION = /(?:肺组织?|肺|气胸)[^,。;]{0,10}压缩[^\d,。;]{0,8}$/;
const OTHER_NUMBER =
  /窗宽|窗位|管电压|管电流|螺距|矩阵|D?FOV|床速|mAs?|kV|Se|Im|距离门齿|图像|序列|层面|曝光|焦[片点]|靶[片物]|SID|SOD|FFD|片距|扫描(?:范围|长度|野)|视野|准直|探测器/;

/** Sizes that cannot be, units that do not belong, units forgotten, sizes on which findings and impression disagree. */
export function units(report: Report): Hit[] {
  const part = LARGEST_OF_PART.find(({ exam }) => exam.test(report.exam.bodyPart))?.most ?? ANYTHING.most;
  const technique = hitsOf(report.technique, { isTechnique: true, largest: Infinity, things: MEASURABLES });
  const printed = [report.findings, report.impression];
  const limited = LIMITED_BY_DIAGNOSIS.filter(({ diagnosis }) => diagnosis.test(report.impression.text));
  const things = [...limited.map(({ thing }) => thing), ...MEASURABLES];
  const hits = printed.flatMap((section) => hitsOf(section, { isTechnique: false, largest: part, things }));
  return [...technique, ...hits, ...(hits.length === 0 ? sizeDisagreement(report) : [])];
}

interface Setting {
  /** Settings of the machine: only the slices are checked, and a unit may be left out. */
  readonly isTechnique: boolean;
  /** What the examined part can hold, in millimetres. */
  readonly largest: number;
  /** What it may be that is measured; the first that fits is taken. */
  readonly things: readonly Measurable[];
}

function hitsOf(section: Section, setting: Setting): Hit[] {
  return measuresOf(section).flatMap((measure) => {
    const found = faultOf(section, measure, setting);
    return found ? [{ ...found, phrase: phraseOf(section, measure) }] : [];
  });
}

type Fault = { readonly rule: RuleId; readonly expected?: string };

function faultOf(section: Section, measure: Measure, setting: Setting): Fault | undefined {
  const unitRequired = !setting.isTechnique;
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
  const earlier = earlierInSentence(section, clause, measure);
  const after = section.text.slice(measure.end, measure.end + 8);
  // 49mmHg: letters behind the number that are no unit of anything measured here.
  if (unit === undefined && ATTENUATION_WORD.test(before) && /^\s?(?!HU?(?![A-Za-z]))[A-Za-z]/i.test(after))
    return { rule: 'wrong_unit', expected: 'CT值（HU）' };
  const special = specialFault(before, earlier, measure, unit);
  if (special || ATTENUATION_WORD.test(before)) return special;
  if (unit === undefined) return missing(section, measure, before, unitRequired);
  if (HU.test(unit)) return attenuationFault(section, measure, before, earlier);
  return sizeFault(measured(section, clause, measure, setting.things), measure, before, unit, setting);
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
    if (unit !== undefined && !HU.test(unit)) return { rule: 'wrong_unit', expected: 'CT值（HU）' };
    return wildAttenuation(values, before, earlier);
  }
  if (length && PHASE_WORD.test(before) && SPEAKS_OF_HU.test(earlier))
    return { rule: 'wrong_unit', expected: 'CT值（HU）' };
  if ((length || (unit !== undefined && HU.test(unit))) && STENOSIS.test(before) && !NOT_A_VESSEL.test(earlier))
    return { rule: 'wrong_unit', expected: '狭窄程度（%）' };
  if (RATIO.test(before)) {
    if (length || (unit !== undefined && unit !== '%')) return { rule: 'wrong_unit', expected: '心胸比' };
    const most = unit === '%' ? 100 : 1;
    return values.some((value) => value > most) ? { rule: 'impossible_value', expected: '心胸比' } : undefined;
  }
  if (ANGLE.test(before)) {
    if (length) return { rule: 'wrong_unit', expected: '角度（°）' };
    if ((unit === '°' || unit === '度') && values.some((value) => Math.abs(value) > 180))
      return { rule: 'impossible_value', expected: '角度' };
  }
  if (VOLUME.test(before)) {
    if (length && values.length === 1) return { rule: 'wrong_unit', expected: '体积（ml）' };
    if (/出血量|血肿量/.test(before) && values.some((value) => value > 400) && !/胸|腹/.test(before))
      return { rule: 'impossible_value', expected: '出血量' };
  }
  if (COMPRESSION.test(before)) {
    if (length) return { rule: 'wrong_unit', expected: '肺压缩比例（%）' };
    if (unit === '%' && values.some((value) => value > 100))
      return { rule: 'impossible_value', expected: '肺压缩比例' };
  }
  if (
    unit === '%' &&
    /狭窄|占|约$|压缩/.test(before) &&
    !/增|升|强化/.test(before) &&
    values.some((value) => value > 100)
  )
    return { rule: 'impossible_value', expected: '百分比' };
  return undefined;
}

/** The attenuation of what is named, else of anything. */
function wildAttenuation(values: readonly number[], before: string, earlier: string): Fault | undefined {
  const kind =
    [before, earlier].flatMap((text) => ATTENUATIONS.filter(({ word }) => word.test(text)))[0] ?? ANY_ATTENUATION;
  const wild = values.some((value) => value < kind.least || value > kind.most);
  return wild ? { rule: 'impossible_value', expected: `${kind.name}CT值` } : undefined;
}

/** A number in HU without the word CT值. */
function attenuationFault(section: Section, measure: Measure, before: string, earlier: string): Fault | undefined {
  if (LENGTH_WORD.test(before) || isArea(section, measure)) return { rule: 'wrong_unit', expected: '长度' };
  return wildAttenuation(measure.values, before, earlier);
}

/** 3×2, not 3-2. */
const isArea = ({ text }: Section, { start, end, values }: Measure): boolean =>
  values.length > 1 && /[×xX*]/.test(text.slice(start, end));

function missing(section: Section, measure: Measure, before: string, required: boolean): Fault | undefined {
  if (!required || ATTENUATION_WORD.test(before) || RATIO.test(before)) return undefined;
  const after = section.text.slice(measure.end, measure.end + 8);
  if (isArea(section, measure) && /^[A-Za-z]{1,4}(?![A-Za-z\d])/.test(after))
    return { rule: 'wrong_unit', expected: '长度（cm/mm）' };
  const isLength = [SIZE_WORD, LESION_OF, EXTENT_WORD, THICK_WORD].some((words) => words.test(before));
  if (isLength && NO_LENGTH.test(after)) return { rule: 'wrong_unit', expected: '长度（cm/mm）' };
  if (COUNTED.test(after) || /^[A-Za-z]/.test(after)) return undefined;
  if (
    isArea(section, measure) &&
    (/(?:大小|约|范围|径|面积|影|灶|结节|肿块|囊肿|结石|占位|肿物|者)[^\d,。;]{0,6}$/.test(before) ||
      /^(?:大小|左右)/.test(after))
  )
    return { rule: 'missing_unit' };
  // 病灶大小:12×9 has its word before the colon.
  const ahead = section.text.slice(Math.max(0, measure.start - 8), measure.start);
  if (before === '' && isArea(section, measure) && /(?:大小|范围|径|面积):$/.test(ahead))
    return { rule: 'missing_unit' };
  if (isBareSize(section, measure, before, after)) return { rule: 'missing_unit' };
  return (SIZE_WORD.test(before) || LESION_OF.test(before) || EXTENT_WORD.test(before)) &&
    /^[,。;、)\]\n]|^$|^[\u4e00-\u9fff]/.test(after)
    ? { rule: 'missing_unit' }
    : undefined;
}

/** 下盏见结石,约7,: the clause is nothing but the number, and the one before it ends with what has a size. */
function isBareSize({ text }: Section, { start, values }: Measure, before: string, after: string): boolean {
  if (values.length > 1 || !/^约为?$/.test(before) || !/^(?:[,。;]|$)/.test(after)) return false;
  return /(?:结节|囊肿|肿块|结石|病灶|占位|密度影|斑片影|低密度灶|高密度灶),约为?$/.test(
    text.slice(Math.max(0, start - 10), start),
  );
}

function sizeFault(
  thing: Measured,
  measure: Measure,
  before: string,
  unit: string,
  setting: Setting,
): Fault | undefined {
  const scale = MILLIMETRES[unit];
  if (scale === undefined) {
    const isLength =
      (/^k?g$/.test(unit) && !WEIGHED.test(before)) ||
      ((SIZE_WORD.test(before) || LESION_OF.test(before)) && unit !== '%') ||
      (THICK_WORD.test(before) && !/^(?:%|°|度)$/.test(unit)) ||
      (measure.values.length > 1 && !/^(?:%|°|度)$/.test(unit));
    return isLength ? { rule: 'wrong_unit', expected: '长度（cm/mm）' } : undefined;
  }
  if (setting.isTechnique && thing === ANYTHING) return undefined;
  const largest = Math.max(...measure.values.map(Math.abs)) * scale;
  const smallest = Math.min(...measure.values.map(Math.abs)) * scale;
  if (largest > Math.min(thing.most, setting.largest) || largest < thing.least)
    return { rule: 'impossible_size', expected: thing.name };
  if (smallest < ANYTHING.least && smallest > 0) return { rule: 'impossible_size', expected: thing.name };
  return unit === 'm' || unit === '米' || unit === 'km' || unit === 'dm' || unit === '分米'
    ? { rule: 'wrong_unit', expected: '长度（cm/mm）' }
    : undefined;
}

type Measured = Pick<Measurable, 'name' | 'least' | 'most'>;

/** What the number measures: named in its own clause, else in the clauses before it in the sentence. */
function measured(
  section: Section,
  clause: Clause | undefined,
  measure: Measure,
  things: readonly Measurable[],
): Measured {
  const own = section.text.slice(
    Math.max(clause?.start ?? 0, measure.start - BACK),
    Math.min(clause?.end ?? measure.end, measure.end + 16),
  );
  for (const text of [own, earlierInSentence(section, clause, measure)]) {
    const found = things.filter(({ word, unless }) => word.test(text) && !unless?.test(text));
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
