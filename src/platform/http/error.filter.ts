import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { Response } from 'express';
import { commonErrors, DomainError, type ErrorCategory } from '../errors';
import { Logger } from '../logging';
import type { CicRequest } from './access.decorator';

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
  constructor(private readonly logger: Logger) {}

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
      .json({ code: error.code, message: error.message, params: error.params, requestId: req.requestId });
  }
}

/** Whether something went wrong here, which the operator is to know of, and not only for this caller. */
function isFailure({ kind: { category } }: DomainError): boolean {
  return STATUS[category] >= 500 && category !== 'not_yet';
}

interface BodyParserError {
  type?: string;
  status?: number;
}

function toDomainError(exception: unknown, requestId: string): DomainError {
  if (exception instanceof DomainError) return exception;
  const { type, status } = exception as BodyParserError;
  if (type === 'entity.too.large') return new DomainError(commonErrors.body_too_large);
  if (type?.startsWith('entity.') || type?.startsWith('charset.') || type?.startsWith('encoding.')) {
    return new DomainError(commonErrors.invalid_input, { field: 'body', problem: '不是有效的 JSON' });
  }
  if (type?.startsWith('request.'))
    return new DomainError(commonErrors.invalid_input, { field: 'body', problem: '请求不完整' });
  const httpStatus = exception instanceof HttpException ? exception.getStatus() : status;
  if (httpStatus === 404) return new DomainError(commonErrors.not_found);
  if (httpStatus !== undefined && httpStatus >= 400 && httpStatus < 500) {
    return new DomainError(commonErrors.invalid_input, { field: 'request', problem: '无法处理' });
  }
  return new DomainError(commonErrors.internal, { requestId });
}
