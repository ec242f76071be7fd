import type { Exam } from '../../exams';
import { blotted, identifiersOf } from './blot.rules';

const EXAM = {
  accession_number: 'CT202603020001',
  patient_name: '欧阳小明',
  name_given: '',
  name_pinyin: 'ouyangxiaoming',
  patient_local_id: '0120',
  id_number: '11010519491231002X',
  phone: '13800000000',
  birth_date: '1949-12-31',
  visit_number: 'ZY-7',
  ordering_doctor: '钱一',
  ordering_phone: '0000-123',
  technician: '孙 二',
} as Exam;
const blot = (text: string): string => blotted(text, EXAM, '青石镇卫生院');

it.each([
  ['欧阳小明，右肺结节', '＊＊，右肺结节'],
  ['欧 阳 小 明右肺结节', '＊＊右肺结节'],
  ['欧阳\u200b小明右肺结节', '＊＊右肺结节'],
  ['患者 ouyang xiaoming 右肺', '患者 ＊＊ 右肺'],
  ['患者 OuYang Xiao-Ming，右肺', '患者 ＊＊，右肺'],
  ['患者 ＯＵＹＡＮＧＸＩＡＯＭＩＮＧ 右肺', '患者 ＊＊ 右肺'],
  ['青石镇卫生院钱一医师送检', '＊＊＊＊医师送检'],
  ['青石镇 卫生院，孙二摄片', '＊＊，＊＊摄片'],
  ['检查号 ct2026 0302-0001 的片', '检查号 ＊＊ 的片'],
  ['生于 1949年12月31日，男', '生于 ＊＊日，男'],
  ['编号 0120，男', '编号 ＊＊，男'],
  ['住院号 zy-7，男', '住院号 ＊＊，男'],
  ['电话 0000-123 请联系', '电话 ＊＊ 请联系'],
])('blots out of %j what the record knows', (text, left) => expect(blot(text)).toBe(left));

it.each([
  ['电话 139 1111 2222 请联系', '电话 ＊＊ 请联系'],
  ['电话 139-1111-2222 请联系', '电话 ＊＊ 请联系'],
  ['电话 1 3 9 1 1 1 1 2 2 2 2', '电话 ＊＊'],
  ['电话１３９１１１１２２２２家属', '电话＊＊家属'],
  ['电话+8613911112222', '电话+＊＊'],
  ['电话13911112222 1392 2223333。', '电话＊＊ ＊＊。'],
  ['身份证 110105 19500101 0022 女', '身份证 ＊＊ 女'],
  ['身份证 110105-1950-0101-002x 女', '身份证 ＊＊ 女'],
  ['身份证 １１０１０５１９５００１０１００２Ｘ 女', '身份证 ＊＊ 女'],
  ['旧证 110105 500101 002', '旧证 ＊＊'],
  ['座机 0871-6512345', '座机 ＊＊'],
  ['座机（０８７１）６５１２３４５６ 转', '座机（＊＊ 转'],
  ['座机 010 6512 3456 转', '座机 ＊＊ 转'],
  ['座机 0 8 7 1 6 5 1 2 3 4 5', '座机 ＊＊'],
])('blots out of %j what looks like a number of a person', (text, left) => expect(blot(text)).toBe(left));

it.each([
  '病灶 7 mm，CT 值 35 HU，随访 2026-03-02 较 2025-12-30 增大',
  '对比 2025-03-02 2026-03-02 两次',
  '对比 2025-12-15 2026-03-02 12 mm 变为 15 mm',
  '大小 12×15×18 mm，体积 1.35 ml，层厚 0.625，随访 2026-01-20',
  '血压 120/80，心率 78，SpO2 98%，体温 36.5',
  '右肺上叶 ｆ 结节𠀋①，明显钱币样',
  '层面 12345678901234567890',
])('leaves %j as it is', (text) => expect(blot(text)).toBe(text));

it('does not take a short name of letters for a part of a word', () => {
  const latin = { ...EXAM, patient_name: 'Li Si', name_pinyin: 'lisi' };
  expect(blotted('服用 lisinopril', latin, '青石镇卫生院')).toBe('服用 lisinopril');
  expect(blotted('患者LISI服药', latin, '青石镇卫生院')).toBe('患者＊＊服药');
});

const PUNCTUATION = [...'!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'];
const LENGTHS = Array.from({ length: 12 }, (_, i) => i + 1);
/** Columns whose words are blotted out, and from how many characters on. */
const KNOWN = {
  patient_name: 2,
  name_given: 2,
  ordering_doctor: 2,
  technician: 2,
  name_pinyin: 3,
  patient_local_id: 4,
  id_number: 4,
  phone: 4,
  birth_date: 4,
  accession_number: 4,
  visit_number: 4,
  ordering_phone: 4,
} as const;
/** Words of one length with the character in every place, beside letters and digits, and alone. */
const wordsWith = (mark: string, length: number): string[] => [
  mark.repeat(length),
  ...Array.from({ length }, (_, at) => 'T5Xd0Qz7Kb3W'.slice(0, at) + mark + 'a9Yb8Zc7Xd6W'.slice(0, length - at - 1)),
];

it.each(PUNCTUATION)('blots out a name or number with %s in it, of any length', (mark) => {
  const noneBut = Object.fromEntries(Object.keys(KNOWN).map((column) => [column, null]));
  const left = Object.entries(KNOWN).flatMap(([column, least]) =>
    LENGTHS.flatMap((length) => wordsWith(mark, length))
      .filter((word) => {
        const text = blotted(`检查 ${word}，右肺结节`, { ...noneBut, [column]: word } as unknown as Exam, '');
        return text.includes(word) !== word.length < least;
      })
      .map((word) => `${column} ${word}`),
  );
  expect(left).toEqual([]);
});

it('names the identifiers that the record has', () => {
  expect(identifiersOf({ ...EXAM, phone: null, name_pinyin: '' })).toEqual([
    '欧阳小明',
    '11010519491231002X',
    '0120',
    'CT202603020001',
  ]);
});
