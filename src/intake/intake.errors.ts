import { defineErrors } from '../platform/errors';

export const intakeErrors = defineErrors({
  clinic_required: ['invalid', '您在多个机构任职，请用参数 clinic 指明上传机构'],
  multipart_invalid: ['invalid', '请求体不是有效的 multipart/related：{problem}'],
  dicom_expected: ['unsupported', '只接收 multipart/related; type="application/dicom" 或 application/dicom'],
  too_many_instances: ['too_large', '一次请求最多 {limit} 个影像'],
  request_too_large: ['too_large', '一次请求最多 {limit} 字节'],
  upload_closed: ['conflict', '该上传已结束，请新建上传'],
  offset_mismatch: ['conflict', '续传位置不符，应从第 {offset} 字节开始'],
  part_busy: ['conflict', '该影像正在由另一请求上传'],
  part_stored: ['conflict', '该影像已收妥，不能改写'],
  part_too_large: ['too_large', '超过清单所列的 {bytes} 字节'],
  part_refused: ['invalid', '影像未被接收：{reason}'],
  sop_collision: ['conflict', '同一影像 UID 已有不同内容，已拒收并标记'],
  uploads_running: ['limited', '同时上传的请求过多，请 {retryAfterSeconds} 秒后再试'],
  uploads_full: ['unavailable', '系统正忙于接收影像，请 {retryAfterSeconds} 秒后再试'],
});
