import { defineErrors } from '../platform/errors';

export const identityErrors = defineErrors({
  bad_credentials: ['unauthenticated', '用户名或密码不正确'],
  login_throttled: ['limited', '登录失败次数过多，请 {retryAfterSeconds} 秒后再试'],
  current_password_wrong: ['invalid', '当前密码不正确'],
  csrf_missing: ['forbidden', '页面已过期，请刷新后重试'],
  username_taken: ['conflict', '用户名 {username} 已被使用'],
  grant_invalid: ['invalid', '岗位设置有误：{problem}'],
  own_rights: ['forbidden', '本人的岗位、职称、执业信息和启停状态须由其他管理员修改'],
  supervisor_invalid: ['invalid', '带教医师设置有误：{problem}'],
  password_too_weak: ['invalid', '密码至少 10 位，且不能与用户名相同'],
  key_revoked: ['conflict', '该密钥已停用'],
});
