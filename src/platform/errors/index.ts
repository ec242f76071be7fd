export { DomainError, defineErrors, commonErrors } from './domain-error';
export type { ErrorCategory, ErrorKind, ErrorParams } from './domain-error';
