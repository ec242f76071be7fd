import { AFTER_SIGNING, type Reported, reportIsOut } from '../exam.state';

interface Flag {
  /** What it says to people. */
  readonly text: string;
  /** What resolving it takes, where it is not for everybody who may doubt an identity. */
  readonly permission?: string;
}

/** Every flag an exam may carry, as data. */
const ALL = {
  id_number_invalid: { text: '身份证号校验不通过' },
  id_number_mismatch: { text: '身份证号与出生日期或性别不符' },
  age_mismatch: { text: '年龄与出生日期不符' },
  exam_times_odd: { text: '检查时间不合理，请核对设备时钟' },
  item_code_mismatch: { text: '检查项目代码与设备类型不符' },
  content_changed: { text: '申请内容登记后有改动' },
  patient_mismatch: { text: '同一患者编号此前登记的姓名、性别或出生日期不同' },
  patient_id_mismatch: { text: '同一检查号下影像与申请的患者编号不同，未合并' },
  images_patient_mismatch: { text: '影像中的姓名、性别或出生日期与申请不符' },
  study_quarantined: { text: '申请所报的影像 UID 是其他卫生院的，未采用：打开的会是另一家的影像' },
  match_suggested: { text: '可能与另一项检查是同一次检查，请核对后合并' },
  images_after_withdrawal: { text: '撤回后又收到影像' },
  images_after_signing: { text: '审签后又收到影像，请确认结论是否有变化', permission: 'report.sign' },
  images_moved_after_signing: { text: '审签后影像有移动，请核对报告', permission: 'report.sign' },
  images_after_preliminary: { text: '临时报告发出后又收到影像，请核对临时报告是否仍成立', permission: 'report.sign' },
  images_moved_after_preliminary: { text: '临时报告发出后影像有移动，请核对临时报告', permission: 'report.sign' },
  images_moved_away: { text: '影像已移到其他检查' },
} as const satisfies Record<string, Flag>;

export type FlagCode = keyof typeof ALL;
export const FLAGS: Readonly<Record<FlagCode, Flag>> = ALL;

/** The flag of images that came to, or were moved at, an exam whose report is out; undefined where none is. */
export function flagUnderReport(exam: Reported, images: 'came' | 'moved'): FlagCode | undefined {
  if (!reportIsOut(exam)) return undefined;
  const signed = AFTER_SIGNING.includes(exam.state);
  if (images === 'came') return signed ? 'images_after_signing' : 'images_after_preliminary';
  return signed ? 'images_moved_after_signing' : 'images_moved_after_preliminary';
}
