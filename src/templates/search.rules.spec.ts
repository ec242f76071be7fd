import { searchTitle, searchWords } from './search.rules';

it.each([
  ['胸部正位（正常）', 'xiongbuzhengweizhengchang', 'xbzwzc'],
  ['CT颅脑平扫', 'ctlunaopingsao', 'ctlnps'],
  ['肋骨', 'leigu', 'lg'],
])('%s sounds %s', (title, pinyin, initials) => {
  expect(searchTitle(title)).toEqual({ pinyin, initials });
});

it('takes a search apart into words and their letters', () => {
  expect(searchWords(' 胸 XB  lü。 （）')).toEqual([
    { text: '胸', letters: null },
    { text: 'xb', letters: 'xb' },
    { text: 'lü。', letters: 'lv' },
    { text: '（）', letters: null },
  ]);
  expect(searchWords('  ')).toEqual([]);
});
