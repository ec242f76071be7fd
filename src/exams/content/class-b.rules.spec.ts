import type { ExamContent } from './class-a.rules';
import { absentClassB, oddities } from './class-b.rules';
import { EMPTY_CONTENT } from './request.rules';

const NOW = new Date('2026-03-02T02:00:00Z');
const START = new Date('2026-03-02T00:30:00Z');
const odd = (content: Partial<ExamContent>, itemModality?: string): unknown[] =>
  oddities({ ...EMPTY_CONTENT, exam_started_at: START, ...content }, NOW, itemModality).map(({ code, details }) => [
    code,
    details,
  ]);

describe('identity numbers', () => {
  it('are flagged when they cannot be right, or when they say something else', () => {
    expect(odd({ id_number: '11010519491231002X', birth_date: '1949-12-31', sex: 'F' })).toEqual([]);
    expect(odd({ id_number: '110105194912310021' })).toEqual([['id_number_invalid', { fault: 'checksum' }]]);
    expect(odd({ id_number: '11010519491231002X', birth_date: '1949-12-30', sex: 'M' })).toEqual([
      ['id_number_mismatch', { fields: ['birthDate', 'sex'] }],
    ]);
    expect(odd({ id_number: '11010519491231002X', sex: 'O' })).toEqual([]);
  });
});

describe('ages', () => {
  it.each<[string, Partial<ExamContent>, boolean]>([
    ['64 by the calendar', { birth_date: '1961-04-12', age_value: 64, age_unit: 'Y' }, true],
    ['66 as old people count (虚岁)', { birth_date: '1961-04-12', age_value: 66, age_unit: 'Y' }, true],
    ['46 is a slip of the finger', { birth_date: '1961-04-12', age_value: 46, age_unit: 'Y' }, false],
    ['8 months', { birth_date: '2025-07-01', age_value: 8, age_unit: 'M' }, true],
    ['8 years instead of 8 months', { birth_date: '2025-07-01', age_value: 8, age_unit: 'Y' }, false],
    ['3 days', { birth_date: '2026-02-27', age_value: 3, age_unit: 'D' }, true],
    ['12 hours', { birth_date: '2026-03-01', age_value: 12, age_unit: 'H' }, true],
    ['nothing to compare', { birth_date: null, age_value: 46, age_unit: 'Y' }, true],
  ])('%s', (_, content, fits) => {
    expect(odd(content).length === 0).toBe(fits);
  });
});

describe('times and items', () => {
  it('doubts a clock that is wrong', () => {
    expect(odd({ exam_ended_at: new Date('2026-03-02T00:10:00Z') })).toEqual([
      ['exam_times_odd', { problem: 'end_before_start' }],
    ]);
    expect(odd({ exam_started_at: new Date('2026-03-02T03:00:00Z') })).toEqual([
      ['exam_times_odd', { problem: 'in_the_future' }],
    ]);
    expect(odd({ exam_started_at: new Date('2026-03-02T02:10:00Z') })).toEqual([]);
  });

  it('doubts an item of another device', () => {
    expect(odd({ modality: 'CT', item_code: 'X' }, 'DX')).toEqual([
      ['item_code_mismatch', { itemCode: 'X', itemModality: 'DX', modality: 'CT' }],
    ]);
    expect(odd({ modality: 'CR', item_code: 'X' }, 'DX')).toEqual([]);
    expect(odd({ modality: 'CT', item_code: 'unknown' })).toEqual([]);
  });
});

it('lists what nobody has filled in', () => {
  expect(absentClassB(EMPTY_CONTENT)).toEqual([
    'age',
    'idNumber',
    'phone',
    'source',
    'examEnd',
    'bodyPart',
    'clinicalDiagnosis',
    'symptoms',
  ]);
  expect(absentClassB({ ...EMPTY_CONTENT, birth_date: '1961-04-12', body_part: '胸部' })).not.toEqual(
    expect.arrayContaining(['age', 'bodyPart']),
  );
});
