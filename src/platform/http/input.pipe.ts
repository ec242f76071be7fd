import { StandardSchemaValidationPipe } from '@nestjs/common';
import { z } from 'zod';
import { commonErrors, DomainError } from '../errors';

// What a schema does not word itself is said in Chinese too.
z.config(z.locales.zhCN());

interface Issue {
  readonly message: string;
  /** Set by zod on an unknown-field issue. */
  readonly keys?: readonly string[];
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

function pathOf(issue: Issue): string {
  const path = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part));
  return [...path, ...(issue.keys?.slice(0, 1) ?? [])].join('.') || 'body';
}

/**
 * Checks every `@Body({schema})`, `@Query({schema})` and `@Param(name, {schema})` against its zod schema. The error
 * names the first field and lists all of them.
 */
export const inputPipe = (): StandardSchemaValidationPipe =>
  new StandardSchemaValidationPipe({
    exceptionFactory: (issues: readonly Issue[]) => {
      const problems = issues.slice(0, 20).map((issue) => ({ field: pathOf(issue), problem: issue.message }));
      return new DomainError(commonErrors.invalid_input, { ...problems[0], problems });
    },
  });
