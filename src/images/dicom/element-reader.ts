import {
  bigEndianByteArrayParser,
  ByteStream,
  type Element,
  littleEndianByteArrayParser,
  readDicomElementExplicit,
  readDicomElementImplicit,
  readTag,
} from 'dicom-parser';
import type { ByteSource } from './byte-source';
import { HEADER_LIMITS, HeaderRefusal, tagForPeople } from './header-limits';
import { dictionaryVr } from './vr-dictionary';

/** How a data set is encoded (PS3.5 §7.1, §7.3). */
export interface Encoding {
  explicit: boolean;
  bigEndian: boolean;
}

/** One attribute of the root of a data set. Offsets in `element` count from the start of `bytes`. */
export interface RootElement {
  element: Element;
  bytes: Buffer;
  /** Where `bytes` begins in the source. */
  base: number;
}

/** The attribute at which reading stopped, its value still unread. `length` is null for an undefined length. */
export interface StopElement {
  tag: string;
  vr: string | undefined;
  /** Where the element, and where its value begins in the source. */
  start: number;
  offset: number;
  length: number | null;
}

export interface RootElements {
  /** By dicom-parser's tag (`x00100010`); the last one of a kind wins. */
  elements: Map<string, RootElement>;
  /** Undefined when the source ended first. */
  stop?: StopElement;
  /** What ended the reading before its time; the elements before it are good. */
  fault?: HeaderRefusal;
  warnings: string[];
}

/** Counts what is read, so that millions of tiny elements end early instead of filling the heap. */
export interface ReadBudget {
  elements: number;
  bytes: number;
}

export function fullBudget(): ReadBudget {
  return { elements: HEADER_LIMITS.elements, bytes: HEADER_LIMITS.headerBytes };
}

const UNDEFINED_LENGTH = 0xffffffff;
/** Tag, VR, reserved bytes and length of an explicit element (PS3.5 §7.1.2). */
const LONGEST_ELEMENT_HEADER = 12;
const WINDOW_GROWTH = 4;
/**
 * VRs with a 32-bit length that dicom-parser 1.8.21 reads with a 16-bit one (PS3.5 table 7.1-1). It is shown OB instead,
 * which has the same layout; the right VR is put back afterwards.
 */
const UNKNOWN_TO_PARSER = new Set(['OV', 'SV', 'UV']);

/** Long values of these are only listed, so their bytes are not read. */
const BINARY_VRS = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW']);

/** A stream of dicom-parser that counts against the budget. `realVrs` holds value offset → VR. */
function meteredStream(
  bytes: Buffer,
  bigEndian: boolean,
  budget: ReadBudget,
  realVrs: Map<number, string>,
): ByteStream {
  const stream = new ByteStream(bigEndian ? bigEndianByteArrayParser : littleEndianByteArrayParser, bytes, 0);
  const { readUint32, readFixedString } = ByteStream.prototype;
  // Every item, delimiter and implicit element has a 32-bit length, every explicit element a two-character VR.
  const spend = (): void => {
    if (--budget.elements < 0) throw new HeaderRefusal('too_many_elements', `more than ${HEADER_LIMITS.elements}`);
  };
  stream.readUint32 = () => {
    spend();
    return readUint32.call(stream);
  };
  stream.readFixedString = (length) => {
    spend();
    const text = readFixedString.call(stream, length);
    if (!UNKNOWN_TO_PARSER.has(text)) return text;
    realVrs.set(stream.position + 6, text);
    return 'OB';
  };
  return stream;
}

/**
 * Reads the attributes of one data set level by level from `start`, as far as `stopAt` allows, through dicom-parser.
 *
 * Only a window of the source is in memory. It moves on when an attribute ends behind it, grows when a sequence does not
 * fit, and jumps over long values, so that a file of any size costs what its header costs.
 * Values longer than `leafBytes` are kept as a prefix: `element.length` then exceeds what `bytes` holds.
 * @param window takes the first bytes; it can serve the next data set once this one's elements are done with
 */
export function readRootElements(
  source: ByteSource,
  start: number,
  encoding: Encoding,
  stopAt: (tag: string) => boolean,
  budget: ReadBudget,
  window: Buffer,
): RootElements {
  return new RootReader(source, encoding, budget).read(start, stopAt, window);
}

class RootReader {
  private readonly result: RootElements = { elements: new Map(), warnings: [] };
  private readonly realVrs = new Map<number, string>();
  private bytes!: Buffer;
  private base = 0;
  private stream!: ByteStream;

  constructor(
    private readonly source: ByteSource,
    private readonly encoding: Encoding,
    private readonly budget: ReadBudget,
  ) {}

  read(start: number, stopAt: (tag: string) => boolean, window: Buffer): RootElements {
    let at = start;
    try {
      this.moveTo(at, window.length, window);
      for (let next: number | null = at; next !== null && next < this.source.size;) {
        at = next;
        next = this.readOne(at, stopAt);
      }
    } catch (error) {
      this.result.fault = this.faultOf(error, at);
    }
    return this.result;
  }

  /** Reads the attribute at `at`; the position behind it, or null when reading is over. */
  private readOne(at: number, stopAt: (tag: string) => boolean): number | null {
    this.needAhead(at, LONGEST_ELEMENT_HEADER);
    if (this.source.size - at < 8) {
      // Fewer bytes than any element has: padding, or the first bytes of one that was cut off.
      if (this.bytes.subarray(at - this.base).some((byte) => byte !== 0))
        throw new RangeError('element header cut off');
      return null;
    }
    this.stream.position = at - this.base;
    const tag = readTag(this.stream);
    if (tag === 'x00000000') return this.paddingAt(at);
    if (tag.startsWith('xfffe')) return this.strayDelimiter(at, tag);
    this.stream.position = at - this.base;
    const head = this.readHeader(tag);
    const length = head.length === UNDEFINED_LENGTH ? null : head.length;
    if (stopAt(tag)) {
      this.result.stop = { tag, vr: head.vr, start: at, offset: this.base + head.dataOffset, length };
      return null;
    }
    const end = length === null ? null : this.base + head.dataOffset + length;
    if (end !== null && end > this.source.size) {
      throw new HeaderRefusal('truncated', `${tagForPeople(tag)} ends behind the end of the file`);
    }
    if (length === null || head.vr === 'SQ') return this.readSequence(at, tag, end);
    return this.readLeaf(at, head, end as number);
  }

  /** Tag, VR and length only: dicom-parser stops behind them at the tag it is told to stop at. */
  private readHeader(tag: string): Element {
    const head = this.encoding.explicit
      ? readDicomElementExplicit(this.stream, this.result.warnings, tag)
      : readDicomElementImplicit(this.stream, tag, vrForParser);
    restoreVrs(head, this.realVrs);
    return head;
  }

  private readLeaf(at: number, head: Element, end: number): number {
    const isBulk = BINARY_VRS.has(head.vr ?? '') && head.length >= HEADER_LIMITS.inlineBytes;
    const kept = isBulk ? 0 : Math.min(head.length, HEADER_LIMITS.leafBytes);
    this.spend(kept);
    const headerLength = this.base + head.dataOffset - at;
    if (this.base + head.dataOffset + kept > this.base + this.bytes.length) {
      this.moveTo(at, headerLength + Math.max(kept, HEADER_LIMITS.firstWindow));
      head.dataOffset = headerLength;
    }
    this.keep(head);
    return end;
  }

  /** A sequence, or anything else of undefined length: dicom-parser needs all of it in memory. */
  private readSequence(at: number, tag: string, end: number | null): number {
    if (end !== null && end - at > HEADER_LIMITS.headerBytes) throw tooLarge();
    if (end !== null) this.needAhead(at, end - at);
    for (;;) {
      const wholeRest = this.base + this.bytes.length >= this.source.size;
      const before = this.result.warnings.length;
      const spent = { ...this.budget };
      try {
        this.stream.position = at - this.base;
        const element = this.encoding.explicit
          ? readDicomElementExplicit(this.stream, this.result.warnings)
          : readDicomElementImplicit(this.stream, undefined, vrForParser);
        const readAll = end !== null || this.stream.position < this.bytes.length || wholeRest;
        if (readAll) {
          this.refuseMissingDelimiter(before, tag);
          const next = end ?? this.base + this.stream.position;
          this.spend(next - at);
          this.keep(element);
          return next;
        }
      } catch (error) {
        if (error instanceof HeaderRefusal || isStackOverflow(error)) throw error;
        if (end !== null) return this.skipUnreadable(tag, end);
        if (wholeRest) throw error;
      }
      this.result.warnings.length = before;
      Object.assign(this.budget, spent);
      const have = this.base + this.bytes.length - at;
      if (have >= HEADER_LIMITS.headerBytes) throw tooLarge();
      this.moveTo(at, Math.max(HEADER_LIMITS.firstWindow, Math.min(have * WINDOW_GROWTH, HEADER_LIMITS.headerBytes)));
    }
  }

  /** The length tells where the next attribute is, whatever stands inside this one. */
  private skipUnreadable(tag: string, end: number): number {
    this.warn(`unreadable ${tagForPeople(tag)}`);
    return end;
  }

  /** dicom-parser reports a sequence that runs into the end of the file only as a warning. */
  private refuseMissingDelimiter(from: number, tag: string): void {
    const cut = [...this.result.warnings.splice(from), ...this.stream.warnings.splice(0)].some((text) =>
      text.includes('eof'),
    );
    if (cut) throw new HeaderRefusal('truncated', `${tagForPeople(tag)} has no end`);
  }

  private keep(element: Element): void {
    const { elements } = this.result;
    restoreVrs(element, this.realVrs);
    if (elements.has(element.tag)) this.warn(`duplicate ${tagForPeople(element.tag)}`);
    elements.set(element.tag, { element, bytes: this.bytes, base: this.base });
  }

  /** Trailing zero bytes behind the last element are padding of the file, not attributes. */
  private paddingAt(at: number): null {
    if (this.bytes.subarray(at - this.base).some((byte) => byte !== 0)) throw new Error('tag (0000,0000)');
    this.warn('trailing_padding');
    return null;
  }

  /** An item or delimitation tag outside any sequence: skipped, as dcmtk does. */
  private strayDelimiter(at: number, tag: string): number {
    this.spend(8);
    this.warn(`stray ${tagForPeople(tag)}`);
    return at + 8;
  }

  private warn(text: string): void {
    if (this.result.warnings.length < HEADER_LIMITS.warnings) this.result.warnings.push(text);
  }

  private spend(bytes: number): void {
    if ((this.budget.bytes -= bytes) < 0) throw tooLarge();
  }

  private needAhead(at: number, length: number): void {
    const have = this.base + this.bytes.length - at;
    if (have >= length || this.base + this.bytes.length >= this.source.size) return;
    this.moveTo(at, Math.max(length, HEADER_LIMITS.firstWindow));
  }

  private moveTo(at: number, length: number, reuse?: Buffer): void {
    this.bytes = this.source.read(at, length, reuse);
    this.base = at;
    this.realVrs.clear();
    if (this.bytes.length === 0) throw new RangeError('no bytes left');
    this.stream = meteredStream(this.bytes, this.encoding.bigEndian, this.budget, this.realVrs);
  }

  /** dicom-parser throws strings, plain objects and, for an endless nesting, the engine's RangeError. */
  private faultOf(error: unknown, at: number): HeaderRefusal {
    if (error instanceof HeaderRefusal) return error;
    const text = error instanceof Error ? error.message : String(error);
    if (isStackOverflow(error)) return new HeaderRefusal('nesting_too_deep', `more than ${HEADER_LIMITS.depth} levels`);
    const ranOut = /past end|over(read|run)|cut off|no bytes left|greater than or equal/i.test(text);
    if (ranOut && this.base + this.bytes.length >= this.source.size) {
      return new HeaderRefusal('truncated', `the data set breaks off behind byte ${at}`);
    }
    return new HeaderRefusal('malformed', `unreadable element at byte ${at}`);
  }
}

/** The only sign dicom-parser gives of a nesting that is too deep for it. */
function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError && /call stack/i.test(error.message);
}

function tooLarge(): HeaderRefusal {
  return new HeaderRefusal('header_too_large', `more than ${HEADER_LIMITS.headerBytes} bytes`);
}

/** What dicom-parser asks about an implicit element: it only matters whether it is a sequence; unknown ones are looked into. */
function vrForParser(tag: string): string {
  return dictionaryVr(tag) as string;
}

/** Puts 64-bit VRs back, in items too. Offsets count from the window in which the element was read. */
function restoreVrs(element: Element, realVrs: Map<number, string>): void {
  if (realVrs.size === 0) return;
  const vr = realVrs.get(element.dataOffset);
  if (vr !== undefined) element.vr = vr;
  for (const item of element.items ?? []) {
    for (const child of Object.values(item.dataSet?.elements ?? {})) restoreVrs(child, realVrs);
  }
}
