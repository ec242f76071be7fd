import { defineErrors } from '../../platform/errors';

/**
 * Conflicts carry the exam's present `state` in `params`, and of an amendment its `fence`, `version` and `imageSet`.
 */
export const revisionErrors = defineErrors({
  report_recalled: ['conflict', '该版本报告已被召回，不能查看、打印或下载；请等待新的报告'],
  recall_too_late: ['conflict', '申请机构已{howName}该报告，不能召回；请走更正'],
  not_recallable: ['conflict', '只能召回最新的正式报告；其他情形请走更正'],
  not_the_signer: ['forbidden', '须由该报告的审签医师或科主任办理'],
  revision_open: ['conflict', '该报告已有一项未完成的{kindName}，请先完成或取消'],
  amendment_state: ['conflict', '该{kindName}当前为“{amendmentStateName}”，不能进行此操作'],
  amendment_released: ['conflict', '该{kindName}已放开（{reason}），请先接手再继续书写'],
  /** The refusal of a save; the list's of that name speaks of taking back. */
  not_the_writer: ['conflict', '该{kindName}已由其他医师书写，不能保存'],
  amendment_yours: ['conflict', '该{kindName}已由您本人书写'],
  already_theirs: ['conflict', '该{kindName}已由接手医师本人书写'],
  not_a_writer: ['conflict', '接手医师不能书写并提交报告'],
  amendment_unchanged: ['conflict', '更正后的报告与原报告相同，没有可审签的更正'],
  addendum_empty: ['conflict', '补充内容不能为空'],
  no_report_stands: ['conflict', '该检查没有有效的报告，不能作废报告'],
  demographics_decided: ['conflict', '该信息更正申请已处理'],
  demographics_asked: ['conflict', '该检查已有一项待处理的信息更正申请'],
  demographics_same: ['conflict', '要更正的内容与现有信息相同'],
  other_exam_same: ['invalid', '另一项检查不能是本检查'],
  preliminary_never: ['conflict', '本县不签发 {modality} 检查的临时报告，请提交审核'],
  preliminary_not_on_call: ['conflict', '现为值班时间且本院不止一人在岗，普通检查不能签发临时报告，请提交审核'],
  late_images_answered: ['conflict', '该提示已处理'],
});
