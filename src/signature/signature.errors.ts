import { defineErrors } from '../platform/errors';

export const signatureErrors = defineErrors({
  signer_unavailable: ['unavailable', '电子签名服务暂时不可用，报告没有签发，请稍后再试或联系管理员'],
  picture_too_large: ['too_large', '签名图片不能超过 {kilobytes} KB，请裁剪后再上传'],
  picture_type: ['unsupported', '签名图片须为 PNG 或 JPEG'],
  picture_form: ['unsupported', '这种 PNG 或 JPEG（隔行、渐进式、16 位、CMYK 等）打印不了，请另存为普通 PNG 或 JPEG'],
  picture_damaged: ['invalid', '签名图片已损坏或不完整，请重新导出后再上传'],
  picture_size: ['invalid', '签名图片须宽 {minWidth}–{maxWidth}、高 {minHeight}–{maxHeight} 像素，请裁剪到签名部分'],
});
