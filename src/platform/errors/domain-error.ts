/** What went wrong, in the caller's terms; the HTTP filter alone knows which status that is. */
export type ErrorCategory =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'not_acceptable'
  | 'conflict'
  | 'gone'
  | 'too_large'
  | 'unsupported'
  | 'limited'
  | 'internal'
  | 'unavailable'
  /** All is well, what was asked for is on its way: come back after `retryAfterSeconds`. */
  | 'not_yet'
  | 'no_space';

export interface ErrorKind {
  readonly code: string;
  readonly category: ErrorCategory;
  /** Chinese sentence for the person at the screen; `{name}` is replaced by `params.name`. */
  readonly message: string;
}

export type ErrorParams = Readonly<Record<string, unknown>>;

/** The one error that domain code throws. `params` never hold patient data: they go into answers and logs. */
export class DomainError extends Error {
  constructor(
    readonly kind: ErrorKind,
    readonly params: ErrorParams = {},
  ) {
    super(messageOf(kind, params));
    this.name = 'DomainError';
  }

  get code(): string {
    return this.kind.code;
  }
}

/** The kind's sentence about these params; what they do not have stays as it stands. */
export function messageOf({ message }: ErrorKind, params: ErrorParams): string {
  return message.replace(/\{(\w+)\}/g, (whole, name: string) => (name in params ? String(params[name]) : whole));
}

type Spec = readonly [category: ErrorCategory, message: string];

/** Declares a slice's errors: `defineErrors({ stale_fence: ['conflict', '…'] })` → `{ stale_fence: ErrorKind }`. */
export function defineErrors<T extends Record<string, Spec>>(specs: T): { readonly [K in keyof T]: ErrorKind } {
  const kinds = Object.entries(specs).map(
    ([code, [category, message]]) => [code, { code, category, message }] as const,
  );
  return Object.fromEntries(kinds) as unknown as { readonly [K in keyof T]: ErrorKind };
}

export const commonErrors = defineErrors({
  invalid_input: ['invalid', '输入有误：{field} {problem}'],
  not_found: ['not_found', '没有找到所请求的内容'],
  unauthenticated: ['unauthenticated', '请先登录'],
  forbidden: ['forbidden', '没有权限进行此操作'],
  state_conflict: ['conflict', '当前状态不允许此操作'],
  body_too_large: ['too_large', '提交的内容过大'],
  unsupported_media: ['unsupported', '不支持的内容类型'],
  rate_limited: ['limited', '请求过于频繁，请稍后再试'],
  unavailable: ['unavailable', '服务暂时不可用，请稍后再试'],
  disk_full: ['no_space', '存储空间不足，暂不接收影像'],
  internal: ['internal', '系统内部错误，请把编号 {requestId} 告诉管理员'],
});
