import { type SubroutineIndex, withoutSubroutines } from './charstring';

/** Operators of CFF dictionaries (Adobe Technical Note 5176 §9, §15, §18); two-byte operators as 12 × 256 + second byte. */
const CHAR_STRINGS = 17;
const PRIVATE = 18;
const SUBRS = 19;
const FD_ARRAY = 12 * 256 + 36;

/**
 * The glyph programs of a CID-keyed CFF font, read where they lie in the file. fontkit makes an object of each of the
 * 31,000 outlines and 24,000 subroutines of a face when it opens it, which took a fifth of the first report of a process;
 * a report needs some two hundred of them.
 */
export class CffOutlines {
  private constructor(
    private readonly charStrings: CffIndex,
    private readonly global: CffIndex,
    /** The local subroutines of each font dictionary. */
    private readonly local: readonly CffIndex[],
  ) {}

  /**
   * Takes the outlines of an OpenType file over: in `file` itself their tables are empty afterwards, so that fontkit finds
   * everything else there and nothing to count.
   */
  static takeFrom(file: Buffer): CffOutlines {
    const cff = tableOf(file, 'CFF ');
    const names = new CffIndex(cff, cff.readUInt8(2));
    const tops = new CffIndex(cff, names.end);
    const strings = new CffIndex(cff, tops.end);
    const top = dictOf(tops.at(0)!);
    const charStrings = new CffIndex(cff, operand(top, CHAR_STRINGS));
    const fonts = new CffIndex(cff, operand(top, FD_ARRAY));
    const local = Array.from({ length: fonts.length }, (_, fd) => localSubroutines(cff, dictOf(fonts.at(fd)!)));
    const global = new CffIndex(cff, strings.end);
    for (const index of [charStrings, ...local]) index.empty();
    return new CffOutlines(charStrings, global, local);
  }

  /** The program of a glyph that belongs to this font dictionary, all calls resolved. */
  programOf(gid: number, fd: number): Uint8Array {
    const program = this.charStrings.at(gid);
    const local = this.local[fd];
    if (!program || !local) throw new Error(`the font has no glyph ${gid} in dictionary ${fd}`);
    return withoutSubroutines(program, { local, global: this.global });
  }
}

/** An INDEX (§5): a count, the size of an offset, offsets, data. Only what is asked for is read. */
class CffIndex implements SubroutineIndex {
  readonly length: number;
  private readonly offsetSize: number;

  constructor(
    private readonly cff: Buffer,
    private readonly start: number,
  ) {
    this.length = cff.readUInt16BE(start);
    this.offsetSize = this.length === 0 ? 0 : cff.readUInt8(start + 2);
  }

  /** Where the next thing in the table begins. */
  get end(): number {
    return this.length === 0 ? this.start + 2 : this.offset(this.length);
  }

  at(index: number): Buffer | undefined {
    if (!(index >= 0 && index < this.length)) return undefined;
    return this.cff.subarray(this.offset(index), this.offset(index + 1));
  }

  /** For whoever reads the table from now on; this object still knows what was there. */
  empty(): void {
    this.cff.writeUInt16BE(0, this.start);
  }

  private offset(index: number): number {
    const { length, offsetSize, start } = this;
    const data = start + 2 + (length + 1) * offsetSize;
    return data + this.cff.readUIntBE(start + 3 + index * offsetSize, offsetSize);
  }
}

/** §15: relative to the Private DICT, which the font dictionary names by size and offset. */
function localSubroutines(cff: Buffer, font: Map<number, number[]>): CffIndex {
  const [size = 0, at = 0] = font.get(PRIVATE) ?? [];
  const subrs = dictOf(cff.subarray(at, at + size)).get(SUBRS)?.[0];
  return subrs === undefined ? new CffIndex(NONE, 0) : new CffIndex(cff, at + subrs);
}

const NONE = Buffer.alloc(2);

function operand(dict: Map<number, number[]>, operator: number): number {
  const value = dict.get(operator)?.[0];
  if (value === undefined) throw new Error(`CFF: operator ${operator} is not there`);
  return value;
}

/** Operators and the integers before them (§4); real numbers are stepped over. */
function dictOf(bytes: Buffer): Map<number, number[]> {
  const dict = new Map<number, number[]>();
  let operands: number[] = [];
  for (let i = 0; i < bytes.length;) {
    const first = bytes[i]!;
    if (first <= 21) {
      const escaped = first === 12;
      dict.set(escaped ? 12 * 256 + bytes[i + 1]! : first, operands);
      operands = [];
      i += escaped ? 2 : 1;
      continue;
    }
    const [value, length] = numberAt(bytes, i);
    operands.push(value);
    i += length;
  }
  return dict;
}

function numberAt(bytes: Buffer, at: number): [value: number, length: number] {
  const first = bytes[at]!;
  if (first === 28) return [bytes.readInt16BE(at + 1), 3];
  if (first === 29) return [bytes.readInt32BE(at + 1), 5];
  if (first === 30) {
    let end = at + 1;
    while ((bytes[end]! & 0x0f) !== 0x0f && bytes[end]! >> 4 !== 0x0f) end += 1;
    return [Number.NaN, end + 1 - at];
  }
  if (first < 247) return [first - 139, 1];
  const second = bytes[at + 1]!;
  return first < 251 ? [(first - 247) * 256 + second + 108, 2] : [-(first - 251) * 256 - second - 108, 2];
}

/** OpenType: 12 bytes, then a record of 16 for each table. */
function tableOf(file: Buffer, tag: string): Buffer {
  for (let i = 0, at = 12; i < file.readUInt16BE(4); i += 1, at += 16) {
    if (file.toString('latin1', at, at + 4) !== tag) continue;
    const start = file.readUInt32BE(at + 8);
    return file.subarray(start, start + file.readUInt32BE(at + 12));
  }
  throw new Error(`the font has no table ${tag}`);
}
