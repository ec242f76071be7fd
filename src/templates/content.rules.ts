import { write } from './elements.rules';
import { type Element, placeholdersOf, SECTION_NAMES, SECTIONS, type TemplateContent } from './template-content';

/** Whether a template holds together: placeholders, elements and defaults. Pure. */

export interface ContentProblem {
  readonly path: readonly (string | number)[];
  readonly problem: string;
}

/** Everything that is wrong with a template whose fields are each well-formed; empty when it may be stored. */
export function contentProblems(content: TemplateContent): ContentProblem[] {
  return [...textProblems(content), ...elementProblems(content.elements), ...unusedElements(content)];
}

function textProblems({ sections, elements }: TemplateContent): ContentProblem[] {
  const known = new Set(elements.map((element) => element.key));
  return SECTIONS.flatMap((section) => {
    const path = ['sections', section];
    const text = sections[section];
    const unknown = [...new Set(placeholdersOf(text))]
      .filter((key) => !known.has(key))
      .map((key) => ({ path, problem: `{${key}} 没有对应的选项` }));
    const stray = /[{}]/.test(text.replace(/\{[^{}]*\}/gu, ''));
    return stray ? [...unknown, { path, problem: `${SECTION_NAMES[section]}中的 { 与 } 不成对` }] : unknown;
  });
}

function unusedElements({ sections, elements }: TemplateContent): ContentProblem[] {
  const used = new Set(SECTIONS.flatMap((section) => placeholdersOf(sections[section])));
  return elements.flatMap(({ key }, i) =>
    used.has(key) ? [] : [{ path: ['elements', i, 'key'], problem: `选项“${key}”没有在正文中使用` }],
  );
}

function elementProblems(elements: readonly Element[]): ContentProblem[] {
  const seen = new Set<string>();
  return elements.flatMap((element, i) => {
    const twice = seen.has(element.key);
    seen.add(element.key);
    return [
      ...(twice ? [{ path: ['elements', i, 'key'], problem: `选项“${element.key}”重复` }] : []),
      ...rangeProblems(element).map((problem) => ({ path: ['elements', i], problem })),
      ...defaultProblems(element).map((problem) => ({ path: ['elements', i, 'default'], problem })),
    ];
  });
}

function rangeProblems(element: Element): string[] {
  if (element.kind === 'select' || element.kind === 'multi')
    return new Set(element.options).size < element.options.length ? ['备选项重复'] : [];
  if (element.kind !== 'number') return [];
  const { min, max, normalLow = min, normalHigh = max } = element;
  if (min >= max) return ['下限须小于上限'];
  const inside = normalLow >= min && normalHigh <= max && normalLow <= normalHigh;
  return inside ? [] : ['正常范围须在上下限之内'];
}

function defaultProblems(element: Element): string[] {
  if (element.default === undefined) return [];
  const result = write(element, element.default);
  return result.ok ? [] : [result.problem];
}
