/** RLE Lossless (PS3.5 Annex G): PackBits over byte planes. Pure. */

const HEADER = 64;
const MOST_SEGMENTS = 15;

/**
 * The samples of a frame as little-endian words, pixel by pixel; null where the stream does not fit the picture. A
 * segment that ends early leaves zeros, one that goes on is cut: some encoders pad.
 *
 * @param pixels of the frame
 * @param samples of a pixel
 * @param bytes of a sample: the planes come with the most significant one first
 */
export function unpackedRle(stream: Buffer, pixels: number, samples: number, bytes: number): Buffer | null {
  if (stream.length < HEADER) return null;
  const segments = stream.readUInt32LE(0);
  if (segments !== samples * bytes || segments > MOST_SEGMENTS) return null;
  const offsets = Array.from({ length: segments }, (_, i) => stream.readUInt32LE(4 + i * 4));
  const out = Buffer.alloc(pixels * segments);
  for (const [segment, from] of offsets.entries()) {
    const to = offsets[segment + 1] ?? stream.length;
    if (from < HEADER || to < from || to > stream.length) return null;
    const sample = Math.floor(segment / bytes);
    const significance = bytes - 1 - (segment % bytes);
    const written = unpackSegment(stream.subarray(from, to), out, sample * bytes + significance, segments);
    if (written === 0) return null;
  }
  return out;
}

/** Writes every `stride`th byte of `out` from `first` on. @returns how many bytes */
function unpackSegment(segment: Buffer, out: Buffer, first: number, stride: number): number {
  let at = first;
  let next = 0;
  while (next < segment.length && at < out.length) {
    const control = segment.readInt8(next++);
    if (control >= 0) {
      for (let left = control + 1; left > 0 && next < segment.length && at < out.length; left--, at += stride)
        out[at] = segment[next++] as number;
    } else if (control !== -128) {
      const value = segment[next++] ?? 0;
      for (let left = 1 - control; left > 0 && at < out.length; left--, at += stride) out[at] = value;
    }
  }
  return (at - first) / stride;
}
