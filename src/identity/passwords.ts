import { hash, verify } from '@node-rs/argon2';
import { DomainError } from '../platform/errors';
import { identityErrors } from './identity.errors';

/** OWASP's argon2id parameters: 19 MiB, 2 passes, 1 lane; about 15 ms here, off the event loop. */
const ARGON2ID = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export const hashPassword = (password: string): Promise<string> => hash(password, ARGON2ID);
export const verifyPassword = (passwordHash: string, password: string): Promise<boolean> =>
  verify(passwordHash, password, ARGON2ID);

export const MIN_PASSWORD = 10;
export const MAX_PASSWORD = 200;

/** Beyond its length (the schemas ask for that). @throws DomainError `password_too_weak` */
export function requireGoodPassword(username: string, password: string, field: string): void {
  if (password.toLowerCase() === username) throw new DomainError(identityErrors.password_too_weak, { field });
}
