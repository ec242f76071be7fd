import { differs, saidBy } from './content.rules';

const CHEST = '大量液/血/气胸';
const impression = (text: string, findings = '') => ({ impression: text, findings, recommendation: '' });
const sides = (text: string, findings = ''): string[] =>
  saidBy(impression(text, findings)).map(({ finding, side }) => `${finding} ${side}`);

it.each<[string, string[]]>([
  ['左侧大量气胸。', [`${CHEST} L`]],
  ['右侧大量气胸。', [`${CHEST} R`]],
  ['双侧大量气胸。', [`${CHEST} B`]],
  ['左、右侧大量气胸。', [`${CHEST} B`]],
  ['右侧大量气胸，左肺清晰。', [`${CHEST} R`]],
  ['左肺清晰，右侧大量气胸。', [`${CHEST} R`]],
  ['左侧大量气胸；右侧大量气胸。', [`${CHEST} L`, `${CHEST} R`]],
  ['右侧大量气胸，纵隔向左移位。', [`${CHEST} R`]],
  ['左侧未见大量气胸。', []],
  ['两肺清晰。', []],
])('%s says %j', (text, expected) => expect(sides(text)).toEqual(expected));

it('goes by the impression where it names the finding, by the findings where it does not', () => {
  expect(sides('右侧张力性气胸。', '左侧大量气胸。')).toEqual([`${CHEST} R`]);
  expect(sides('两肺改变。', '左侧大量气胸。')).toEqual([`${CHEST} L`]);
});

it.each([
  ['the other side', '左侧大量气胸。', '右侧大量气胸。', true],
  ['one side of two', '双侧大量气胸。', '右侧大量气胸。', true],
  ['another extent', '左侧大量气胸。', '左侧张力性气胸。', true],
  ['a further side', '左侧大量气胸。', '左侧大量气胸；右侧大量气胸。', true],
  ['the same side in further words', '左侧大量气胸。', '左侧大量气胸；左侧张力性气胸。', false],
  ['something else', '左侧大量气胸。', '左侧大量气胸，右肺上叶结节。', false],
  ['the same, spaced otherwise', '左侧大量气胸。', '左侧 大量气胸，纵隔右移。', false],
])('%s is a difference or is none', (_, one, other, expected) => {
  expect(differs(saidBy(impression(one)), saidBy(impression(other)))).toBe(expected);
});
