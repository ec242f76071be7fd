import { types } from 'node:util';

const MAX_DEPTH = 4;
const MAX_ERRORS = 10;
/** What a log line says of an error besides its name, message and stack: names of things in the program and the schema. */
const FIELDS = ['code', 'constraint', 'table', 'column', 'routine'] as const;

export interface LoggedError {
  type: string;
  message: string;
  stack?: string;
  cause?: LoggedError;
  errors?: LoggedError[];
  code?: string;
  constraint?: string;
  table?: string;
  column?: string;
  routine?: string;
}

/**
 * An error as a log line may hold it. Everything else that hangs on an error stays out: the parameters of a statement
 * and Postgres's `detail` ("Failing row contains …") and `where` are rows, and rows are patients.
 */
export function loggedError(error: unknown, depth = 0): LoggedError {
  if (!isError(error))
    return { type: typeof error, message: typeof error === 'string' ? error : 'no error was thrown' };
  const message = loggedMessage(error);
  const { cause, errors } = error as { cause?: unknown; errors?: unknown };
  const deeper = depth < MAX_DEPTH;
  return {
    type: error.name,
    message,
    stack: [`${error.name}: ${message}`, ...framesOf(error)].join('\n'),
    ...fieldsOf(error),
    ...(deeper && isError(cause) ? { cause: loggedError(cause, depth + 1) } : {}),
    ...(deeper && Array.isArray(errors)
      ? { errors: errors.slice(0, MAX_ERRORS).map((one) => loggedError(one, depth + 1)) }
      : {}),
  };
}

/**
 * The message, without the values that Postgres ("invalid input syntax for type integer: "…"") and `JSON.parse`
 * ("… "…" is not valid JSON") quote in theirs: it ends before the first quotation mark or colon.
 */
export function loggedMessage(error: Error): string {
  const quotesValues = isSqlState((error as { code?: unknown }).code) || error.name === 'SyntaxError';
  return quotesValues ? (/^[^"'“”„«:：]*/.exec(error.message)?.[0] ?? '').trim() : error.message;
}

export function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value);
}

/** Five capitals and digits, at least one of them a digit: `EPIPE` and its like are the operating system's. */
function isSqlState(code: unknown): boolean {
  return typeof code === 'string' && /^(?=.*\d)[0-9A-Z]{5}$/.test(code);
}

/** The stack begins with the whole message, over any number of lines; only the frames after it are taken. */
function framesOf({ message, stack = '' }: Error): string[] {
  return stack
    .slice(Math.max(0, stack.indexOf(message)) + message.length)
    .split('\n')
    .filter((line) => line.startsWith('    at '));
}

function fieldsOf(error: Error): Partial<Record<(typeof FIELDS)[number], string>> {
  const values = error as Partial<Record<(typeof FIELDS)[number], unknown>>;
  return Object.fromEntries(
    FIELDS.flatMap((field) => {
      const value = values[field];
      return typeof value === 'string' || typeof value === 'number' ? [[field, String(value)]] : [];
    }),
  );
}
