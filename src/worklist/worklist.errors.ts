import { defineErrors } from '../platform/errors';

/** Conflicts carry the present state in `params.state` and, where somebody holds the exam, the holder's name. */
export const worklistErrors = defineErrors({
  stale_fence: ['conflict', '您对该检查的领取已失效，请重新领取'],
  stale_image_set: ['conflict', '该检查的影像已有变化，请查看最新影像后再提交'],
  claimed_by_other: ['conflict', '该检查已由 {holder} 领取'],
  not_listed_yet: ['conflict', '该检查正在进入阅片列表，请稍后再试'],
  written_at_clinic: ['conflict', '该检查由卫生院医师书写，尚未提交审核，暂不能领取或分派'],
  meant_for_others: ['conflict', '该检查已分派给其他医师或医院，暂不能领取'],
  reader_away: ['conflict', '该医师已离岗，不能分派'],
  picking_off: ['conflict', '本院已关闭自由选片，请按“下一例”领取'],
  own_report: ['conflict', '不能审核自己书写的报告'],
  reserved_for_writer: ['conflict', '该检查已驳回，暂由原书写医师修改'],
  not_the_writer: ['conflict', '只有书写医师本人可以收回'],
  not_held: ['conflict', '该检查现在无人领取'],
  already_yours: ['conflict', '该检查已由您本人领取'],
  not_idle: ['conflict', '{holder} 正在处理该检查，30 分钟无操作后方可接手，或请科主任接手'],
  not_parked: ['conflict', '该检查没有挂起'],
  park_limit: ['invalid', '{field}：挂起时限须在 72 小时之内且晚于现在'],
  not_theirs: ['conflict', '检查 {accessionNumber} 不是交班医师手中的工作，请刷新后重新选择'],
  receiver_away: ['conflict', '接班医师已离岗'],
  images_incomplete: ['conflict', '影像尚未传完，暂不能审签'],
  wrong_hospital: ['forbidden', '您没有该医院的岗位'],
  hospital_missing: ['invalid', '您在多家医院任职，请选择以哪家医院的身份领取'],
  not_a_reader: ['invalid', '{field}：不是可以阅片的医师或医院'],
  not_clinic_written: ['conflict', '该检查由县级中心书写报告，卫生院不能填写'],
});
