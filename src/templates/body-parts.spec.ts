import { BODY_PART_CODES, BODY_PARTS, bodyPartName, bodyPartOf, templateModality } from './body-parts';

it.each([
  ['CHEST', 'CHEST'],
  ['chest', 'CHEST'],
  ['胸部', 'CHEST'],
  ['胸部正侧位', 'CHEST'],
  ['DR胸椎正侧位', 'TSPINE'],
  ['C_SPINE', 'CSPINE'],
  ['CSPINE', 'CSPINE'],
  ['腰椎间盘', 'LSPINE'],
  ['CT上腹部平扫', 'UPPERABDOMEN'],
  ['CT全腹部（平扫）', 'ABDOMENPELVIS'],
  ['左膝关节', 'KNEE'],
  ['头颅', 'HEAD'],
  ['KUB', 'URINARYTRACT'],
  ['ARM', undefined],
  ['未知部位', undefined],
])('%s is %s', (text, code) => {
  expect(bodyPartOf(text)).toBe(code);
});

it('finds every code by itself and by its name, and no word twice', () => {
  for (const { code, name } of BODY_PARTS)
    expect([bodyPartOf(code), bodyPartOf(name), bodyPartName(code)]).toEqual([code, code, name]);
  const words = BODY_PARTS.flatMap((part) => [part.code, part.name, ...part.words]);
  expect(words.length).toBe(new Set(words).size);
  expect(BODY_PART_CODES).toHaveLength(BODY_PARTS.length);
});

it('keeps all plain films together', () => {
  expect(['CR', 'DX', 'DR', 'CT'].map(templateModality)).toEqual(['DX', 'DX', 'DX', 'CT']);
});
