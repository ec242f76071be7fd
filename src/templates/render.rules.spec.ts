import { fillTemplate } from './render.rules';
import type { Element, TemplateContent } from './template-content';

const ELEMENTS: readonly Element[] = [
  { kind: 'select', key: '侧别', options: ['左', '右'], fromExam: 'laterality' },
  { kind: 'multi', key: '部位', options: ['内踝', '外踝', '后踝'] },
  { kind: 'measurement', key: '大小', unit: 'mm', axes: 2, max: 100 },
  { kind: 'number', key: '压缩', unit: '%', decimals: 0, min: 1, max: 100, normalHigh: 10 },
  { kind: 'select', key: '断端', options: ['对位良好', '错位'], default: '对位良好' },
  { kind: 'text', key: '补充', maxLength: 10, optional: true },
];
const TEMPLATE: TemplateContent = {
  title: '踝',
  modality: 'DX',
  bodyPart: 'ANKLE',
  sex: null,
  normal: false,
  sections: {
    technique: '{侧别}踝正侧位。',
    findings: '{侧别}{部位}骨折，断端{断端}，大小约{大小}，压缩{压缩}。{补充}',
    impression: '{侧别}{部位}骨折。',
    recommendation: '',
  },
  elements: ELEMENTS,
};
const ALL = { 侧别: '左', 部位: ['外踝', '内踝'], 大小: [12, 8.5], 压缩: 5 };
const codes = (values: Record<string, any>, exam = {}) =>
  fillTemplate(TEMPLATE, values, exam).problems.map(({ key, code }) => `${key} ${code}`);

it('writes what was chosen into every section, options in their own order, sizes with units', () => {
  expect(fillTemplate(TEMPLATE, ALL)).toEqual({
    sections: {
      technique: '左踝正侧位。',
      findings: '左内踝、外踝骨折，断端对位良好，大小约12mm×8.5mm，压缩5%。',
      impression: '左内踝、外踝骨折。',
      recommendation: '',
    },
    unresolved: [],
    problems: [],
    abnormal: [],
  });
});

it('leaves an open choice visible where it stands, once per section in the list', () => {
  const { sections, unresolved } = fillTemplate(TEMPLATE, { 部位: ['内踝'] });
  expect(sections.impression).toBe('{侧别}内踝骨折。');
  expect(unresolved).toEqual([
    { section: 'technique', key: '侧别' },
    { section: 'findings', key: '侧别' },
    { section: 'findings', key: '大小' },
    { section: 'findings', key: '压缩' },
    { section: 'impression', key: '侧别' },
  ]);
});

describe('the side', () => {
  const impression = (values: Record<string, string>, laterality: 'L' | 'R' | 'B' | null) =>
    fillTemplate(TEMPLATE, { ...values, 部位: ['内踝'] }, { laterality }).sections.impression;

  it('is the exam’s own where the doctor did not choose', () => {
    expect(impression({}, 'R')).toBe('右内踝骨折。');
    expect(impression({ 侧别: '左' }, 'R')).toBe('左内踝骨折。');
  });

  it('stays open where the exam has none that is among the options', () => {
    expect(impression({}, 'B')).toBe('{侧别}内踝骨折。');
    expect(impression({}, null)).toBe('{侧别}内踝骨折。');
  });
});

it('marks a number outside of what is normal, and takes none outside of what can be', () => {
  expect(fillTemplate(TEMPLATE, { ...ALL, 压缩: 40 }).abnormal).toEqual(['压缩']);
  const { sections, problems } = fillTemplate(TEMPLATE, { ...ALL, 压缩: 400 });
  expect(sections.findings).toContain('压缩{压缩}。');
  expect(problems).toEqual([{ key: '压缩', code: 'out_of_range', problem: '须在 1–100% 之间' }]);
});

it.each<[string, Record<string, any>, string[]]>([
  ['another option', { 断端: '粉碎' }, ['断端 not_an_option']],
  ['another option among several', { 部位: ['内踝', '距骨'] }, ['部位 not_an_option']],
  ['an option twice', { 部位: ['内踝', '内踝'] }, ['部位 chosen_twice']],
  ['words for a number', { 压缩: '5' }, ['压缩 wrong_kind']],
  ['half a percent', { 压缩: 2.5 }, ['压缩 too_many_decimals']],
  ['no number', { 压缩: Number.NaN }, ['压缩 wrong_kind']],
  ['one axis of two', { 大小: [12] }, ['大小 wrong_axes']],
  ['a size of nothing', { 大小: [0, 5] }, ['大小 out_of_range']],
  ['a size beyond the body', { 大小: [12, 101] }, ['大小 out_of_range']],
  ['two decimals of a size', { 大小: [12.25, 8] }, ['大小 too_many_decimals']],
  ['a very small number', { 大小: [1e-7, 8] }, ['大小 too_many_decimals']],
  ['words for several', { 部位: '内踝' }, ['部位 wrong_kind']],
  ['a number for an option', { 断端: 1 }, ['断端 wrong_kind']],
  ['a number for words', { 补充: 1 }, ['补充 wrong_kind']],
  ['braces in the words', { 补充: '见{大小}' }, ['补充 braces']],
  ['a tale', { 补充: '很长很长很长很长很长很长' }, ['补充 too_long']],
  ['a key that is not there', { 侧: '左' }, ['侧 unknown_key']],
  ['the name of a built-in', { constructor: '左' }, ['constructor unknown_key']],
])('refuses %s, by its key', (_, values, expected) => {
  expect(codes({ ...ALL, ...values })).toEqual(expected);
});

it('treats an empty choice as an open one', () => {
  expect(fillTemplate(TEMPLATE, { ...ALL, 侧别: '', 部位: [] }).sections.impression).toBe('{侧别}{部位}骨折。');
});

it('says when the exam is of the other sex', () => {
  const men = { ...TEMPLATE, sex: 'M' as const };
  const found = (sex: string | null) => fillTemplate(men, ALL, { sex }).problems.map(({ code }) => code);
  expect([found('F'), found('M'), found('U'), found(null)]).toEqual([['sex_mismatch'], [], [], []]);
});

it('does not read what was typed in as a pattern or a placeholder', () => {
  const { sections } = fillTemplate(TEMPLATE, { ...ALL, 补充: '$& $1' });
  expect(sections.findings).toMatch(/压缩5%。\$& \$1$/);
});
