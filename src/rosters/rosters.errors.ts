import { defineErrors } from '../platform/errors';

/** `params.field` names the input that is at fault, `params.with` the shift or leave in the way. */
export const rosterErrors = defineErrors({
  roster_overlap: ['conflict', '该医师在这段时间已有排班'],
  leave_overlap: ['conflict', '该医师在这段时间已登记请假'],
  roster_not_a_reader: ['invalid', '{field}：不是该医院可以阅片的医师'],
  roster_hospital_unknown: ['invalid', '{field}：没有这家医院，或该医院已停用'],
  roster_other_hospital: ['forbidden', '只能安排本院医师'],
});
