import { z } from 'zod';
import { page, text, uuid } from '../platform/http';
import { MAX_PASSWORD, MIN_PASSWORD } from './passwords';
import { ROLE_NAMES, type RoleName } from './roles';

export const loginSchema = z.strictObject({
  username: text(100),
  password: z.string().min(1, '不能为空').max(MAX_PASSWORD),
  otp: z.string().max(20).optional(),
});
export type Login = z.infer<typeof loginSchema>;

const newPassword = z.string().min(MIN_PASSWORD, `密码至少 ${MIN_PASSWORD} 位`).max(MAX_PASSWORD);

export const ownPasswordSchema = z.strictObject({
  currentPassword: z.string().min(1, '不能为空').max(MAX_PASSWORD),
  newPassword,
});
export type OwnPasswordInput = z.infer<typeof ownPasswordSchema>;

const username = z.string().regex(/^[a-z][a-z0-9._-]{2,39}$/, '须为 3–40 位小写字母、数字或 . _ -，以字母开头');
const grant = z.strictObject({
  role: z.enum(ROLE_NAMES as [RoleName, ...RoleName[]]),
  clinicId: uuid.optional(),
  hospitalId: uuid.optional(),
});
const person = {
  name: text(50),
  title: text(50).optional(),
  licenceNumber: text(50).optional(),
  licenceValidUntil: z.iso.date('须为日期').optional(),
  supervisorId: uuid.optional(),
  phone: text(30).optional(),
};

export const createPersonSchema = z.strictObject({
  username,
  password: newPassword,
  ...person,
  grants: z.array(grant).min(1, '至少一个岗位').max(20),
});
export type CreatePerson = z.infer<typeof createPersonSchema>;

export const changePersonSchema = z
  .strictObject({
    ...person,
    active: z.boolean(),
    grants: z.array(grant).min(1).max(20),
    password: newPassword,
  })
  .partial();
export type ChangePerson = z.infer<typeof changePersonSchema>;

export const peopleListSchema = z.strictObject({ q: text(50).optional(), ...page });
export type PeopleList = z.infer<typeof peopleListSchema>;

export const createKeySchema = z.strictObject({ clinicId: uuid, label: text(50) });
export type CreateKey = z.infer<typeof createKeySchema>;
