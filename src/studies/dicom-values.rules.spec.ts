import type { DicomJson } from '../images';
import { age, code, date, firstItem, integer, person, personNameText, text, time } from './dicom-values.rules';

const TAG = '00100010';
const model = (vr: string, ...values: unknown[]): DicomJson => ({ [TAG]: { vr, Value: values as never } });

it.each([
  ['20260302', '20260302'],
  ['2026.03.02', '20260302'],
  ['2026-03-02', '20260302'],
  ['20240229', '20240229'],
  ['20260229', ''],
  ['20261301', ''],
  ['20260300', ''],
  ['17991231', ''],
  ['2026', ''],
  ['not a date', ''],
])('DA %s is read as "%s"', (value, expected) => {
  expect(date(model('DA', value), TAG)).toBe(expected);
});

it.each([
  ['09', '09'],
  ['0900', '0900'],
  ['090000', '090000'],
  ['090000.123456', '090000.123456'],
  ['09:00:00', '090000'],
  ['235960', '235960'],
  ['240000', ''],
  ['096000', ''],
  ['090061', ''],
  ['090000.1234567', ''],
  ['nine', ''],
])('TM %s is read as "%s"', (value, expected) => {
  expect(time(model('TM', value), TAG)).toBe(expected);
});

it.each([
  ['045Y', '045Y'],
  ['45Y', '045Y'],
  ['003m', '003M'],
  ['45', ''],
  ['1000Y', ''],
])('AS %s is read as "%s"', (value, expected) => {
  expect(age(model('AS', value), TAG)).toBe(expected);
});

it.each([
  [' ct ', 'CT'],
  ['DX', 'DX'],
  ['胸部', ''],
  ['A'.repeat(17), ''],
  ["CT'; DROP", ''],
])('CS %s is read as "%s"', (value, expected) => {
  expect(code(model('CS', value), TAG)).toBe(expected);
});

it.each([
  [7, 7],
  ['7', 7],
  [7.5, null],
  ['', null],
  ['x', null],
  [2 ** 31, null],
  [-1, -1],
])('IS %s is read as %s', (value, expected) => {
  expect(integer(model('IS', value), TAG)).toBe(expected);
});

it('caps text without cutting a character in two, and takes an absent attribute for empty', () => {
  expect(text(model('LO', '  张三  '), TAG, 10)).toBe('张三');
  expect(text(model('LO', 'abcdef'), TAG, 3)).toBe('abc');
  expect(text(model('LO', 'ab𠀀'), TAG, 3)).toBe('ab');
  expect(text({}, TAG, 3)).toBe('');
  expect(text(model('LO', null), TAG, 3)).toBe('');
});

it('writes a name with its component groups as in the data set', () => {
  const name = person(model('PN', { Alphabetic: 'Zhang^San', Ideographic: '张^三' }), TAG);
  expect(personNameText(name)).toBe('Zhang^San=张^三');
  expect(personNameText({ Ideographic: '张^三' })).toBe('=张^三');
  expect(personNameText(person({}, TAG))).toBe('');
});

it('finds the first item of a sequence, and nothing where there is none', () => {
  expect(firstItem(model('SQ', { '00080050': { vr: 'SH', Value: ['A1'] } }), TAG)).toHaveProperty('00080050');
  expect(firstItem(model('SQ'), TAG)).toEqual({});
  expect(firstItem(model('PN', { Alphabetic: 'X' }), TAG)).toEqual({});
});
