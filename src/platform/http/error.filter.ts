import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { Response } from 'express';
import { isOutOfReach } from '../database';
import { commonErrors, DomainError, type ErrorCategory, type ErrorParams, messageOf } from '../errors';
import { Logger } from '../logging';
import type { CicRequest } from './access.decorator';
import type { FieldNames } from './field-names';

const STATUS: Readonly<Record<ErrorCategory, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  not_acceptable: 406,
  conflict: 409,
  gone: 410,
  too_large: 413,
  unsupported: 415,
  limited: 429,
  internal: 500,
  unavailable: 503,
  not_yet: 503,
  no_space: 507,
};

/** The only place that turns errors into HTTP. Body: `{code, message, params, requestId}`; nothing internal leaks. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    private readonly fieldNames: FieldNames,
  ) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const req = http.getRequest<CicRequest>();
    const res = http.getResponse<Response>();
    const error = toDomainError(exception, req.requestId);
    const status = STATUS[error.kind.category];
    if (isFailure(error))
      this.logger.failure(exception, { requestId: req.requestId, code: error.code }, 'request failed');
    if (res.headersSent) {
      // A stream was under way: cutting the connection is the only honest signal left.
      res.destroy();
      return;
    }
    if (typeof error.params['retryAfterSeconds'] === 'number')
      res.setHeader('Retry-After', error.params['retryAfterSeconds']);
    res
      .status(status)
      .json({ code: error.code, message: this.message(error, req), params: error.params, requestId: req.requestId });
  }

  /** What the person at the screen reads, who does not know the API's names for what he fills in. */
  private message({ kind, params, message }: DomainError, req: CicRequest): string {
    const { field } = params;
    if (typeof field !== 'string') return message;
    // No route: the request was refused before one was found for it.
    const { path } = (req.route ?? {}) as { readonly path?: string };
    return messageOf(kind, { ...params, field: this.fieldNames.of(field, path) });
  }
}

/** Whether something went wrong here, which the operator is to know of, and not only for this caller. */
function isFailure({ kind: { category } }: DomainError): boolean {
  return STATUS[category] >= 500 && category !== 'not_yet';
}

interface HttpFault {
  readonly type?: string;
  readonly code?: string;
  readonly status?: number;
}

function toDomainError(exception: unknown, requestId: string): DomainError {
  if (exception instanceof DomainError) return exception;
  if (isOutOfReach(exception)) return new DomainError(commonErrors.unavailable, { retryAfterSeconds: 5 });
  return callersFault(exception) ?? new DomainError(commonErrors.internal, { requestId });
}

/** What the body parser, the router or Nest refused; undefined for everything else. Nest keeps the first two as cause. */
function callersFault(exception: unknown): DomainError | undefined {
  const nest = exception instanceof HttpException ? exception : undefined;
  const fault = Object(nest?.cause ?? exception) as HttpFault;
  const status = nest?.getStatus() ?? fault.status;
  if (status === undefined || status < 400 || status >= 500) return undefined;
  if (status === 404) return new DomainError(commonErrors.not_found);
  if (status === 413) return new DomainError(commonErrors.body_too_large);
  if (status === 415) return new DomainError(commonErrors.unsupported_media, wantedMedia(fault.type));
  return new DomainError(commonErrors.invalid_input, wrongRequest(fault));
}

function wantedMedia(type: string | undefined): ErrorParams {
  if (type === 'encoding.unsupported') return { field: 'Content-Encoding', expected: 'identity, gzip, deflate, br' };
  return { field: 'Content-Type', expected: 'application/json; charset=utf-8' };
}

function wrongRequest(fault: HttpFault): ErrorParams {
  if (fault instanceof URIError) return { field: 'path', problem: '含有无法识别的编码' };
  if (fault.type?.startsWith('request.')) return { field: 'body', problem: '请求不完整' };
  // What does not unpack as its Content-Encoding says has no type, only the code of zlib.
  if (fault.type?.startsWith('entity.') || fault.code?.startsWith('Z_'))
    return { field: 'body', problem: '不是有效的 JSON' };
  return { field: 'request', problem: '无法处理' };
}
