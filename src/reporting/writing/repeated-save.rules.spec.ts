import { isThisSave } from './repeated-save.rules';

const TEXT = {
  technique: '平扫',
  findings: '两肺清晰。',
  impression: '未见异常。',
  recommendation: '',
  positive: 0,
} as const;
const save = { ...TEXT, fence: 2, version: 4 };
const there = { ...TEXT, fence: 2, version: 5, authorId: 'w' };

it('knows a save that is sent again', () => {
  expect(isThisSave(there, save, 'w')).toBe(true);
});

it.each<[string, Partial<typeof there>]>([
  ['that never came', { version: 4 }],
  ['after which another came', { version: 6 }],
  ['of another claim', { fence: 3 }],
  ['of another hand', { authorId: 'x' }],
  ['of other words', { findings: '右肺结节。' as '两肺清晰。' }],
  ['with another mark', { positive: 1 as 0 }],
])('takes none for it %s', (_, other) => {
  expect(isThisSave({ ...there, ...other }, save, 'w')).toBe(false);
});
