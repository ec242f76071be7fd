import { librarySchema } from '../templates.dto';
import { fillTemplate, type Values } from '../render.rules';
import { type Element, type LibraryTemplate, SECTIONS } from '../template-content';
import { STARTER_LIBRARY } from '.';

const { templates, phrases } = STARTER_LIBRARY;
const normal = templates.filter((template) => template.normal);
const named = (list: readonly LibraryTemplate[]) => list.map((template) => [template.key, template] as const);
const whole = (template: LibraryTemplate, values: Values, exam = {}): string => {
  const { sections } = fillTemplate(template, values, exam);
  return SECTIONS.map((section) => sections[section]).join('\n');
};

it('is a library file as the import takes it', () => {
  const file = { format: 'report-library', formatVersion: 1, templates, phrases };
  const parsed = librarySchema.safeParse(file);
  expect(parsed.error?.issues ?? []).toEqual([]);
  // Checked and stored content are the same, so that a second installation finds everything unchanged.
  expect(parsed.data?.templates).toEqual(templates);
  expect(templates.length).toBeGreaterThanOrEqual(36);
});

/** The exams of the domain's §7, and the county's usual findings in them. */
it('covers the usual exams with a normal template', () => {
  const covered = new Set(normal.map(({ modality, bodyPart }) => `${modality} ${bodyPart}`));
  const films = ['CHEST', 'RIB', 'ABDOMEN', 'CSPINE', 'TSPINE', 'LSPINE', 'PELVIS'];
  const limbs = ['SHOULDER', 'ELBOW', 'WRIST', 'HAND', 'HIP', 'KNEE', 'ANKLE', 'FOOT'];
  const ct = ['CHEST', 'HEAD', 'UPPERABDOMEN', 'ABDOMENPELVIS', 'URINARYTRACT', 'LSPINE', 'CSPINE', 'SINUS'];
  const wanted = [...[...films, ...limbs].map((part) => `DX ${part}`), ...ct.map((part) => `CT ${part}`)];
  expect(wanted.filter((exam) => !covered.has(exam))).toEqual([]);
  const titles = normal.map(({ title }) => title);
  for (const title of [
    '胸部正位（正常）',
    '胸部正侧位（正常）',
    '腹部立位（正常）',
    '腹部卧位（正常）',
    '颅脑外伤（正常，骨窗）',
  ])
    expect(titles).toContain(title);
});

it.each(['肺炎', '肋骨骨折', '肺结节', '脑出血', '脑梗死', '肾结石', '肠梗阻', '气胸', '胸腔积液', '桡骨远端骨折'])(
  'has %s',
  (title) => {
    expect(templates.filter((template) => !template.normal).map((template) => template.title)).toContain(title);
  },
);

it('names no two templates of an exam alike', () => {
  const names = templates.map(({ modality, bodyPart, title }) => `${modality} ${bodyPart} ${title}`);
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
});

describe.each(named(normal))('normal: %s', (_, template) => {
  it('is whole with its defaults: nothing open, no side that nobody chose', () => {
    const text = whole(template, {});
    expect(text).not.toMatch(/[{}]/);
    expect(text.replace(/双侧|左右/g, '')).not.toMatch(/[左右]/);
  });

  it('says that nothing abnormal was found, and ends its sentences', () => {
    const { sections } = fillTemplate(template, {});
    expect(sections.impression).toMatch(/未见/);
    for (const section of SECTIONS) expect(sections[section]).toMatch(/^$|。$/);
    expect(whole(template, {})).not.toMatch(/。。|，。|，，|（）/);
  });

  it('takes the exam’s side where it speaks of one', () => {
    const sides = template.elements.filter((element) => element.kind === 'select' && element.fromExam);
    if (template.bodyPart === 'CHEST') expect(sides).toEqual([]);
    for (const [laterality, word] of [
      ['L', '左'],
      ['R', '右'],
      ['B', '双'],
    ] as const)
      expect(whole(template, {}, { laterality }).includes(`${word}${template.title.slice(0, 1)}`)).toBe(
        sides.length > 0,
      );
  });
});

/** A value that fits: the first option, the lowest number. */
function sample(element: Element): string | number | string[] | number[] {
  switch (element.kind) {
    case 'text':
      return '示例';
    case 'number':
      return element.min;
    case 'select':
      return element.options[0]!;
    case 'multi':
      return element.options.slice(0, 2);
    case 'measurement':
      return Array.from({ length: element.axes }, () => 1);
  }
}

describe.each(named(templates.filter((template) => !template.normal)))('abnormal: %s', (_, template) => {
  const values = Object.fromEntries(template.elements.map((element) => [element.key, sample(element)]));

  it('is whole once everything is chosen', () => {
    expect(fillTemplate(template, values)).toMatchObject({ unresolved: [], problems: [] });
    expect(whole(template, values)).not.toMatch(/[{}]|。。|，。|，，|（）/);
  });

  it('never decides a side or a size for the doctor', () => {
    const decided = template.elements.filter(
      (element) =>
        (element.kind === 'measurement' || element.kind === 'number' || /侧|左|右/.test(`${element.key}`)) &&
        element.default !== undefined,
    );
    expect(decided).toEqual([]);
    const { unresolved } = fillTemplate(template, {});
    if (template.elements.some(({ key }) => key === '侧别'))
      expect(unresolved).toContainEqual({ section: 'impression', key: '侧别' });
  });

  it('has structured elements and says what was found', () => {
    expect(template.elements.length).toBeGreaterThanOrEqual(3);
    expect(template.sections.impression).toMatch(/。|\}$/);
  });
});

it('gives phrases that are said as they are', () => {
  expect(phrases.length).toBeGreaterThanOrEqual(15);
  for (const { text } of phrases) expect(text).not.toMatch(/[{}]/);
});
