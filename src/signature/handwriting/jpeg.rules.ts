import { decodeScan, type Frame, huffmanTable, type HuffmanTable, JpegDamage, type ScanPart } from './jpeg-scan.rules';
import type { Size } from './picture-size';

/**
 * JPEG (ITU-T T.81) as far as a signature needs it: sequential Huffman coding, eight bits, grey or colour. The scan is
 * decoded to its last coefficient; what the coefficients look like is the printer's business. Pure.
 */

const SOF_BASELINE = 0xc0;
const SOF_EXTENDED = 0xc1;
const DHT = 0xc4;
const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const DRI = 0xdd;
/**
 * Markers that tell another size or another coding than the one frame header (JPG, DAC, DNL, DHP, EXP), or have no length
 * and no place between segments (TEM, RST0 … RST7).
 */
const UNPRINTED: readonly number[] = [
  ...[0xc8, 0xcc, 0xdc, 0xde, 0xdf, 0x01],
  ...[0xd0, 0xd1, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7],
];

interface Segment {
  readonly marker: number;
  readonly data: Buffer;
  /** Where what follows it begins. */
  readonly end: number;
}

/** As the frame header says; null where there is none. */
export function jpegSize(bytes: Buffer): Size | null {
  for (let at = 2; ;) {
    const segment = segmentAt(bytes, at);
    if (!segment || segment.marker === SOS) return null;
    if (isFrame(segment.marker)) return sizeOf(segment.data);
    at = segment.end;
  }
}

/** What keeps it from being printed; null: nothing, every coefficient is there. */
export function jpegFault(bytes: Buffer): 'form' | 'damaged' | null {
  try {
    return new Reader(bytes).read();
  } catch (error) {
    if (error instanceof JpegDamage || error instanceof RangeError) return 'damaged';
    throw error;
  }
}

class Reader {
  private readonly tables = new Map<number, HuffmanTable>();
  private readonly scanned = new Set<number>();
  private frame: Frame | undefined;
  private restart = 0;

  constructor(private readonly bytes: Buffer) {}

  read(): 'form' | 'damaged' | null {
    for (let at = 2; ;) {
      // Legal (§B.1.1.2), but PDFKit, which looks for the frame itself, would go on from another place.
      if (!this.frame && this.bytes[at] === 0xff && this.bytes[at + 1] === 0xff) return 'form';
      const segment = segmentAt(this.bytes, at);
      if (!segment) return 'damaged';
      const { marker, data } = segment;
      at = segment.end;
      if (UNPRINTED.includes(marker)) return 'form';
      if (marker === EOI) return this.isWhole(at) ? null : 'damaged';
      if (isFrame(marker)) {
        if (marker !== SOF_BASELINE && marker !== SOF_EXTENDED) return 'form';
        // Readers disagree on which of two counts.
        if (this.frame) return 'damaged';
        this.frame = frameOf(data);
        if (!this.frame) return 'form';
      } else if (marker === DHT) this.define(data);
      else if (marker === DRI) this.restart = data.readUInt16BE(0);
      else if (marker === SOS) at = this.scan(data, at);
    }
  }

  /** Each component has had its scan, and nothing follows the end. */
  private isWhole(end: number): boolean {
    return this.frame?.components.every(({ id }) => this.scanned.has(id)) === true && end === this.bytes.length;
  }

  private define(data: Buffer): void {
    for (let at = 0; at < data.length;) {
      const counts = [...data.subarray(at + 1, at + 17)];
      const symbols = data.subarray(at + 17, at + 17 + counts.reduce((sum, count) => sum + count, 0));
      this.tables.set(data.readUInt8(at), huffmanTable(counts, symbols));
      at += 17 + symbols.length;
    }
  }

  private scan(data: Buffer, at: number): number {
    const { frame } = this;
    if (!frame) throw new JpegDamage('a scan before its frame');
    const parts = Array.from({ length: data.readUInt8(0) }, (_, i) =>
      this.part(frame, data.readUInt8(1 + 2 * i), data.readUInt8(2 + 2 * i)),
    );
    for (const { component } of parts) this.scanned.add(component.id);
    return decodeScan(this.bytes, at, frame, parts, this.restart);
  }

  private part(frame: Frame, id: number, selector: number): ScanPart {
    const component = frame.components.find((one) => one.id === id);
    const [dc, ac] = [this.tables.get(selector >> 4), this.tables.get(0x10 | (selector & 15))];
    if (!component || !dc || !ac) throw new JpegDamage('a scan of what is not defined');
    return { component, dc, ac };
  }
}

/** A marker with what belongs to it; null where there is none, or less than it says. */
function segmentAt(bytes: Buffer, at: number): Segment | null {
  // Any number of fill bytes may stand before a marker (§B.1.1.2).
  while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at += 1;
  const marker = bytes[at + 1];
  if (bytes[at] !== 0xff || marker === undefined || marker === 0 || marker === SOI) return null;
  if (marker === EOI) return { marker, data: Buffer.alloc(0), end: at + 2 };
  if (at + 4 > bytes.length) return null;
  const end = at + 2 + bytes.readUInt16BE(at + 2);
  return end > bytes.length || end < at + 4 ? null : { marker, data: bytes.subarray(at + 4, end), end };
}

/** SOF0 … SOF15 but DHT, JPG and DAC, which lie among them. */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![DHT, 0xc8, 0xcc].includes(marker);

const sizeOf = (frame: Buffer): Size | null =>
  frame.length < 6 ? null : { height: frame.readUInt16BE(1), width: frame.readUInt16BE(3) };

/** Undefined for twelve bits, for CMYK, and for a height that is told later. */
function frameOf(data: Buffer): Frame | undefined {
  const size = sizeOf(data);
  const count = data.readUInt8(5);
  if (!size?.width || !size.height || data.readUInt8(0) !== 8 || (count !== 1 && count !== 3)) return undefined;
  const components = Array.from({ length: count }, (_, i) => {
    const sampling = data.readUInt8(7 + 3 * i);
    return { id: data.readUInt8(6 + 3 * i), h: sampling >> 4, v: sampling & 15 };
  });
  return components.every(({ h, v }) => h >= 1 && h <= 4 && v >= 1 && v <= 4) ? { ...size, components } : undefined;
}
