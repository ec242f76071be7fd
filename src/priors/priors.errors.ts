import { defineErrors } from '../platform/errors';

export const priorsErrors = defineErrors({
  link_state_conflict: ['conflict', '该关联当前为“{stateName}”，不能进行此操作'],
  link_contradicts: ['conflict', '两名患者关联后，已判定“非同一人”的患者将并为一人，请先核对相互矛盾的关联'],
  same_patient: ['invalid', '两个检查是同一患者的，无需关联'],
  patient_unknown: ['invalid', '{field}：该检查还没有患者编号，不能关联'],
  patient_missing: ['invalid', '请填写患者编号或身份证号'],
  name_missing: ['invalid', '按身份证号查询时，须同时填写患者姓名'],
  id_number_invalid: ['invalid', '身份证号校验不通过，请核对'],
  decided_already: ['conflict', '本次查询已有处理结果'],
  not_offered: ['invalid', '该检查不在本次查询结果中'],
  image_unusable: ['conflict', '该检查不能互认：{because}'],
  images_elsewhere: ['conflict', '影像不在中心，无法调阅；已通过其他途径看过影像的，请在备注中写明如何看到'],
  no_longer_offered: ['conflict', '该检查已作废、身份存疑或不再视为同一患者，请重新查询'],
  quality_not_low: ['invalid', '本次查询到的检查没有被评为质量不能满足诊断的，请选择其他原因'],
  reason_missing: ['invalid', '重复检查须选择原因；选“其他”时须说明'],
  lookup_expired: ['conflict', '本次查询已超过 {hours} 小时，请重新查询'],
});
