import { anothersColumns, isSomebodyElse } from './patients';
import { EMPTY_CONTENT } from './content/request.rules';

const known = {
  ...EMPTY_CONTENT,
  patient_local_id: 'P1',
  patient_name: '张三',
  sex: 'F',
  birth_date: '1962-03-01',
  age_value: 64,
  age_unit: 'Y',
  id_number: '110105196203010028',
  phone: '0999-1234567',
  visit_number: 'V1',
  symptoms: '咳嗽',
} as const;

describe('a correction', () => {
  it.each([
    ['of the name', { patient_name: '李四' }, false],
    ['of name and sex', { patient_name: '李四', sex: 'M' }, false],
    ['of name and age', { patient_name: '李四', age_value: 5 }, false],
    ['of sex and birth date', { sex: 'M', birth_date: '2020-01-01' }, false],
    ['of name, sex and birth date', { patient_name: '李四', sex: 'M', birth_date: '2020-01-01' }, true],
    ['of name, sex and age', { patient_name: '李四', sex: 'M', age_value: 5 }, true],
    ['that only spells the name another way', { patient_name: 'ZHANG SAN', sex: 'M', age_value: 5 }, false],
    ['of the number', { patient_local_id: 'P2' }, true],
  ] as const)('%s', (_, said, another) => {
    expect(isSomebodyElse(known, { ...known, ...said })).toBe(another);
  });
});

it('another patient’s number takes nothing over that was the former one’s own', () => {
  const given = { patient_local_id: 'P2', patient_name: '李四', birth_date: '1990-01-01' };
  const examStart = new Date('2026-03-02T00:30:00Z');
  expect(anothersColumns({ ...known, exam_started_at: examStart }, given)).toEqual({
    ...given,
    age_value: 36,
    age_unit: 'Y',
    id_number: null,
    phone: null,
    visit_number: null,
  });
});
