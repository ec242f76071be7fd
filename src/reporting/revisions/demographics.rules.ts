import type { DemographicsChanges } from './revisions.dto';

const FIELD_NAMES: Readonly<Record<keyof DemographicsChanges, string>> = {
  patientName: '姓名',
  sex: '性别',
  birthDate: '出生日期',
  age: '年龄',
  ageUnit: '年龄',
  idNumber: '证件号码',
  phone: '联系电话',
};

/**
 * Why there is a version with other demographics, as it is signed and printed: what was put right, not what it was or
 * is.
 */
export function correctionReason(changes: DemographicsChanges): string {
  const names = Object.entries(FIELD_NAMES).flatMap(([field, name]) => (field in changes ? [name] : []));
  return `患者信息更正：${[...new Set(names)].join('、')}`;
}
