import type { RefusalCode } from '../images';

/** Why one instance is not accepted: from its header, from its way here, or from what is registered already. Pure. */
export type Refusal =
  | RefusalCode
  | 'not_dicom_part'
  | 'part_too_large'
  | 'part_cut'
  | 'too_many_instances'
  | 'request_too_large'
  | 'study_uid_differs'
  | 'sop_uid_differs'
  | 'directory_file'
  | 'sop_collision'
  | 'hash_mismatch'
  | 'disk_full'
  | 'busy';

/**
 * Failure Reason (0008,1197) of STOW-RS (PS3.18 I.2.2.2) and the sentence for people; it travels as Error Comment
 * (0000,0902), as other archives send it: the standard's answer has no attribute for a reason in words.
 */
interface Meaning {
  readonly reason: number;
  readonly text: string;
}

const OUT_OF_RESOURCES = 0xa700;
const OTHER_STUDY = 0xa900;
const CANNOT_UNDERSTAND = 0xc000;
const PROCESSING_FAILURE = 0x0110;
const DUPLICATE_INSTANCE = 0x0111;
const CLASS_NOT_SUPPORTED = 0x0122;

export const REFUSALS: Readonly<Record<Refusal, Meaning>> = {
  not_dicom: { reason: CANNOT_UNDERSTAND, text: '不是 DICOM 文件' },
  malformed: { reason: CANNOT_UNDERSTAND, text: 'DICOM 结构损坏，读不到检查、序列、影像的 UID' },
  truncated: { reason: CANNOT_UNDERSTAND, text: '文件不完整，请重新发送' },
  uid_missing: { reason: CANNOT_UNDERSTAND, text: '缺少检查、序列或影像的 UID' },
  uid_invalid: { reason: CANNOT_UNDERSTAND, text: '检查、序列或影像的 UID 不合规' },
  header_too_large: { reason: CANNOT_UNDERSTAND, text: '文件头过大' },
  too_many_elements: { reason: CANNOT_UNDERSTAND, text: '文件头元素过多' },
  nesting_too_deep: { reason: CANNOT_UNDERSTAND, text: '文件头嵌套过深' },
  inflate_failed: { reason: CANNOT_UNDERSTAND, text: '压缩的数据集无法解开' },
  inflated_too_large: { reason: CANNOT_UNDERSTAND, text: '压缩的数据集解开后过大' },
  parse_timeout: { reason: PROCESSING_FAILURE, text: '文件头解析超时' },
  parse_memory: { reason: PROCESSING_FAILURE, text: '文件头解析占用内存过多' },
  parse_crashed: { reason: PROCESSING_FAILURE, text: '文件头解析失败' },
  not_dicom_part: { reason: CANNOT_UNDERSTAND, text: '该部分的 Content-Type 不是 application/dicom' },
  part_too_large: { reason: OUT_OF_RESOURCES, text: '单个文件超过允许的大小' },
  part_cut: { reason: CANNOT_UNDERSTAND, text: '请求在此处中断，其后的内容未收到' },
  too_many_instances: { reason: OUT_OF_RESOURCES, text: '一次请求的影像过多，其后的未接收' },
  request_too_large: { reason: OUT_OF_RESOURCES, text: '一次请求的数据过多，其后的未接收' },
  study_uid_differs: { reason: OTHER_STUDY, text: '影像的检查 UID 与请求的不一致' },
  sop_uid_differs: { reason: OTHER_STUDY, text: '影像的 UID 与请求的不一致' },
  directory_file: { reason: CLASS_NOT_SUPPORTED, text: 'DICOMDIR 目录文件不是影像，不予保存' },
  sop_collision: { reason: DUPLICATE_INSTANCE, text: '同一影像 UID 已有不同内容，已拒收并标记' },
  hash_mismatch: { reason: CANNOT_UNDERSTAND, text: '内容与清单的校验值不一致，请重新发送' },
  disk_full: { reason: OUT_OF_RESOURCES, text: '存储空间不足，请稍后重发' },
  busy: { reason: OUT_OF_RESOURCES, text: '系统繁忙，请稍后重发' },
};

export interface Refused {
  readonly code: Refusal;
  /** For engineers, in English; never a value out of the file. */
  readonly detail: string;
}

/** What is odd about an instance that was accepted. */
export type Notice = 'charset_repaired' | 'header_odd' | 'study_quarantined' | 'corrected';

/** Warning Reason (0008,1196), PS3.18 I.2.2.1: coercion of data elements, or does not match its SOP class. */
export const NOTICES: Readonly<Record<Notice, Meaning>> = {
  charset_repaired: { reason: 0xb000, text: '字符集标注有误，已按实际编码识别；原文件未改动' },
  header_odd: { reason: 0xb007, text: '文件头或像素数据不合规，已保存' },
  study_quarantined: { reason: 0xb000, text: '该检查 UID 在本县其他机构已存在，已单独保存待核对' },
  corrected: { reason: 0xb000, text: '已替换同一影像的旧文件，旧文件保留' },
};

/** Media Storage Directory Storage (PS3.4 annex I): an index of files, not an image. */
export const DIRECTORY_SOP_CLASS = '1.2.840.10008.1.3.10';

/** The most telling notice about an accepted instance, if any: STOW-RS has room for one. */
export function noticeOf(o: { quarantined: boolean; replaced: boolean; warnings: readonly string[] }): Notice | null {
  if (o.quarantined) return 'study_quarantined';
  if (o.replaced) return 'corrected';
  if (o.warnings.includes('charset_repaired')) return 'charset_repaired';
  return o.warnings.length > 0 ? 'header_odd' : null;
}
