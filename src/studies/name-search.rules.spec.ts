import { sameName, searchLetters, searchName } from './name-search.rules';

describe('names as people search them', () => {
  it.each([
    ['张三', 'zhangsan', 'zs'],
    ['单雄信', 'shanxiongxin', 'sxx'],
    ['曾国藩', 'zengguofan', 'zgf'],
    ['欧阳修', 'ouyangxiu', 'oyx'],
    ['吕布', 'lvbu', 'lb'],
    ['阿依古丽·买买提', 'ayigulimaimaiti', 'ayglmmt'],
    ['Zhang San', 'zhangsan', 'zs'],
    ['WANG', 'wang', 'w'],
    ['𠀋三', 'san', 's'],
    ['', '', ''],
  ])('%s is found by %s and %s', (name, pinyin, initials) => {
    expect(searchName(name)).toEqual({ pinyin, initials });
  });

  it.each([
    ['Zhang San', 'zhangsan'],
    ["Xi'an", 'xian'],
    ['Lü Bu', 'lvbu'],
    ['ZS', 'zs'],
  ])('what is typed, %s, means %s', (typed, letters) => {
    expect(searchLetters(typed)).toBe(letters);
  });
});

describe('one name in two spellings', () => {
  it.each([
    ['张三', '张三'],
    ['张 三', '张三'],
    ['张三', 'Zhang San'],
    ['张三', 'ZHANGSAN'],
    ['张三', 'San Zhang'],
    ['张三丰', 'SanFeng Zhang'],
    ['欧阳修', 'OuYang Xiu'],
    ['吕布', 'Lv Bu'],
    ['Zhang San', 'zhang san'],
    ['阿依古丽·买买提', '阿依古丽 买买提'],
  ])('%s = %s', (a, b) => {
    expect(sameName(a, b)).toBe(true);
    expect(sameName(b, a)).toBe(true);
  });

  it.each([
    ['张三', '章三'],
    ['张三', '张四'],
    ['张三', 'Zhang Si'],
    ['张三', 'Zhang'],
    ['张三', ''],
    ['', 'Zhang'],
  ])('%s ≠ %s', (a, b) => {
    expect(sameName(a, b)).toBe(false);
    expect(sameName(b, a)).toBe(false);
  });
});
