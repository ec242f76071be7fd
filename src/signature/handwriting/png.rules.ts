import { crc32, inflateSync } from 'node:zlib';
import type { Size } from './picture-size';

/** PNG (ISO/IEC 15948) as far as a signature needs it: eight bits a sample at most, not interlaced. Pure. */

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
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

/** As the header says; null where there is none. */
export function pngSize(bytes: Buffer): Size | null {
  const [header] = chunksOf(bytes) ?? [];
  if (header?.type !== 'IHDR' || header.data.length !== 13) return null;
  return { width: header.data.readUInt32BE(0), height: header.data.readUInt32BE(4) };
}

/** What keeps it from being printed; null: nothing, every sample is there. */
export function pngFault(bytes: Buffer): 'form' | 'damaged' | null {
  const chunks = chunksOf(bytes);
  const header = chunks?.[0];
  if (!chunks || header?.type !== 'IHDR' || chunks.at(-1)?.type !== 'IEND') return 'damaged';
  const [depth, colour, compression, filter, interlace] = header.data.subarray(8);
  const kind = COLOURS[colour ?? -1];
  if (!kind?.depths.includes(depth ?? 0) || compression !== 0 || filter !== 0 || interlace !== 0) return 'form';
  if (colour === PALETTE && !chunks.some(({ type }) => type === 'PLTE')) return 'damaged';
  const packed = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data));
  const { width, height } = pngSize(bytes)!;
  const line = 1 + Math.ceil((width * kind.samples * (depth ?? 0)) / 8);
  return linesHold(packed, line, height) ? null : 'damaged';
}

function linesHold(packed: Buffer, line: number, lines: number): boolean {
  const samples = inflated(packed, line * lines);
  if (samples?.length !== line * lines) return false;
  for (let at = 0; at < samples.length; at += line) if (samples[at]! > HIGHEST_FILTER) return false;
  return true;
}

function inflated(packed: Buffer, most: number): Buffer | null {
  try {
    return inflateSync(packed, { maxOutputLength: most });
  } catch {
    // Damaged data, or more of it than the header says: no picture either way.
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
