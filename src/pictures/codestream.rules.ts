/** What a compressed frame says of itself, read before any decoder allocates for it. Pure. */

export interface CodestreamShape {
  readonly width: number;
  readonly height: number;
  readonly components: number;
  /** Bits of a sample; of the deepest component where they differ. */
  readonly bits: number;
  readonly signed: boolean;
}

/** Start of frame: all of ISO 10918-1 table B.1 but DHT, JPG and DAC, and that of JPEG-LS (ISO 14495-1 C.1). */
const START_OF_FRAME = new Set([0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf, 0xf7]);
const START_OF_SCAN = 0xda;

/** The frame header of a JPEG or JPEG-LS stream; null where none comes before the first scan. */
export function jpegShape(stream: Buffer): CodestreamShape | null {
  if (stream.length < 4 || stream.readUInt16BE(0) !== 0xffd8) return null;
  let at = 2;
  while (at + 4 <= stream.length && stream[at] === 0xff) {
    const marker = stream[at + 1] as number;
    // Any number of fill bytes may come before a marker (ISO 10918-1 B.1.1.2).
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const length = stream.readUInt16BE(at + 2);
    if (START_OF_FRAME.has(marker)) {
      if (at + 10 > stream.length) return null;
      const [bits, components] = [stream[at + 4] as number, stream[at + 9] as number];
      return {
        bits,
        height: stream.readUInt16BE(at + 5),
        width: stream.readUInt16BE(at + 7),
        components,
        signed: false,
      };
    }
    if (marker === START_OF_SCAN || length < 2) return null;
    at += 2 + length;
  }
  return null;
}

/** Adobe's APP14 with transform 0: the three components are red, green and blue. */
const ADOBE_RGB = Buffer.from('ffee000e41646f626500640000000000', 'hex');
/** JFIF and Adobe segments come first of all. */
const FIRST_SEGMENTS = 1024;

/**
 * A JPEG stream that does not say what its three components are is taken for YCbCr by every decoder; where DICOM says RGB
 * (PS3.5 §8.2.1), it is made to say so.
 */
export function asRgbJpeg(stream: Buffer): Buffer {
  const begin = stream.subarray(0, FIRST_SEGMENTS);
  if (begin.includes('JFIF') || begin.includes('Adobe')) return stream;
  return Buffer.concat([stream.subarray(0, 2), ADOBE_RGB, stream.subarray(2)]);
}

/** SOC and SIZ, with which every JPEG 2000 code stream begins (ISO 15444-1 A.4.1, A.5.1). */
const J2K_BEGIN = Buffer.from('ff4fff51', 'hex');
const JP2_SIGNATURE = Buffer.from('0000000c6a5020200d0a870a', 'hex');
/** The boxes before the code stream of a JP2 file, which DICOM forbids and some devices write, are shorter than this. */
const JP2_BOXES = 4096;

/** The code stream alone, where it was put into a JP2 file. */
export function j2kStream(bytes: Buffer): Buffer {
  if (!bytes.subarray(0, JP2_SIGNATURE.length).equals(JP2_SIGNATURE)) return bytes;
  const begin = bytes.subarray(0, JP2_BOXES).indexOf(J2K_BEGIN);
  return begin < 0 ? bytes : bytes.subarray(begin);
}

/** The SIZ segment of a JPEG 2000 or HTJ2K code stream (ISO 15444-1 A.5.1). */
export function j2kShape(stream: Buffer): CodestreamShape | null {
  const components = stream.length >= 42 ? stream.readUInt16BE(40) : 0;
  if (!stream.subarray(0, 4).equals(J2K_BEGIN) || components < 1 || stream.length < 42 + components * 3) return null;
  const side = (at: number): number => stream.readUInt32BE(at) - stream.readUInt32BE(at + 8);
  let [bits, signed] = [0, false];
  for (let i = 0; i < components; i++) {
    const depth = stream[42 + i * 3] as number;
    // Sub-sampled components would have to be enlarged before they are put together.
    if (stream[43 + i * 3] !== 1 || stream[44 + i * 3] !== 1) return null;
    bits = Math.max(bits, (depth & 0x7f) + 1);
    signed ||= depth >= 0x80;
  }
  return { width: side(8), height: side(12), components, bits, signed };
}
