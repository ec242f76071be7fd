const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const DASH = 0x2d;

/** RFC 2046 lets a gateway pad a delimiter line with blanks; a bound keeps the look-ahead small. */
const MAX_PADDING = 128;

/**
 * `hit`: a delimiter line. The bytes before `at` are content; `end` is the index of the LF that ends the line (or the
 * length of the buffer when the input ends there). `none`: the bytes before `safe` are content whatever comes next.
 */
export type DelimiterScan =
  { found: true; kind: 'open' | 'close'; at: number; end: number } | { found: false; safe: number };

type LineTail = { kind: 'open' | 'close'; end: number } | 'incomplete' | 'different';

/**
 * Finds the delimiter lines of one boundary (RFC 2046 §5.1.1) in a window of the body. A delimiter starts after a line
 * end, so the caller keeps the LF of the line before in the window (and a made-up one at the start of the body).
 */
export class MultipartDelimiter {
  private readonly needle: Buffer;
  /**
   * True when the sender ends its lines with LF alone: a CR in front of the delimiter then belongs to the content.
   * Otherwise both CRLF and LF are accepted as the line end that belongs to the delimiter.
   */
  lfOnly = false;

  constructor(boundary: string) {
    this.needle = Buffer.from(`\n--${boundary}`, 'latin1');
  }

  /** Looks for the first delimiter line; `ended` says that no byte follows the window. */
  scan(window: Buffer, ended: boolean): DelimiterScan {
    let at = window.indexOf(this.needle);
    while (at >= 0) {
      const tail = lineTail(window, at + this.needle.length, ended);
      if (tail === 'incomplete') return { found: false, safe: this.contentEnd(window, at) };
      if (tail !== 'different') return { found: true, at: this.contentEnd(window, at), ...tail };
      at = window.indexOf(this.needle, at + 1);
    }
    return { found: false, safe: ended ? window.length : this.safeLength(window) };
  }

  /** The line end in front of a delimiter belongs to the delimiter. */
  private contentEnd(window: Buffer, lf: number): number {
    return !this.lfOnly && lf > 0 && window[lf - 1] === CR ? lf - 1 : lf;
  }

  /**
   * How much of a window without a delimiter can be given away: all but a tail that may turn out to be the start of
   * one. The needle holds a single LF, at its front, so only the last LF of the window can start such a tail.
   */
  private safeLength(window: Buffer): number {
    const from = Math.max(0, window.length - this.needle.length + 1);
    const lf = window.subarray(from).lastIndexOf(LF) + from;
    const startsNeedle = lf >= from && window.compare(this.needle, 0, window.length - lf, lf, window.length) === 0;
    if (startsNeedle) return this.contentEnd(window, lf);
    return window[window.length - 1] === CR ? window.length - 1 : window.length;
  }
}

/** What follows `--boundary` on its line: nothing or `--`, then blanks, then the line end. Anything else is content. */
function lineTail(window: Buffer, from: number, ended: boolean): LineTail {
  const close = window[from] === DASH && window[from + 1] === DASH;
  if (!close && window[from] === DASH) {
    return from + 1 < window.length || ended ? 'different' : 'incomplete';
  }
  let i = close ? from + 2 : from;
  const limit = i + MAX_PADDING;
  while (i < limit && (window[i] === SPACE || window[i] === TAB)) i++;
  if (window[i] === CR) i++;
  if (window[i] === LF) return { kind: close ? 'close' : 'open', end: i };
  if (i < window.length) return 'different';
  if (!ended) return 'incomplete';
  // Many senders end the body right after the closing delimiter, without a last line end.
  return close ? { kind: 'close', end: i } : 'different';
}
