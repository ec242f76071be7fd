import { criticalFindings, lintReport } from '../../lint';
import { fillTemplate, type Values } from '../render.rules';
import { BODY_PARTS } from '../body-parts';
import type { Element, LibraryTemplate } from '../template-content';
import { STARTER_LIBRARY } from '.';

/** The starter set before the lint that every report passes before it is signed. */
type Laterality = 'L' | 'R' | null;

function reportOf(template: LibraryTemplate, values: Values, laterality: Laterality) {
  const exam = { modality: template.modality, bodyPart: template.bodyPart, laterality, sex: template.sex, age: 50 };
  const { sections } = fillTemplate(template, values, { laterality });
  return { exam, ...sections, positive: template.normal ? (0 as const) : (1 as const), history: '' };
}

/** The n-th option each, something that fits elsewhere. */
function choice(element: Element, n: number) {
  switch (element.kind) {
    case 'text':
      return element.optional ? '' : '示例';
    case 'number':
      return element.min;
    case 'select':
      return element.options[n % element.options.length]!;
    case 'multi':
      return [element.options[n % element.options.length]!];
    case 'measurement':
      return Array.from({ length: element.axes }, () => 3);
  }
}
const chosen = (template: LibraryTemplate, n: number, laterality: Laterality): Values =>
  Object.fromEntries(
    template.elements
      .filter((element) => !(laterality && element.kind === 'select' && element.fromExam))
      .map((element) => [element.key, choice(element, n)]),
  );

const named = (normal: boolean) =>
  STARTER_LIBRARY.templates.filter((template) => template.normal === normal).map((one) => [one.key, one] as const);

it.each(named(true))('%s passes with its defaults, and is nothing critical', (_, template) => {
  for (const laterality of [null, 'L', 'R'] as const) {
    const report = reportOf(template, {}, laterality);
    expect(lintReport(report)).toEqual([]);
    expect(criticalFindings(report)).toEqual([]);
  }
});

/** The exams whose reports a normal template may become: each sex it is written for, each name of its part, each side. */
function* examsOf({ modality, bodyPart, sex, elements }: LibraryTemplate) {
  const part = BODY_PARTS.find(({ code }) => code === bodyPart);
  const isLimb = elements.some((element) => element.kind === 'select' && element.fromExam);
  for (const patient of sex === null ? (['M', 'F'] as const) : [sex])
    for (const name of [bodyPart, part?.name ?? bodyPart])
      for (const laterality of isLimb ? ([null, 'L', 'R', 'B'] as const) : [null])
        for (const age of [6, 50, 85]) yield { modality, bodyPart: name, laterality, sex: patient, age };
}

it.each(named(true))('%s can be signed for whoever it is written for', (_, template) => {
  for (const exam of examsOf(template)) {
    const { sections } = fillTemplate(template, {}, { laterality: exam.laterality });
    const results = lintReport({ exam, ...sections, positive: 0, history: '' });
    expect([exam, results]).toEqual([exam, []]);
  }
});

it.each(named(false))('%s is stopped while a choice is open, and by nothing once it is made', (_, template) => {
  const residue = lintReport(reportOf(template, {}, null)).filter(({ code }) => code === 'TEMPLATE_RESIDUE');
  expect(residue.map(({ severity }) => severity)).toContain('error');
  const isLimb = template.elements.some((element) => element.kind === 'select' && element.fromExam);
  for (const n of [0, 1, 2]) {
    const laterality = isLimb ? ((['L', 'R'] as const)[n % 2] ?? null) : null;
    const report = reportOf(template, chosen(template, n, laterality), laterality);
    const errors = lintReport(report).filter(({ severity }) => severity === 'error');
    expect([report, errors]).toEqual([report, []]);
  }
});

it.each([
  ['std.ct.head.haemorrhage', '急性脑出血'],
  ['std.ct.head.subarachnoid', '急性蛛网膜下腔出血'],
  ['std.dx.abdomen.perforation', '消化道穿孔'],
])('%s asks whether it is critical: %s', (key, finding) => {
  const template = STARTER_LIBRARY.templates.find((one) => one.key === key)!;
  const hits = criticalFindings(reportOf(template, chosen(template, 0, null), null));
  expect(hits.map((hit) => hit.finding)).toContain(finding);
});
