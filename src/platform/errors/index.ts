export { DomainError, defineErrors, commonErrors } from './domain-error';
export type { ErrorCategory, ErrorKind, ErrorParams } from './domain-error';
export { fieldName, nameFields } from './field-names';
export type { FieldNames } from './field-names';
