import { defineErrors } from '../platform/errors';

export const priorsErrors = defineErrors({
  link_state_conflict: ['conflict', '该关联当前为“{stateName}”，不能进行此操作'],
  same_patient: ['invalid', '两个检查是同一患者的，无需关联'],
  patient_unknown: ['invalid', '{field}：该检查还没有患者编号，不能关联'],
  patient_missing: ['invalid', '请填写患者编号或身份证号'],
  id_number_invalid: ['invalid', '身份证号校验不通过，请核对'],
  decided_already: ['conflict', '本次查询已有处理结果'],
  not_offered: ['invalid', '该检查不在本次查询结果中'],
  reason_missing: ['invalid', '重复检查须选择原因；选“其他”时须说明'],
  lookup_expired: ['conflict', '本次查询已超过 {hours} 小时，请重新查询'],
});
