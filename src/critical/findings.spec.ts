import { findingsAfter, isListed, STANDARD, switchedOff } from './findings';

const ONE = '消化道穿孔';
const OWN = { finding: '张力性气胸', active: true };
const off = (...names: string[]) => names.map((finding) => ({ finding, active: false }));

it('keeps every standard finding that is not named, and puts the county’s own behind them', () => {
  expect(STANDARD).toHaveLength(14);
  expect(findingsAfter([OWN])).toEqual([...STANDARD, OWN]);
  expect(findingsAfter([])).toEqual(STANDARD);
});

it('switches off what is named so, and leaves it off until it is named again', () => {
  const without = findingsAfter(off(ONE));
  expect(switchedOff(STANDARD, without)).toEqual([ONE]);
  expect(isListed(findingsAfter([OWN], without), ONE)).toBe(false);
  expect(findingsAfter([{ finding: ONE, active: true }], without)).toEqual(STANDARD);
});

it('lets the county’s own entries come and go', () => {
  const had = findingsAfter([OWN]);
  const other = { finding: '睾丸扭转', active: true };
  expect(findingsAfter([other], had)).toEqual([...STANDARD, other]);
  expect(switchedOff(had, findingsAfter([other], had))).toEqual([OWN.finding]);
});

it('names as switched off only what was on', () => {
  const without = findingsAfter(off(ONE));
  expect(switchedOff(without, findingsAfter(off(ONE), without))).toEqual([]);
});
