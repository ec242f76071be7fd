import { correctionReason } from './demographics.rules';

it('names the fields that were put right and nothing that is in them', () => {
  expect(correctionReason({ patientName: '张叁', idNumber: '11010519491231002X' })).toBe(
    '患者信息更正：姓名、证件号码',
  );
  expect(correctionReason({ sex: 'F', birthDate: '1959-02-03', age: 67, ageUnit: 'Y', phone: '000-1111' })).toBe(
    '患者信息更正：性别、出生日期、年龄、联系电话',
  );
});
