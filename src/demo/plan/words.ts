import type { ReportText } from '../synthetic';

/** What the demo's people say to each other, beside their reports. */
export const WORDS = {
  reject: '所见与诊断意见不一致，请核对后重新提交。',
  retake: { code: 'Q01', wanted: 'retake', note: '体位不标准，请重拍。' },
  withdraw: '患者已转上级医院检查',
  void: '重复登记',
  hold: '申请单与影像上的姓名不一致，正在核实',
  parkWriting: '等待卫生院补送既往片',
  parkReview: '与书写医师核对病史',
  consult: {
    question: '病变性质请会诊：倾向良性还是需要进一步检查？',
    opinion: '同意现有所见，倾向良性改变，建议随访复查。',
  },
  amend: '复核影像：漏述主动脉结钙化',
  addendum: {
    reason: '卫生院补送既往片',
    findings: '与补送的既往片对照，所见较前无明显变化。',
    impression: '',
  },
  demographics: '身份证原件：姓名末字登记时录入有误',
  voided: '影像属另一患者，传错检查',
  recall: '审签后发现描述遗漏，请补充后重新提交',
  critical: { measures: '已开放静脉通路，联系救护车转县级医院。' },
  important: '肺结节，性质待定',
  referral: {
    urgency: 'urgent',
    reason: '肠梗阻，卫生院无手术条件，申请转诊',
    arrangement: '请即转急诊外科，已预留床位。',
    answer: '患者已收住院，保守治疗后缓解，一周后回当地随访。',
  },
  question: '患者询问两周后是否需要复查，报告未写明，请补充说明。',
  reply: '建议两周后复查，如症状加重随时就诊。',
  teaching: { topic: '典型征象', note: '读片会讨论：征象典型，适合初学者。' },
  told: { how: '电话', note: '患者表示理解，次日来院换取新报告。' },
} as const;

/** The signed text with what its correction adds; for a chest film. */
export const correctionOf = (report: ReportText): ReportText => ({
  ...report,
  findings: `${report.findings}主动脉结见弧形钙化。`,
  impression: `${report.impression}\n主动脉硬化。`,
});

/** The name as the identity card has it: its last character is another one than the clinic typed. */
export const nameOnCard = (name: string): string => name.replace(/.$/u, (last) => (last === '华' ? '骅' : '华'));
