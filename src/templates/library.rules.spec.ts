import { type KnownTemplate, planPhrases, planTemplates } from './library.rules';
import type { LibraryTemplate } from './template-content';
import type { TemplateState } from './template.state';

const template = (key: string, findings = '未见异常。'): LibraryTemplate => ({
  key,
  title: key,
  modality: 'DX',
  bodyPart: 'CHEST',
  sex: null,
  normal: true,
  sections: { technique: '', findings, impression: '', recommendation: '' },
  elements: [],
});
const shelf = (...entries: [LibraryTemplate, TemplateState][]): Map<string, KnownTemplate> =>
  new Map(entries.map(([{ key, ...content }, state]) => [key, { state, content }]));

const keys = ({ key }: LibraryTemplate) => key;
const outline = (plan: ReturnType<typeof planTemplates>) => ({
  create: plan.create.map(keys),
  replace: plan.replace.map(keys),
  unchanged: plan.unchanged.map(keys),
  kept: plan.kept.map(keys),
  conflicts: plan.conflicts.map(({ field, code, key }) => `${field} ${code} ${key}`),
});
const NONE = { create: [], replace: [], unchanged: [], kept: [], conflicts: [] };

const known = shelf([template('same'), 'published'], [template('other'), 'draft'], [template('old'), 'archived']);
const file = [template('new'), template('same'), template('other', '见异常。'), template('old', '见异常。')];

it.each([
  [
    'refuse',
    {
      create: ['new'],
      unchanged: ['same'],
      conflicts: ['library.templates.2 different_content other', 'library.templates.3 archived old'],
    },
  ],
  [
    'replace',
    { create: ['new'], unchanged: ['same'], replace: ['other'], conflicts: ['library.templates.3 archived old'] },
  ],
  ['keep', { create: ['new'], unchanged: ['same'], kept: ['other', 'old'] }],
] as const)('%ss what is there with another content', (policy, expected) => {
  expect(outline(planTemplates(known, file, policy))).toEqual({ ...NONE, ...expected });
});

it('leaves an archived template alone that the file has as it was', () => {
  expect(outline(planTemplates(known, [template('old')], 'refuse'))).toEqual({ ...NONE, unchanged: ['old'] });
});

it('does not see a change in the order of fields', () => {
  const { key, ...content } = template('same');
  const turned = { ...Object.fromEntries(Object.entries(content).reverse()), key } as LibraryTemplate;
  expect(outline(planTemplates(known, [turned], 'refuse'))).toEqual({ ...NONE, unchanged: ['same'] });
});

it('judges phrases by their shortcut', () => {
  const phrase = (shortcut: string, text: string) => ({ shortcut, title: shortcut, text, section: null });
  const there = new Map([['a', phrase('a', '甲')]]);
  const plan = planPhrases(there, [phrase('a', '乙'), phrase('b', '乙')], 'refuse');
  expect(plan.create.map(({ shortcut }) => shortcut)).toEqual(['b']);
  expect(plan.conflicts).toEqual([
    { field: 'library.phrases.0', key: 'a', code: 'different_content', problem: ';a 已存在且内容不同' },
  ]);
});
