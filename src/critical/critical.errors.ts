import { defineErrors } from '../platform/errors';

/** Conflicts carry the present state in `params.state` and its name in `params.stateName`. */
export const criticalErrors = defineErrors({
  critical_state_conflict: ['conflict', '该危急值当前为“{stateName}”，不能进行此操作'],
  already_notified: ['conflict', '该危急值已由 {by} 记录通知'],
  already_acknowledged: ['conflict', '该危急值已由 {by} 确认'],
  receiver_self: ['invalid', '接听人不能是报告医师本人'],
  clinic_people_only: ['forbidden', '只能由申请卫生院的人员本人登录后确认或处置'],
  hospital_missing: ['invalid', '您在多家医院任职，请选择以哪家医院的身份标记'],
  unknown_finding: ['invalid', '危急值目录中没有“{finding}”'],
  time_in_future: ['invalid', '{field}：时间不能晚于现在'],
  time_too_early: ['invalid', '{field}：时间过早'],
  stale_settings: ['conflict', '危急值设置已被他人修改，请刷新后再改'],
  important_state_conflict: ['conflict', '该条目当前为“{stateName}”，不能进行此操作'],
  patient_notice_closed: ['conflict', '该告知任务已由 {by} 关闭'],
});
