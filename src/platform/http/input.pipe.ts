import { type ArgumentMetadata, type PipeTransform, StandardSchemaValidationPipe } from '@nestjs/common';
import { z } from 'zod';
import { commonErrors, DomainError } from '../errors';
import { problemInChinese } from './input-problems';

z.config({ localeError: problemInChinese });

interface Issue {
  readonly message: string;
  /** Set by zod on an unknown-field issue. */
  readonly keys?: readonly string[];
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** Where the issue is, as the caller named it: a list in a query is one parameter, so its elements have no number. */
function fieldOf(issue: Issue, { type, data }: ArgumentMetadata): string {
  const path = (issue.path ?? []).map((part) => (typeof part === 'object' ? part.key : part));
  const named = type === 'query' ? path.filter((part) => typeof part !== 'number') : path;
  const argument = type === 'param' || type === 'query' ? (data ?? []) : [];
  return [argument, named, issue.keys?.slice(0, 1) ?? []].flat().map(String).join('.') || 'body';
}

function refusal(issues: readonly Issue[], argument: ArgumentMetadata): DomainError {
  const problems = issues.slice(0, 20).map((issue) => ({ field: fieldOf(issue, argument), problem: issue.message }));
  return new DomainError(commonErrors.invalid_input, { ...problems[0], problems });
}

/**
 * Checks every `@Body({schema})`, `@Query({schema})` and `@Param(name, {schema})` against its zod schema. The error
 * names the first field and lists all of them.
 */
export const inputPipe = (): PipeTransform => ({
  transform: (value: unknown, argument: ArgumentMetadata): Promise<unknown> =>
    new StandardSchemaValidationPipe({
      exceptionFactory: (issues: readonly Issue[]) => refusal(issues, argument),
    }).transform(value, argument),
});
