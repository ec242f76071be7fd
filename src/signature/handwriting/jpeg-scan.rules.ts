/** The entropy-coded part of a JPEG (ITU-T T.81 §F.2), read to check that it is whole. Pure. */

export interface Component {
  readonly id: number;
  /** Sampling factors, 1…4. */
  readonly h: number;
  readonly v: number;
}

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly components: readonly Component[];
}

export interface ScanPart {
  readonly component: Component;
  readonly dc: HuffmanTable;
  readonly ac: HuffmanTable;
}

/** Code length and code → symbol. */
export type HuffmanTable = ReadonlyMap<number, number>;

export class JpegDamage extends Error {}

const LONGEST_CODE = 16;
const BLOCK = 64;
/** End of block, and sixteen zeros. */
const EOB = 0x00;
const ZRL = 0xf0;
const MOST_DC_BITS = 11;
const MOST_AC_BITS = 10;

/** @param counts how many codes there are of each length from 1 to 16 (§C.2) */
export function huffmanTable(counts: readonly number[], symbols: Uint8Array): HuffmanTable {
  if (counts.length !== LONGEST_CODE || symbols.length < counts.reduce((sum, count) => sum + count, 0))
    throw new JpegDamage('a table is cut off');
  const table = new Map<number, number>();
  let code = 0;
  let next = 0;
  counts.forEach((count, i) => {
    for (let n = 0; n < count; n += 1) table.set(keyOf(i + 1, code++), symbols[next++]!);
    code <<= 1;
  });
  return table;
}

const keyOf = (length: number, code: number): number => (length << LONGEST_CODE) | code;

/**
 * Decodes one scan and answers where it ends. Throws {@link JpegDamage} where the data ends early, a code is none of the
 * table's, or a restart marker is missing.
 *
 * @param restart units between restart markers; 0: none
 */
export function decodeScan(
  bytes: Buffer,
  from: number,
  frame: Frame,
  parts: readonly ScanPart[],
  restart: number,
): number {
  const bits = new Bits(bytes, from);
  const units = unitsOf(frame, parts);
  for (let unit = 0; unit < units; unit += 1) {
    if (restart > 0 && unit > 0 && unit % restart === 0) bits.restart();
    for (const { component, dc, ac } of parts) {
      const blocks = parts.length === 1 ? 1 : component.h * component.v;
      for (let block = 0; block < blocks; block += 1) readBlock(bits, dc, ac);
    }
  }
  return bits.end();
}

/** MCUs of an interleaved scan, blocks of the only component of another (§A.2). */
function unitsOf({ width, height, components }: Frame, parts: readonly ScanPart[]): number {
  const [most, tallest] = [Math.max(...components.map(({ h }) => h)), Math.max(...components.map(({ v }) => v))];
  if (parts.length !== 1) return Math.ceil(width / (8 * most)) * Math.ceil(height / (8 * tallest));
  const { h, v } = parts[0]!.component;
  return Math.ceil(Math.ceil((width * h) / most) / 8) * Math.ceil(Math.ceil((height * v) / tallest) / 8);
}

function readBlock(bits: Bits, dc: HuffmanTable, ac: HuffmanTable): void {
  const first = bits.symbol(dc);
  if (first > MOST_DC_BITS) throw new JpegDamage('no such difference');
  bits.skip(first);
  for (let k = 1; k < BLOCK;) {
    const symbol = bits.symbol(ac);
    if (symbol === EOB) return;
    const size = symbol & 15;
    if (size > MOST_AC_BITS || (size === 0 && symbol !== ZRL)) throw new JpegDamage('no such coefficient');
    k += (symbol >> 4) + 1;
    if (k > BLOCK) throw new JpegDamage('more coefficients than a block has');
    bits.skip(size);
  }
}

/** The bits of a scan without the zero bytes stuffed behind every FF. */
class Bits {
  private held = 0;
  private count = 0;

  constructor(
    private readonly bytes: Buffer,
    private at: number,
  ) {}

  symbol(table: HuffmanTable): number {
    let code = 0;
    for (let length = 1; length <= LONGEST_CODE; length += 1) {
      code = (code << 1) | this.bit();
      const found = table.get(keyOf(length, code));
      if (found !== undefined) return found;
    }
    throw new JpegDamage('no such code');
  }

  skip(count: number): void {
    for (let i = 0; i < count; i += 1) this.bit();
  }

  /** The rest of the present byte is padding; a restart marker (FFD0 … FFD7) follows it. */
  restart(): void {
    this.count = 0;
    const marker = this.bytes[this.at + 1] ?? 0;
    if (this.bytes[this.at] !== 0xff || marker < 0xd0 || marker > 0xd7) throw new JpegDamage('no restart marker');
    this.at += 2;
  }

  /** Where the next marker stands. */
  end(): number {
    return this.at;
  }

  private bit(): number {
    if (this.count === 0) this.fill();
    this.count -= 1;
    return (this.held >> this.count) & 1;
  }

  private fill(): void {
    const byte = this.bytes[this.at];
    if (byte === undefined) throw new JpegDamage('it ends early');
    if (byte === 0xff && this.bytes[this.at + 1] !== 0) throw new JpegDamage('a marker among the coefficients');
    this.at += byte === 0xff ? 2 : 1;
    this.held = byte;
    this.count = 8;
  }
}
