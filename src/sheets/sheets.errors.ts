import { defineErrors } from '../platform/errors';

export const sheetsErrors = defineErrors({
  pdf_not_ready: ['not_yet', '报告正在排版，请稍后再试'],
});
