import { z } from 'zod';
import { page, text, uuid } from '../platform/http';

export const auditListSchema = z.strictObject({
  subject: uuid.optional(),
  action: text(100).optional(),
  ...page,
});
export type AuditList = z.infer<typeof auditListSchema>;
