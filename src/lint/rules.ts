import type { LintCode, Severity } from './lint.types';

interface RuleSpec {
  readonly code: LintCode;
  readonly severity: Severity;
  /** What is wrong; {…} are filled with the hit's own words. */
  readonly message: string;
  /** Why it matters, or what to do. */
  readonly explanation: string;
}

/**
 * The rules as data. Only what is wrong whatever the images show is an error and blocks the signature: an unfilled template,
 * no impression, another sex, the other side than the exam's.
 */
export const RULES = {
  side_of_exam: {
    code: 'LATERALITY',
    severity: 'error',
    message: '检查部位为{expected}，报告写为“{phrase}”',
    explanation: '侧别与检查不符，请核对图像左右标志后改正。',
  },
  both_sides_of_one_sided_exam: {
    code: 'LATERALITY',
    severity: 'error',
    message: '本检查仅为{expected}，报告写为“{phrase}”',
    explanation: '报告描述了未检查的一侧，请核对。',
  },
  side_within_report: {
    code: 'LATERALITY',
    severity: 'warning',
    message: '诊断意见“{phrase}”与影像所见中的侧别（{expected}）不一致',
    explanation: '请核对病变的左右侧。',
  },
  organ_of_other_sex: {
    code: 'SEX_ORGAN',
    severity: 'error',
    message: '患者为{expected}，报告出现“{phrase}”',
    explanation: '脏器与性别不符，请核对患者与模板。',
  },
  absent_organ: {
    code: 'ABSENT_ORGAN',
    severity: 'warning',
    message: '病史提示“{expected}”，报告写有“{phrase}”',
    explanation: '已切除或缺如的脏器不应按存在描述，请核对。',
  },
  mixed_units: {
    code: 'UNIT',
    severity: 'warning',
    message: '同一测量混用单位：“{phrase}”',
    explanation: '请统一为 cm 或 mm。',
  },
  missing_unit: {
    code: 'UNIT',
    severity: 'warning',
    message: '测量值缺少单位：“{phrase}”',
    explanation: '请补充 cm 或 mm。',
  },
  impossible_size: {
    code: 'UNIT',
    severity: 'warning',
    message: '“{phrase}”不符合{expected}的合理范围',
    explanation: '请核对数值与单位（cm/mm）。',
  },
  impossible_value: {
    code: 'UNIT',
    severity: 'warning',
    message: '“{phrase}”不符合{expected}的合理范围',
    explanation: '请核对数值与单位。',
  },
  wrong_unit: {
    code: 'UNIT',
    severity: 'warning',
    message: '“{phrase}”的单位不适用于{expected}',
    explanation: '请核对单位。',
  },
  size_within_report: {
    code: 'UNIT',
    severity: 'warning',
    message: '诊断意见“{phrase}”与影像所见“{expected}”相差10倍',
    explanation: '请核对数值与单位（cm/mm）。',
  },
  template_residue: {
    code: 'TEMPLATE_RESIDUE',
    severity: 'error',
    message: '{section}有未处理的模板内容“{phrase}”',
    explanation: '请选定或填写后再提交。',
  },
  heading_of_other_part: {
    code: 'TEMPLATE_RESIDUE',
    severity: 'warning',
    message: '检查部位为{expected}，{section}的标题为“{phrase}”',
    explanation: '请核对是否用错模板。',
  },
  sentence_of_other_part: {
    code: 'TEMPLATE_RESIDUE',
    severity: 'warning',
    message: '检查部位为{expected}，{section}写有“{phrase}”',
    explanation: '本检查不能显示该部位，请核对是否残留其他部位的模板内容。',
  },
  repeated_phrase: {
    code: 'TEMPLATE_RESIDUE',
    severity: 'warning',
    message: '{section}重复“{phrase}”',
    explanation: '请删除重复内容并核对是否漏写。',
  },
  sex_in_text: {
    code: 'PATIENT_DATA',
    severity: 'error',
    message: '患者为{expected}，报告写为“{phrase}”',
    explanation: '请核对是否为同一患者的报告。',
  },
  name_in_text: {
    code: 'PATIENT_DATA',
    severity: 'warning',
    message: '报告写为“{phrase}”，申请写为“{expected}”',
    explanation: '请核对是否为同一患者的报告。',
  },
  identity_in_text: {
    code: 'PATIENT_DATA',
    severity: 'warning',
    message: '报告正文写有可识别个人身份的信息“{phrase}”',
    explanation: '请核对是否为本患者，并从正文中删除。',
  },
  age_in_text: {
    code: 'PATIENT_DATA',
    severity: 'warning',
    message: '患者年龄为{expected}，报告写为“{phrase}”',
    explanation: '请核对是否为同一患者的报告。',
  },
  other_modality: {
    code: 'PATIENT_DATA',
    severity: 'warning',
    message: '本检查为{expected}，报告写为“{phrase}”',
    explanation: '检查方法与设备类型不符，请核对是否用错模板。',
  },
  other_body_part: {
    code: 'PATIENT_DATA',
    severity: 'warning',
    message: '检查部位为{expected}，报告内容为“{phrase}”',
    explanation: '报告未描述所检查的部位，请核对是否用错模板或写错患者。',
  },
  empty_impression: {
    code: 'EMPTY_IMPRESSION',
    severity: 'error',
    message: '诊断意见没有实际内容：“{phrase}”',
    explanation: '请写明诊断意见。',
  },
  normal_impression: {
    code: 'CONTRADICTION',
    severity: 'warning',
    message: '影像所见描述“{expected}”，诊断意见为“{phrase}”',
    explanation: '所见与诊断意见矛盾，请核对。',
  },
  denied_in_findings: {
    code: 'CONTRADICTION',
    severity: 'warning',
    message: '诊断意见为“{phrase}”，影像所见写有“{expected}”',
    explanation: '所见与诊断意见矛盾，请核对。',
  },
  denied_in_impression: {
    code: 'CONTRADICTION',
    severity: 'warning',
    message: '影像所见描述“{expected}”，诊断意见写有“{phrase}”',
    explanation: '所见与诊断意见矛盾，请核对。',
  },
  other_level: {
    code: 'CONTRADICTION',
    severity: 'warning',
    message: '诊断意见为“{phrase}”，影像所见描述的是“{expected}”',
    explanation: '节段、序号不一致，请核对。',
  },
  other_region: {
    code: 'CONTRADICTION',
    severity: 'warning',
    message: '诊断意见为“{phrase}”，影像所见描述的部位是“{expected}”',
    explanation: '病变部位不一致，请核对。',
  },
  not_in_findings: {
    code: 'CONTRADICTION',
    severity: 'warning',
    message: '诊断意见为“{phrase}”，影像所见中没有相应描述',
    explanation: '请在影像所见中补充描述或修改诊断意见。',
  },
  two_statements: {
    code: 'CONTRADICTION',
    severity: 'warning',
    message: '报告既写“{phrase}”，又写“{expected}”',
    explanation: '两处描述矛盾，请核对。',
  },
  positive_but_normal: {
    code: 'CONTRADICTION',
    severity: 'warning',
    message: '阳性标志为阳性，诊断意见为“{phrase}”',
    explanation: '请核对阳性标志。',
  },
  negative_but_lesion: {
    code: 'CONTRADICTION',
    severity: 'warning',
    message: '阳性标志为阴性，诊断意见为“{phrase}”',
    explanation: '请核对阳性标志。',
  },
} as const satisfies Record<string, RuleSpec>;

export type RuleId = keyof typeof RULES;

/** One breach of a rule, before it is put into words. */
export interface Hit {
  readonly rule: RuleId;
  readonly phrase: string;
  readonly expected?: string;
  readonly section?: string;
}
