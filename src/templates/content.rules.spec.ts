import { createTemplateSchema, importSchema } from './templates.dto';

const CONTENT = {
  title: '肋骨骨折',
  modality: 'DX',
  bodyPart: 'RIB',
  normal: false,
  sections: { findings: '{侧别}第{肋骨}骨折。', impression: '{侧别}肋骨骨折。' },
  elements: [
    { kind: 'select', key: '侧别', options: ['左侧', '右侧'] },
    { kind: 'text', key: '肋骨' },
  ],
};
/** The problems of a body as the API would name them: field and sentence. */
const problems = (schema: { safeParse(value: unknown): any }, value: unknown): string[] =>
  (schema.safeParse(value).error?.issues ?? []).map((issue: any) => `${issue.path.join('.')}: ${issue.message}`);
const ofTemplate = (changes: object): string[] =>
  problems(createTemplateSchema, { level: 'public', ...CONTENT, ...changes });
const withElements = (...elements: object[]) => ({
  sections: { findings: elements.map((element: any) => `{${element.key}}`).join(''), impression: '' },
  elements,
});
const number = (changes: object) => ({ kind: 'number', key: '长', unit: 'mm', min: 1, max: 100, ...changes });

it('takes a template whose placeholders and elements agree, with its defaults filled in', () => {
  const parsed = createTemplateSchema.parse({ level: 'public', ...CONTENT });
  expect(parsed).toMatchObject({ sex: null, publish: false, sections: { technique: '', recommendation: '' } });
  expect(parsed.elements[1]).toEqual({ kind: 'text', key: '肋骨', maxLength: 100, optional: false });
});

it.each<[string, object, string[]]>([
  [
    'a placeholder without its element',
    { elements: [CONTENT.elements[0]] },
    ['sections.findings: {肋骨} 没有对应的选项'],
  ],
  [
    'an element that stands nowhere',
    { elements: [...CONTENT.elements, { kind: 'text', key: '数量' }] },
    ['elements.2.key: 选项“数量”没有在正文中使用'],
  ],
  [
    'a brace that is never closed',
    { sections: { findings: '{侧别}第{肋骨}骨折{', impression: '' } },
    ['sections.findings: 影像所见中的 { 与 } 不成对'],
  ],
  [
    'an empty placeholder',
    { sections: { findings: '{侧别}第{肋骨}骨折{}', impression: '' } },
    ['sections.findings: {} 没有对应的选项'],
  ],
  [
    'an element twice',
    { elements: [...CONTENT.elements, { kind: 'text', key: '肋骨' }] },
    ['elements.2.key: 选项“肋骨”重复'],
  ],
  ['an option twice', withElements({ kind: 'select', key: '长', options: ['左', '左'] }), ['elements.0: 备选项重复']],
  ['limits upside down', withElements(number({ min: 5, max: 5 })), ['elements.0: 下限须小于上限']],
  ['normal values that cannot be', withElements(number({ normalHigh: 200 })), ['elements.0: 正常范围须在上下限之内']],
  ['a default out of range', withElements(number({ default: 0 })), ['elements.0.default: 须在 1–100mm 之间']],
  [
    'a default that is no option',
    withElements({ kind: 'select', key: '长', options: ['左', '右'], default: '中' }),
    ['elements.0.default: 只能是 左、右'],
  ],
  [
    'a default with an axis too few',
    withElements({ kind: 'measurement', key: '长', unit: 'mm', axes: 2, max: 9, default: [1] }),
    ['elements.0.default: 须填 2 个径线'],
  ],
  [
    'a brace in an option',
    withElements({ kind: 'select', key: '长', options: ['{左}', '右'] }),
    ['elements.0.options.0: 不能含有 { 或 }'],
  ],
])('refuses %s', (_, changes, expected) => {
  expect(ofTemplate(changes)).toEqual(expected);
});

describe('a library file', () => {
  const library = (changes: object) => ({
    level: 'public',
    library: { format: 'report-library', formatVersion: 1, templates: [{ key: 'a', ...CONTENT }], ...changes },
  });

  it('is taken as a whole', () => {
    expect(problems(importSchema, library({}))).toEqual([]);
    expect(importSchema.parse(library({}))).toMatchObject({ onConflict: 'refuse', publish: true });
  });

  it('or the set that comes with the system: one of the two', () => {
    const two = [{ level: 'public' }, { ...library({}), starter: true }];
    for (const body of two) expect(problems(importSchema, body)).toEqual([expect.stringMatching(/^library: 请提供/)]);
    expect(problems(importSchema, { level: 'public', starter: true })).toEqual([]);
  });

  it.each<[string, object, string[]]>([
    ['of another format', { format: 'x' }, ['library.format: 只能是 report-library']],
    [
      'with a key twice',
      { templates: ['a', 'a'].map((key) => ({ key, ...CONTENT })) },
      ['library.templates.1.key: “a”在文件中重复'],
    ],
    [
      'with a template that does not hold together, among good ones',
      {
        templates: [
          { key: 'a', ...CONTENT },
          { key: 'b', ...CONTENT, elements: [CONTENT.elements[0]] },
        ],
      },
      ['library.templates.1.sections.findings: {肋骨} 没有对应的选项'],
    ],
    [
      'with a shortcut twice',
      { phrases: [1, 2].map((n) => ({ shortcut: 'ab', title: `${n}`, text: 'x' })) },
      ['library.phrases.1.shortcut: “ab”在文件中重复'],
    ],
    [
      'with a phrase that says nothing',
      { phrases: [{ shortcut: 'ab', title: 'x', text: ' \n' }] },
      ['library.phrases.0.text: 不能为空'],
    ],
  ])('%s is refused with the place', (_, changes, expected) => {
    expect(problems(importSchema, library(changes))).toEqual(expected);
  });
});
