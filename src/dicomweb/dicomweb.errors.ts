import { defineErrors } from '../platform/errors';

export const dicomwebErrors = defineErrors({
  not_acceptable: ['not_acceptable', '无法按 Accept 所要求的格式返回，可提供：{offered}'],
  frame_list_invalid: ['invalid', '帧号须为以逗号分隔的正整数，最多 {most} 个'],
  frames_unavailable: ['conflict', '无法按帧读取该影像（{reason}），请取整个文件'],
});
