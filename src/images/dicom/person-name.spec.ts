import { personDisplayName, splitPersonName } from './person-name';

describe('splitPersonName', () => {
  it.each([
    ['Zhang^San=张^三=', { Alphabetic: 'Zhang^San', Ideographic: '张^三' }],
    ['=张^三', { Ideographic: '张^三' }],
    [
      'Yamada^Tarou=山田^太郎=やまだ^たろう',
      { Alphabetic: 'Yamada^Tarou', Ideographic: '山田^太郎', Phonetic: 'やまだ^たろう' },
    ],
    ['OB^^^^', { Alphabetic: 'OB' }],
    ['^^^^', {}],
  ])('%s', (value, groups) => expect(splitPersonName(value)).toEqual(groups));
});

describe('personDisplayName', () => {
  it.each([
    ['张^三', '张三'],
    ['张三', '张三'],
    ['张　三', '张三'],
    ['张 三', '张三'],
    ['Zhang^San=张^三', '张三'],
    ['=张^三', '张三'],
    ['Yamada^Tarou=山田^太郎=やまだ^たろう', '山田太郎'],
    ['买买提·艾力', '买买提·艾力'],
    ['Wang^XiaoDong', 'Wang XiaoDong'],
    ['Adams^John Robert Quincy^^Rev.^B.A.', 'Adams John Robert Quincy'],
    ['ZHANG SAN', 'ZHANG SAN'],
    ['^San', 'San'],
    ['=홍^길동', '홍 길동'],
    ['^^^^', ''],
    ['', ''],
  ])('%j is shown as %j', (value, shown) => expect(personDisplayName(value)).toBe(shown));

  it('takes the JSON form and the absence of a name', () => {
    expect(personDisplayName({ Alphabetic: 'Zhang^San', Ideographic: '张^三' })).toBe('张三');
    expect(personDisplayName({})).toBe('');
    expect(personDisplayName(null)).toBe('');
    expect(personDisplayName(undefined)).toBe('');
  });
});
