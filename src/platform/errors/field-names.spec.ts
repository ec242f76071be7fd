import { commonErrors, DomainError, fieldName, nameFields } from '.';

beforeAll(() => nameFields({ modality: '设备类型', patientName: '患者姓名', studies: '影像检查' }));
afterAll(() => nameFields({}));

it.each([
  ['modality', '设备类型'],
  ['exam.modality', '设备类型'],
  ['studies.1.modality', '设备类型（第 2 项）'],
  ['studies.0', '影像检查（第 1 项）'],
  ['studies.0.studies.2', '影像检查（第 1-3 项）'],
  ['patient_name', '患者姓名'],
  ['colour', 'colour'],
  ['studies.0.colour', 'studies.0.colour'],
  ['Content-Type', 'Content-Type'],
  ['toString', 'toString'],
  ['', ''],
])('%s is called %s', (path, word) => expect(fieldName(path)).toBe(word));

it('a message names the field in words, the params as the API does', () => {
  const error = new DomainError(commonErrors.invalid_input, { field: 'studies.1.modality', problem: '必填' });
  expect(error.message).toBe('输入有误：设备类型（第 2 项） 必填');
  expect(error.params).toEqual({ field: 'studies.1.modality', problem: '必填' });
});
