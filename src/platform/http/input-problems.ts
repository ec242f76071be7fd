import type { z } from 'zod';

type Issue = z.core.$ZodRawIssue;

const KINDS: Readonly<Record<string, string>> = {
  string: '文字',
  number: '数字',
  nan: '数字',
  int: '整数',
  bigint: '整数',
  boolean: '是或否',
  array: '列表',
  tuple: '列表',
  set: '列表',
  object: 'JSON 对象',
  record: 'JSON 对象',
  date: '日期',
};

/** How many unknown fields are named: a hostile body may have as many as fit into it. */
const NAMED_KEYS = 5;

/** What is wrong with an input, in the words of the person who filled it in, where its schema does not say so itself. */
export function problemInChinese(issue: Issue): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return unknownFields(issue.keys);
    case 'invalid_type':
      return issue.input === undefined ? '必填' : wrongKind(issue.expected);
    case 'invalid_value':
      return issue.input === undefined ? '必填' : oneOf(issue.values);
    case 'invalid_union':
      if (issue.input === undefined) return '必填';
      return Array.isArray(issue.options) ? oneOf(issue.options) : '格式不对';
    case 'too_big':
      return tooBig(issue);
    case 'too_small':
      return tooSmall(issue);
    case 'not_multiple_of':
      return `须为 ${issue.divisor} 的倍数`;
    default:
      return '格式不对';
  }
}

function oneOf(values: readonly unknown[]): string {
  return `只能是 ${values.map(String).join('、')}`;
}

function unknownFields(keys: readonly string[]): string {
  const named = keys.slice(0, NAMED_KEYS).join('、');
  return `不认识的字段：${named}${keys.length > NAMED_KEYS ? ` 等 ${keys.length} 个` : ''}`;
}

function wrongKind(expected: string): string {
  const kind = KINDS[expected];
  return kind ? `须为${/^[A-Z]/.test(kind) ? ' ' : ''}${kind}` : '格式不对';
}

/** What a size is counted in; undefined for a number, which is a size itself. */
function unitOf(origin: string): string | undefined {
  if (origin === 'string') return '个字';
  return ['array', 'set', 'map'].includes(origin) ? '项' : undefined;
}

function tooBig({ origin, maximum, inclusive, exact }: Extract<Issue, { code: 'too_big' }>): string {
  const unit = unitOf(origin);
  if (unit) return exact ? `须为 ${maximum} ${unit}` : `不能超过 ${maximum} ${unit}`;
  return inclusive ? `不能大于 ${maximum}` : `须小于 ${maximum}`;
}

function tooSmall({ origin, minimum, inclusive, exact }: Extract<Issue, { code: 'too_small' }>): string {
  const unit = unitOf(origin);
  if (unit && exact) return `须为 ${minimum} ${unit}`;
  if (unit) return Number(minimum) === 1 ? '不能为空' : `至少 ${minimum} ${unit}`;
  return inclusive ? `不能小于 ${minimum}` : `须大于 ${minimum}`;
}
