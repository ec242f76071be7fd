import { z } from 'zod';
import { page, uuid } from '../platform/http';

export const auditListSchema = z.strictObject({
  subject: uuid.optional(),
  action: z.string().max(100).optional(),
  ...page,
});
export type AuditList = z.infer<typeof auditListSchema>;
