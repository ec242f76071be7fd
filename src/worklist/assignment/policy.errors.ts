import { defineErrors } from '../../platform/errors';

/** `params.field` names the input that is at fault. */
export const policyErrors = defineErrors({
  policy_changed: ['conflict', '设置已被他人修改，请刷新后重试'],
  sla_rule_missing: ['invalid', '{field}：缺少适用于全部检查的 {priority} 时限'],
  sla_rule_twice: ['invalid', '{field}：与另一条时限的适用范围完全相同'],
  policy_site_unknown: ['invalid', '{field}：不是本县的卫生院或医院'],
  quota_empty: ['invalid', '{field}：按配额分配时，至少一家医院的权重须大于 0'],
});
