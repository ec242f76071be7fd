import { defineErrors } from '../platform/errors';

/** Conflicts carry the present state in `params.state` and, where somebody holds the exam, the holder's name. */
export const worklistErrors = defineErrors({
  stale_fence: ['conflict', '您对该检查的领取已失效，请重新领取'],
  stale_image_set: ['conflict', '该检查的影像已有变化，请查看最新影像后再提交'],
  claimed_by_other: ['conflict', '该检查已由 {holder} 领取'],
  own_report: ['conflict', '不能审核自己书写的报告'],
  reserved_for_writer: ['conflict', '该检查已驳回，暂由原书写医师修改'],
  not_the_writer: ['conflict', '只有书写医师本人可以收回'],
  not_held: ['conflict', '该检查现在无人领取'],
  images_incomplete: ['conflict', '影像尚未传完，暂不能审签'],
  wrong_hospital: ['forbidden', '您没有该医院的岗位'],
  hospital_missing: ['invalid', '您在多家医院任职，请选择以哪家医院的身份领取'],
  not_a_reader: ['invalid', '{field}：不是可以阅片的医师或医院'],
});
