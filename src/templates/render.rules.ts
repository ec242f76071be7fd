import { type Value, type ValueFault, write } from './elements.rules';
import {
  type Element,
  PLACEHOLDER,
  placeholdersOf,
  type Section,
  SECTIONS,
  type Sections,
  type TemplateContent,
} from './template-content';

/** A template and what the doctor chose become the four texts of a draft. Pure. */

export type Values = Readonly<Record<string, Value>>;

/** What the exam itself knows. */
export interface ExamFacts {
  readonly laterality?: 'L' | 'R' | 'B' | null | undefined;
  readonly sex?: string | null | undefined;
}

export interface ValueProblem {
  readonly key: string;
  readonly code: ValueFault | 'unknown_key' | 'sex_mismatch';
  readonly problem: string;
}

export interface Filled {
  readonly sections: Sections;
  /** Choices still open; they stand in the text as `{key}`, where the lint finds them. */
  readonly unresolved: readonly { readonly section: Section; readonly key: string }[];
  /** Values that were not taken. */
  readonly problems: readonly ValueProblem[];
  /** Keys of numbers outside of what is normal. */
  readonly abnormal: readonly string[];
}

/**
 * Fills a template: a value given, else the exam's side where the element asks for it, else the default. What has none, or
 * one that does not fit, stays visible as `{key}`.
 */
export function fillTemplate(template: TemplateContent, values: Values, exam: ExamFacts = {}): Filled {
  const problems: ValueProblem[] = [...strangers(template, values), ...wrongSex(template, exam)];
  const abnormal: string[] = [];
  const texts = new Map<string, string>();
  for (const element of template.elements) {
    const value = valueOf(element, values, exam);
    if (value === undefined) continue;
    const result = write(element, value);
    if (!result.ok) problems.push({ key: element.key, code: result.fault, problem: result.problem });
    else if (result.text !== undefined) {
      texts.set(element.key, result.text);
      if (result.abnormal) abnormal.push(element.key);
    }
  }
  const fill = (text: string): string => text.replace(PLACEHOLDER, (whole, key: string) => texts.get(key) ?? whole);
  const { technique, findings, impression, recommendation } = template.sections;
  const sections = {
    technique: fill(technique),
    findings: fill(findings),
    impression: fill(impression),
    recommendation: fill(recommendation),
  };
  return { sections, unresolved: openIn(sections), problems, abnormal };
}

function openIn(sections: Sections): { section: Section; key: string }[] {
  return SECTIONS.flatMap((section) =>
    [...new Set(placeholdersOf(sections[section]))].map((key) => ({ section, key })),
  );
}

function valueOf(element: Element, values: Values, exam: ExamFacts): Value | undefined {
  if (Object.hasOwn(values, element.key)) return values[element.key];
  if (element.kind === 'select' && element.fromExam === 'laterality') {
    const side = sideOf(element.options, exam.laterality);
    if (side !== undefined) return side;
  }
  if (element.kind === 'text' && element.optional) return element.default ?? '';
  return element.default;
}

const SIDES = { L: '左', R: '右', B: '双' } as const;

/** The option that means this side: 左, 左侧, 左膝 … for L. */
function sideOf(options: readonly string[], laterality: ExamFacts['laterality']): string | undefined {
  return laterality ? options.find((option) => option.startsWith(SIDES[laterality])) : undefined;
}

/** Values that no element asks for: a slip in a key would otherwise lose a choice without a word. */
function strangers(template: TemplateContent, values: Values): ValueProblem[] {
  const known = new Set(template.elements.map((element) => element.key));
  return Object.keys(values)
    .filter((key) => !known.has(key))
    .map((key) => ({ key, code: 'unknown_key', problem: '模板没有这个选项' }));
}

function wrongSex(template: TemplateContent, { sex }: ExamFacts): ValueProblem[] {
  const other = template.sex === 'M' ? 'F' : 'M';
  if (template.sex === null || sex !== other) return [];
  return [{ key: 'sex', code: 'sex_mismatch', problem: `此模板只用于${template.sex === 'M' ? '男' : '女'}性` }];
}
