import { defineErrors } from '../platform/errors';

/** Conflicts carry the present `state`, `fence`, `version` and `imageSet` in `params`, as far as the caller may see them. */
export const reportingErrors = defineErrors({
  stale_annexes: ['conflict', '会诊意见有变化，请阅读后再审签'],
  stale_version: ['conflict', '报告草稿已有更新（现为第 {version} 次保存），请刷新后再试'],
  text_outdated: [
    'conflict',
    '书写之后，影像被移出、替换或登记的患者有变，请对照现有影像和患者信息核对全文，保存后再提交或审签',
  ],
  report_empty: ['conflict', '影像所见和诊断意见都还没有填写，不能提交'],
  report_unfinished: ['conflict', '报告尚未写完，不能审签：缺少{missingNames}'],
  licence_invalid: ['conflict', '{problem}，不能{act}'],
  exam_data_missing: ['conflict', '检查资料不全，不能审签：缺少{missingNames}'],
  not_submitted: ['conflict', '没有待审核的提交，不能审签'],
  kind_not_allowed: ['conflict', '该检查已有审签的报告，请走更正或补充'],
  lint_errors: ['conflict', '校对发现 {count} 处必须改正的错误，不能审签，请查看校对结果'],
  copied_from_another: ['forbidden', '所复制的报告不是该患者的既往报告，不能复制；通用文字请使用模板或短语'],
  copied_not_standing: ['forbidden', '该报告已撤销、作废或其检查身份存疑，不能引用'],
  unknown_version: ['invalid', '没有这份已签发的报告，不能标为复制来源'],
  supervisor_missing: ['conflict', '没有登记带教医师，或带教医师已停用，不能呈交'],
  not_held: ['conflict', '该检查不在您手中，不能打印草稿'],
  unknown_code: ['not_found', '没有这个验证码对应的报告，请核对后再试'],
});
