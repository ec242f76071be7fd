/** Why a radiologist gives an exam back to the clinic (退回原因), and what is wanted of it. */
export const RETURN_CODES = {
  Q01: '体位不标准',
  Q02: '曝光不足/过度',
  Q03: '运动/呼吸伪影',
  Q04: '体外异物伪影',
  Q05: '扫描/照射范围不足',
  Q06: '左右标志缺失或错误',
  Q07: '缺序列/缺图/图像损坏',
  Q08: '缺骨窗/肺窗等重建',
  P01: '患者信息不符',
  P02: '检查部位与申请不符',
  C01: '缺临床病史/诊断',
  C02: '缺既往片',
  D01: '重复上传',
  X99: '其他',
} as const;
export type ReturnCode = keyof typeof RETURN_CODES;
export const RETURN_CODE_LIST = Object.keys(RETURN_CODES) as [ReturnCode, ...ReturnCode[]];

export const WANTED = { retake: '重拍', rescan: '补扫', supplement: '补资料' } as const;
export type Wanted = keyof typeof WANTED;
export const WANTED_LIST = Object.keys(WANTED) as [Wanted, ...Wanted[]];
