import { type Dispatcher, errors } from 'undici';
import { type AttemptPhase, type Fault, type Observation } from './outcome.rules';

/** Milliseconds, and bytes where said. */
export interface ExchangeLimits {
  /** From the moment the request begins to leave until the whole head of the answer is here. */
  headersMs: number;
  /** Longest silence while the body comes; a slow drip is ended by the deadline. */
  bodyMs: number;
  /** Bytes of the answer's body that are read; what comes after is cut off. */
  maxBodyBytes: number;
}

export interface ExchangeRequest {
  path: string;
  headers: Record<string, string>;
  body: Buffer;
}

/** What was seen of one HTTP exchange. Never holds a byte of the answer's body: receivers echo patient data. */
export interface Exchange {
  observation: Observation;
  phase: AttemptPhase;
  /** Machine-made text: error codes, counts. */
  detail: string;
  retryAfter?: string;
}

/**
 * Posts one request over a dispatcher that is already bound to an address, and watches how far it comes.
 * Never rejects. Redirects are answers like others: undici follows none unless asked to.
 *
 * The timers are ours and undici's are off: undici restarts its own on every byte and does not say in which phase it
 * gave up, and the phase is what separates "surely not taken" from "perhaps taken".
 *
 * @param deadlineMs milliseconds from now until the exchange ends whatever happens
 */
export function exchange(
  dispatcher: Dispatcher,
  request: ExchangeRequest,
  limits: ExchangeLimits,
  deadlineMs: number,
): Promise<Exchange> {
  return new Promise((resolve) => {
    const watcher = new ExchangeWatcher(limits, resolve, deadlineMs);
    dispatcher.dispatch({ method: 'POST', headersTimeout: 0, bodyTimeout: 0, ...request }, watcher);
  });
}

class ExchangeWatcher implements Dispatcher.DispatchHandler {
  private phase: AttemptPhase = 'connect';
  private controller: Dispatcher.DispatchController | null = null;
  private status = 0;
  private retryAfter: string | undefined;
  private location: string | undefined;
  private received = 0;
  private ended = false;
  private phaseTimer: NodeJS.Timeout | undefined;
  private readonly deadline: NodeJS.Timeout;

  constructor(
    private readonly limits: ExchangeLimits,
    private readonly settle: (exchange: Exchange) => void,
    deadlineMs: number,
  ) {
    this.deadline = setTimeout(() => this.giveUp('total_timeout', `not done within ${deadlineMs} ms`), deadlineMs);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // It waited for a connection until after the deadline and was reported as not sent: so it must not leave now.
    if (this.ended) return controller.abort(new Error('no longer wanted'));
    this.controller = controller;
    this.phase = 'sent';
    const { headersMs } = this.limits;
    this.arm(headersMs, () => this.giveUp('headers_timeout', `no answer within ${headersMs} ms`));
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHeaders): void {
    // 103 Early Hints and its kin promise nothing.
    if (status < 200) return;
    this.phase = 'headers';
    this.status = status;
    this.retryAfter = single(headers['retry-after']);
    this.location = single(headers.location);
    this.armForBody();
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.ended) return;
    this.phase = 'body';
    this.received += chunk.length;
    if (this.received <= this.limits.maxBodyBytes) return this.armForBody();
    this.finish(true, `body cut off after ${this.limits.maxBodyBytes} bytes`);
    this.controller?.abort(new Error('body cut off'));
  }

  onResponseEnd(): void {
    this.phase = 'body';
    this.finish(true, `${this.received} bytes of body`);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const code = (error as NodeJS.ErrnoException).code ?? error.name;
    if (this.status !== 0) return this.finish(false, `broke off after ${this.received} bytes of body (${code})`);
    this.fail(this.phase === 'connect' ? connectFault(code) : answerFault(error), code);
  }

  private armForBody(): void {
    const { bodyMs } = this.limits;
    this.arm(bodyMs, () => this.breakOff(`body silent for ${bodyMs} ms`));
  }

  private arm(ms: number, onTime: () => void): void {
    clearTimeout(this.phaseTimer);
    this.phaseTimer = setTimeout(onTime, ms);
  }

  /** A timer rang before there was a status, or for the whole exchange. */
  private giveUp(fault: Fault, detail: string): void {
    if (this.status !== 0) return this.breakOff(detail);
    this.fail(fault, detail);
    this.controller?.abort(new Error(detail));
  }

  private breakOff(detail: string): void {
    this.finish(false, `${detail}, ${this.received} bytes of body`);
    this.controller?.abort(new Error(detail));
  }

  private finish(complete: boolean, body: string): void {
    const moved = this.status >= 300 && this.status <= 399 ? `, not followed to ${originOf(this.location)}` : '';
    const detail = `answered ${this.status}${moved}, ${body}`;
    this.end({ observation: { seen: 'answer', status: this.status, complete }, phase: this.phase, detail });
  }

  private fail(fault: Fault, detail: string): void {
    this.end({ observation: { seen: 'fault', fault, phase: this.phase }, phase: this.phase, detail });
  }

  private end(result: Exchange): void {
    if (this.ended) return;
    this.ended = true;
    clearTimeout(this.phaseTimer);
    clearTimeout(this.deadline);
    this.settle({ ...result, retryAfter: this.retryAfter });
  }
}

type IncomingHeaders = Record<string, string | string[] | undefined>;

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

/** Where a redirect points, without path and query: those may hold anything. */
function originOf(location: string | undefined): string {
  if (location === undefined) return 'nowhere';
  return URL.canParse(location) ? new URL(location).origin : 'a path of its own';
}

/** TLS failures are told apart because waiting does not mend a certificate. */
function connectFault(code: string): Fault {
  if (code === 'ECONNREFUSED') return 'connect_refused';
  if (code === 'ETIMEDOUT') return 'connect_timeout';
  if (/^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_|INVALID_CA|EPROTO)/.test(code)) {
    return 'tls_failed';
  }
  return 'connect_failed';
}

/** By class and not by code: undici 7 leaves the parser error's code undefined. */
function answerFault(error: Error): Fault {
  const notHttp = error instanceof errors.HTTPParserError || error instanceof errors.HeadersOverflowError;
  return notHttp ? 'garbage' : 'reset';
}
