import { kMaxLength } from 'node:buffer';
import { crc32, inflateSync } from 'node:zlib';
import type { Size } from './picture-size';

/**
 * PNG (ISO/IEC 15948) as far as a signature needs it: eight bits a sample at most, not interlaced. What is kept is
 * written anew, so that no other reader can find in it something else than was looked at. Pure.
 */

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

interface Unpacked {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

const SIGNATURE_BYTES = 8;
/** Colour type → samples a pixel, and the bit depths that it may have (§11.2.2); 16 bits a sample are more than paper shows. */
const COLOURS: Readonly<Record<number, { readonly samples: number; readonly depths: readonly number[] }>> = {
  0: { samples: 1, depths: [1, 2, 4, 8] },
  2: { samples: 3, depths: [8] },
  3: { samples: 1, depths: [1, 2, 4, 8] },
  4: { samples: 2, depths: [8] },
  6: { samples: 4, depths: [8] },
};
const PALETTE = 3;
const HIGHEST_FILTER = 4;
const LETTERS: Readonly<Record<string, string>> = { IHDR: 'H', PLTE: 'P', tRNS: 't', IDAT: 'D', IEND: 'E' };
/** A chunk that readers may pass over begins with a small letter (§5.4). */
const ANCILLARY = /^[a-z][A-Za-z]{3}$/;
/** Which chunks there are, how often and in which order (§5.6): one header, which is the first, and the samples in one run. */
const ORDER = /^Ha*(?:Pa*)?(?:ta*)?D+a*E$/;

/** As the header says; null where there is none. */
export function pngSize(bytes: Buffer): Size | null {
  const [header] = chunksOf(bytes) ?? [];
  if (header?.type !== 'IHDR' || header.data.length !== 13) return null;
  return { width: header.data.readUInt32BE(0), height: header.data.readUInt32BE(4) };
}

/** What keeps it from being printed; null: nothing, every sample is there. */
export function pngFault(bytes: Buffer): 'form' | 'damaged' | null {
  const chunks = chunksOf(bytes);
  if (!chunks) return 'damaged';
  const order = chunks.map(({ type }) => LETTERS[type] ?? (ANCILLARY.test(type) ? 'a' : '?')).join('');
  if (order.includes('?')) return 'form';
  const header = chunks[0]?.data;
  if (!ORDER.test(order) || header?.length !== 13) return 'damaged';
  return formHolds(header, chunks) ?? (samplesHold(header, chunks) ? null : 'damaged');
}

/**
 * The same picture with nothing beside what is printed: header, palette and transparency where they count, and the
 * samples as one stream without what may stand behind it.
 *
 * @param bytes a PNG without fault, see {@link pngFault}
 */
export function plainPng(bytes: Buffer): Buffer {
  const chunks = chunksOf(bytes) ?? [];
  // A palette beside full colours is a suggestion (§11.2.3) that PDFKit takes for the colours themselves.
  const colours = chunks[0]?.data[9] === PALETTE ? ['PLTE', 'tRNS'] : [];
  const packed = packedSamples(chunks);
  return Buffer.concat([
    bytes.subarray(0, SIGNATURE_BYTES),
    ...chunks.filter(({ type }) => type === 'IHDR' || colours.includes(type)).map(written),
    written({ type: 'IDAT', data: packed.subarray(0, unpacked(packed)?.read) }),
    written({ type: 'IEND', data: Buffer.alloc(0) }),
  ]);
}

function formHolds(header: Buffer, chunks: readonly Chunk[]): 'form' | 'damaged' | null {
  const [depth, colour, compression, filter, interlace] = header.subarray(8);
  const kind = COLOURS[colour ?? -1];
  if (!kind?.depths.includes(depth ?? 0) || compression !== 0 || filter !== 0 || interlace !== 0) return 'form';
  const transparent = chunks.some(({ type }) => type === 'tRNS');
  // PDFKit takes the wrong half of a transparent colour's sixteen bits, and whole bytes for palette indexes.
  if (transparent && !(colour === PALETTE && depth === 8)) return 'form';
  if (colour !== PALETTE) return null;
  const entries = (chunks.find(({ type }) => type === 'PLTE')?.data.length ?? 0) / 3;
  const fits = Number.isInteger(entries) && entries >= 1 && entries <= 2 ** (depth ?? 0);
  const alphas = chunks.find(({ type }) => type === 'tRNS')?.data.length ?? 0;
  return fits && alphas <= entries ? null : 'damaged';
}

function samplesHold(header: Buffer, chunks: readonly Chunk[]): boolean {
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const [depth = 0, colour = -1] = header.subarray(8);
  const line = 1 + Math.ceil((width * (COLOURS[colour]?.samples ?? 0) * depth) / 8);
  return linesHold(packedSamples(chunks), line, height);
}

const packedSamples = (chunks: readonly Chunk[]): Buffer =>
  Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data));

function linesHold(packed: Buffer, line: number, lines: number): boolean {
  const samples = unpacked(packed, line * lines)?.samples;
  if (samples?.length !== line * lines) return false;
  for (let at = 0; at < samples.length; at += line) if (samples[at]! > HIGHEST_FILTER) return false;
  return true;
}

/** What was unpacked, and how many bytes of the packed that took; null where they are damaged or hold more than `most`. */
function unpacked(
  packed: Buffer,
  most: number = kMaxLength,
): { readonly samples: Buffer; readonly read: number } | null {
  try {
    // With `info` zlib answers more than its types say.
    const { buffer, engine } = inflateSync(packed, { maxOutputLength: most, info: true }) as unknown as Unpacked;
    return { samples: buffer, read: engine.bytesWritten };
  } catch {
    return null;
  }
}

/** All chunks, each with its sum right and nothing behind the last; null where that is not so. */
function chunksOf(bytes: Buffer): Chunk[] | null {
  const chunks: Chunk[] = [];
  let at = SIGNATURE_BYTES;
  while (at < bytes.length) {
    if (at + 12 > bytes.length) return null;
    const end = at + 8 + bytes.readUInt32BE(at);
    if (end + 4 > bytes.length || crc32(bytes.subarray(at + 4, end)) !== bytes.readUInt32BE(end)) return null;
    chunks.push({ type: bytes.toString('latin1', at + 4, at + 8), data: bytes.subarray(at + 8, end) });
    at = end + 4;
    if (chunks.at(-1)!.type === 'IEND') break;
  }
  return at === bytes.length ? chunks : null;
}

function written({ type, data }: Chunk): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, sum]);
}
