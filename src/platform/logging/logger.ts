import { Injectable, type LoggerService } from '@nestjs/common';
import pino, { type Logger as Pino } from 'pino';
import { Config } from '../config';
import { isError, loggedError, loggedMessage } from './logged-error';

/** Keys whose values never reach a log line, whatever object they hang on. */
const REDACTED = [
  'password',
  'otp',
  'secret',
  'token',
  'authorization',
  'cookie',
  'patientName',
  'patient',
  'idNumber',
  'phone',
];

/**
 * Structured logs, one JSON object a line on standard error. Ids only: no patient data, no secrets. Messages are in
 * English for the operator; what a person at the screen reads comes from the error catalogue.
 */
@Injectable()
export class Logger implements LoggerService {
  readonly pino: Pino;

  constructor(config: Config) {
    const paths = REDACTED.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);
    this.pino = pino(
      {
        level: config.env.LOG_LEVEL,
        base: { role: config.env.ROLE, pid: process.pid },
        redact: { paths, censor: '[redacted]' },
        serializers: { err: loggedError },
      },
      pino.destination({ dest: 2, sync: false }),
    );
  }

  info(fields: object, message: string): void {
    this.pino.info(fields, message);
  }

  failure(error: unknown, fields: object, message: string): void {
    this.pino.error({ ...fields, err: error }, message);
  }

  // What Nest itself says: only its warnings and errors are worth a line in production.
  log(message: unknown): void {
    this.pino.debug(said(message));
  }
  error(message: unknown, stack?: unknown): void {
    if (isError(message)) this.pino.error({ err: message }, said(message));
    else this.pino.error({ stack: typeof stack === 'string' ? stack : undefined }, String(message));
  }
  warn(message: unknown, text?: unknown): void {
    if (isError(message)) this.pino.warn({ err: message }, said(message));
    else if (typeof message === 'object' && message !== null)
      this.pino.warn(message, typeof text === 'string' ? text : '');
    else this.pino.warn(String(message));
  }
  debug(message: unknown): void {
    this.pino.debug(said(message));
  }
  verbose(message: unknown): void {
    this.pino.trace(said(message));
  }
}

function said(message: unknown): string {
  return isError(message) ? `${message.name}: ${loggedMessage(message)}` : String(message);
}
