export { DomainError, defineErrors, commonErrors, messageOf } from './domain-error';
export type { ErrorCategory, ErrorKind, ErrorParams } from './domain-error';
