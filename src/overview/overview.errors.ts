import { defineErrors } from '../platform/errors';

export const overviewErrors = defineErrors({
  hospital_missing: ['invalid', '请选择医院'],
});
