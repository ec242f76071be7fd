import { defineErrors } from '../platform/errors';

export const signatureErrors = defineErrors({
  signer_unavailable: ['unavailable', '电子签名服务暂时不可用，报告没有签发，请稍后再试或联系管理员'],
});
