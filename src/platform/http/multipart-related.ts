import { Readable } from 'node:stream';
import { boundaryOf } from './multipart-content-type';
import { MultipartDelimiter } from './multipart-delimiter';
import { MultipartError, type MultipartErrorCode } from './multipart-error';

export { MultipartError, type MultipartErrorCode } from './multipart-error';
export { parseContentType, type MultipartContentType } from './multipart-content-type';
export { multipartRelatedWriter, type MultipartAnswer, type OutgoingPart } from './multipart-writer';

export interface MultipartLimits {
  maxParts: number;
  /** Bytes of one part's header block. */
  maxHeaderBytes: number;
  /** Bytes of one part's content. */
  maxPartBytes: number;
  /** Bytes of the whole body, delimiters, preamble and epilogue included. */
  maxTotalBytes: number;
}

export interface IncomingPart {
  /**
   * Names in lower case; repeated fields are joined with `, ` (RFC 9110 §5.3). Content-Length is what the sender says;
   * only the boundary says where the content ends.
   */
  headers: Record<string, string>;
  /** The content, streamed. It fails with a `MultipartError` when it cannot be complete. */
  body: Readable;
}

/**
 * Reads a `multipart/related` body (RFC 2387, RFC 2046 §5.1; STOW-RS: DICOM PS3.18 §8.6.1.2.1) part by part, as it
 * arrives. Nothing but a header block and a possible piece of a delimiter is held back; content is passed on as slices
 * of the socket's own buffers.
 *
 * - A slow consumer of a part pauses the request. Asking for the next part drops what is left of the current one.
 * - A consumer that stops early (`break`, `return`, an exception), or gets an error, leaves the request being drained up
 *   to `maxTotalBytes`, so that an answer can be sent; a sender that goes on beyond that is disconnected.
 *   After `body_too_large` nothing more is read: answer with `Connection: close`.
 * - `part_too_large` fails that part's body only. `truncated` fails the body of the part that was cut and the iteration.
 *   `boundary_missing` (in the header or in the body), `too_many_parts`, `part_headers_too_large` and `body_too_large`
 *   fail the iteration.
 */
export async function* readMultipartRelated(
  req: Readable,
  contentTypeHeader: string,
  limits: MultipartLimits,
): AsyncGenerator<IncomingPart, void, undefined> {
  const boundary = boundaryOf(contentTypeHeader);
  if (boundary === undefined) throw new MultipartError('boundary_missing', 'Content-Type carries no usable boundary');
  const reader = new MultipartReader(req, new MultipartDelimiter(boundary), limits);
  try {
    for (let part = await reader.nextPart(); part; part = await reader.nextPart()) yield part;
  } finally {
    reader.release();
  }
}

const EMPTY = Buffer.alloc(0);
const LF = 0x0a;
const CR = 0x0d;
const noop = (): void => {};

/** Enough for a few socket reads, so that a disk write and the next read overlap. */
const PART_HIGH_WATER_MARK = 256 * 1024;

/** The content of one part. Bytes are pushed by the reader while `wanted`. */
class PartBody extends Readable {
  wanted = false;
  bytes = 0;
  complete = false;

  constructor(private readonly onWanted: () => void) {
    super({ highWaterMark: PART_HIGH_WATER_MARK });
    // A part may fail before anyone listens to it: that is reported by the iteration too and must not end the process.
    this.on('error', noop);
  }

  override _read(): void {
    this.wanted = true;
    this.onWanted();
  }
}

/** Why the reader stands still: it has used all its input, or the consumer has not asked for more. */
type Progress = 'on' | 'needs_input' | 'needs_consumer';

interface Waiter {
  resolve(part: IncomingPart | undefined): void;
  reject(error: MultipartError): void;
}

class MultipartReader {
  /**
   * preamble → headers ⇄ body → drain. `drain`: after the closing delimiter, an error or an early return; bytes are
   * dropped. `stopped`: nothing is read any more.
   */
  private state: 'preamble' | 'headers' | 'body' | 'drain' | 'stopped' = 'preamble';
  /** Input not yet used. Starts with a made-up line end, because a delimiter may be the first thing in the body. */
  private window: Buffer = Buffer.from('\n');
  /** 1 while the window still begins with the line end in front of the content, which is not content. */
  private skip = 0;
  private input: 'open' | 'ended' | 'cut' = 'open';
  private inputError: unknown;
  private totalBytes = 0;
  private parts = 0;
  private current: PartBody | undefined;
  private waiter: Waiter | undefined;
  private failure: MultipartError | undefined;
  private advancing = false;
  private readonly wake = (): void => this.advance();

  constructor(
    private readonly req: Readable,
    private readonly delimiter: MultipartDelimiter,
    private readonly limits: MultipartLimits,
  ) {
    req.on('error', (error) => (this.inputError = error));
    req.on('close', () => this.onInputOver('cut'));
    req.on('end', () => this.onInputOver('ended'));
    if (req.readableEnded) this.input = 'ended';
    else if (req.destroyed) this.input = 'cut';
    else req.on('data', (chunk: Buffer) => this.feed(chunk));
  }

  /** The next part, or undefined after the closing delimiter. What is left of the part before is dropped. */
  nextPart(): Promise<IncomingPart | undefined> {
    if (this.current && !this.current.complete) this.current.destroy();
    this.current = undefined;
    return new Promise((resolve, reject) => {
      this.waiter = { resolve, reject };
      this.advance();
    });
  }

  /** No more parts are wanted: drop what is still to come. */
  release(): void {
    if (this.current && !this.current.complete) this.current.destroy();
    this.current = undefined;
    if (this.state !== 'stopped') this.state = 'drain';
    this.advance();
  }

  private feed(chunk: Buffer): void {
    this.totalBytes += chunk.length;
    if (this.totalBytes > this.limits.maxTotalBytes) return this.onTooMuch();
    // A window is left over only when it ends in what may be a delimiter or in a header block: the copy is rare.
    this.window = this.window.length > 0 ? Buffer.concat([this.window, chunk]) : chunk;
    this.advance();
  }

  private onTooMuch(): void {
    if (this.state === 'drain') {
      this.req.destroy();
      return;
    }
    this.fail('body_too_large', `body exceeds ${this.limits.maxTotalBytes} bytes`);
    this.state = 'stopped';
    this.req.pause();
  }

  private onInputOver(how: 'ended' | 'cut'): void {
    if (this.input !== 'open') return;
    this.input = how;
    this.advance();
  }

  /** Runs until there is nothing to do; consumer code that runs inside (a `data` listener) may call back. */
  private advance(): void {
    if (this.advancing) return;
    this.advancing = true;
    let progress: Progress = 'on';
    try {
      while (progress === 'on') progress = this.step();
    } finally {
      this.advancing = false;
    }
    if (this.input !== 'open' || this.state === 'stopped') return;
    if (progress === 'needs_consumer') this.req.pause();
    else if (this.req.isPaused()) this.req.resume();
  }

  private step(): Progress {
    switch (this.state) {
      case 'preamble':
        return this.stepPreamble();
      case 'headers':
        return this.stepHeaders();
      case 'body':
        return this.stepBody();
      default:
        this.window = EMPTY;
        this.settle();
        return 'needs_input';
    }
  }

  private stepPreamble(): Progress {
    const scan = this.delimiter.scan(this.window, this.input !== 'open');
    if (scan.found) {
      this.delimiter.lfOnly = scan.kind === 'open' && this.window[scan.end - 1] !== CR;
      return this.enter(scan.kind, scan.end);
    }
    this.window = this.window.subarray(scan.safe);
    if (this.input === 'open') return 'needs_input';
    if (this.input === 'cut') return this.failTruncated();
    return this.fail('boundary_missing', 'the body never shows the boundary of its Content-Type');
  }

  /** The window starts with the LF of the delimiter's line, so that "no header at all" is a blank line like any other. */
  private stepHeaders(): Progress {
    if (!this.waiter) return 'needs_consumer';
    const blank = blankLine(this.window);
    // A part may end without a blank line: taking the next delimiter for a header would swallow the next part.
    const block = blank ? this.window.subarray(0, blank.at + 1) : this.window;
    const scan = this.delimiter.scan(block, this.input !== 'open');
    const bare = scan.found;
    const length = bare ? scan.at : (blank?.at ?? this.window.length);
    if (length > this.limits.maxHeaderBytes) {
      return this.fail('part_headers_too_large', `part headers exceed ${this.limits.maxHeaderBytes} bytes`);
    }
    if (!bare && !blank) return this.input === 'open' ? 'needs_input' : this.failTruncated();
    const headers = parsePartHeaders(this.window.toString('latin1', 0, length));
    const body = new PartBody(this.wake);
    this.window = this.window.subarray(bare ? length : blank?.lf);
    this.skip = 1;
    this.current = body;
    this.state = 'body';
    this.settle({ headers, body });
    return 'on';
  }

  private stepBody(): Progress {
    const body = this.current;
    if (body && (body.destroyed || !body.wanted)) return 'needs_consumer';
    const scan = this.delimiter.scan(this.window, this.input !== 'open');
    this.emit(body, scan.found ? scan.at : scan.safe);
    if (scan.found) {
      // `part_too_large` has destroyed the body: pushing the end would be a push after destroy.
      if (body && !body.destroyed) {
        body.complete = true;
        body.push(null);
      }
      return this.enter(scan.kind, scan.end - scan.at);
    }
    if (this.input !== 'open') return this.failTruncated();
    return body && (body.destroyed || !body.wanted) ? 'needs_consumer' : 'needs_input';
  }

  /** Hands the first `length` bytes of the window to the part; a part nobody wants any more just loses them. */
  private emit(body: PartBody | undefined, length: number): void {
    if (length === 0) return;
    const content = this.window.subarray(this.skip, length);
    this.window = this.window.subarray(length);
    this.skip = 0;
    if (!body || content.length === 0) return;
    body.bytes += content.length;
    if (body.bytes > this.limits.maxPartBytes) {
      body.destroy(new MultipartError('part_too_large', `part exceeds ${this.limits.maxPartBytes} bytes`));
      return;
    }
    body.wanted = body.push(content);
  }

  /** Behind a delimiter: `end` is the index of the LF that ends its line. */
  private enter(kind: 'open' | 'close', end: number): Progress {
    this.window = this.window.subarray(end);
    if (kind === 'close') {
      this.state = 'drain';
      return 'on';
    }
    this.parts += 1;
    if (this.parts > this.limits.maxParts) {
      return this.fail('too_many_parts', `body has more than ${this.limits.maxParts} parts`);
    }
    this.state = 'headers';
    return 'on';
  }

  private failTruncated(): Progress {
    return this.fail('truncated', 'body ended before its closing delimiter', this.inputError);
  }

  private fail(code: MultipartErrorCode, message: string, cause?: unknown): Progress {
    this.failure = new MultipartError(code, message, cause === undefined ? undefined : { cause });
    if (this.current && !this.current.complete) this.current.destroy(this.failure);
    this.state = 'drain';
    this.settle();
    return 'on';
  }

  /** Answers who waits for a part: with it, with the failure, or with the end. */
  private settle(part?: IncomingPart): void {
    const waiter = this.waiter;
    this.waiter = undefined;
    if (this.failure && !part) waiter?.reject(this.failure);
    else waiter?.resolve(part);
  }
}

/** The blank line that ends a header block: `at` ends the last field's line, `lf` is the LF of the blank line itself. */
function blankLine(window: Buffer): { at: number; lf: number } | undefined {
  for (let at = window.indexOf(LF); at >= 0; at = window.indexOf(LF, at + 1)) {
    const lf = window[at + 1] === CR ? at + 2 : at + 1;
    if (window[lf] === LF) return { at, lf };
  }
  return undefined;
}

/** RFC 822 fields, folded lines joined. A line without a colon is dropped: it cannot name anything. */
function parsePartHeaders(block: string): Record<string, string> {
  const headers = Object.create(null) as Record<string, string>;
  for (const line of block.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
    if (name === '') continue;
    const value = line.slice(colon + 1).trim();
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  return headers;
}
