import { defineErrors } from '../platform/errors';

export const deliveryErrors = defineErrors({
  clinic_ambiguous: ['invalid', '您在多家机构任职，请指明机构（clinic）'],
  no_clinic: ['forbidden', '收件箱只对机构人员及其网关开放'],
  person_required: ['forbidden', '“已查看”须由具名人员登记，不能由设备代登'],
  endpoint_refused: ['invalid', '回传地址不可用：{problem}'],
  allow_entry_refused: ['invalid', '允许地址第 {line} 条有误：{problem}'],
  inbox_exists: ['conflict', '该机构已有收件箱'],
  inbox_fixed: ['conflict', '收件箱是报告的最终去处，不能修改或停用'],
  channel_state: ['conflict', '该通道当前已{stateName}'],
});
