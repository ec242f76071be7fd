import { createRequire } from 'node:module';
import { asRgbJpeg, type CodestreamShape, j2kShape, j2kStream, jpegShape } from './codestream.rules';
import { interleaved, type SampleArray, trimmed } from './samples.rules';

/** The decoders are CommonJS without types; each is loaded with the first frame that needs it. */
const load = createRequire(__filename);

/** What the file says of its frames. */
export interface FrameForm {
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: number;
  /** As far as it makes sense; else Bits Allocated. */
  readonly bitsStored: number;
  readonly signed: boolean;
  /** Photometric Interpretation RGB. */
  readonly isRgb: boolean;
}

export interface Decoded {
  /** Pixel by pixel. */
  readonly samples: SampleArray;
  readonly bits: number;
  /** The decoder has turned its colours into RGB, whatever the file calls them. */
  readonly isRgb: boolean;
}

export type DecodeFault = 'unsupported' | 'damaged';
type Outcome = Decoded | DecodeFault;
/** Decodes one frame; an error that it throws is the stream's fault. */
type Decode = (stream: Buffer, form: FrameForm) => Outcome;

/** The face of the WebAssembly decoders (embind). */
interface FrameDecoder {
  getEncodedBuffer(length: number): Uint8Array;
  decode(): void;
  getDecodedBuffer(): Uint8Array;
  getFrameInfo(): { width: number; height: number; bitsPerSample: number; componentCount: number; isSigned?: boolean };
  /** JPEG-LS: 0 when component comes after component. */
  getInterleaveMode?(): number;
}
type WasmPackage = (options: object) => Promise<Record<string, new () => FrameDecoder>>;

interface LosslessDecoder {
  /** Where it is: below the picture when it is done. */
  readonly yLoc: number;
  decode(buffer: ArrayBufferLike, offset: number, length: number, bytesPerSample: number): Uint8Array | Uint16Array;
}

const JPEG = wasm('@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs', 'JPEGDecoder', jpegBaseline);
const JPEG_LS = wasm('@cornerstonejs/codec-charls/decodewasmjs', 'JpegLSDecoder', jpegLs);
const JPEG_2000 = wasm('@cornerstonejs/codec-openjpeg/decodewasmjs', 'J2KDecoder', jpeg2000);
const HTJ2K = wasm('@cornerstonejs/codec-openjph', 'HTJ2KDecoder', jpeg2000);

/** Transfer syntax (PS3.5 §10) → how to get its decoder. RLE is not among them: it is undone by own code. */
const BY_SYNTAX: Readonly<Record<string, () => Promise<Decode>>> = {
  '1.2.840.10008.1.2.4.50': JPEG,
  '1.2.840.10008.1.2.4.51': JPEG,
  '1.2.840.10008.1.2.4.57': async () => jpegLossless,
  '1.2.840.10008.1.2.4.70': async () => jpegLossless,
  '1.2.840.10008.1.2.4.80': JPEG_LS,
  '1.2.840.10008.1.2.4.81': JPEG_LS,
  '1.2.840.10008.1.2.4.90': JPEG_2000,
  '1.2.840.10008.1.2.4.91': JPEG_2000,
  '1.2.840.10008.1.2.4.201': HTJ2K,
  '1.2.840.10008.1.2.4.202': HTJ2K,
  '1.2.840.10008.1.2.4.203': HTJ2K,
};

/** A decoder of its own for one frame, so that no picture meets the memory of another. @throws Error when it does not load */
export async function decoderFor(transferSyntaxUid: string): Promise<Decode | undefined> {
  return BY_SYNTAX[transferSyntaxUid]?.();
}

function wasm(
  name: string,
  className: string,
  decode: (decoder: FrameDecoder, stream: Buffer, form: FrameForm) => Outcome,
): () => Promise<Decode> {
  return async () => {
    const silent = { print: () => undefined, printErr: () => undefined };
    const Decoder = (await (load(name) as WasmPackage)(silent))[className];
    if (!Decoder) throw new Error(`${name} has no ${className}`);
    return (stream, form) => decode(new Decoder(), stream, form);
  };
}

function jpegBaseline(decoder: FrameDecoder, stream: Buffer, form: FrameForm): Outcome {
  const shape = jpegShape(stream);
  if (!fits(shape, form)) return 'damaged';
  // The 12 bits of the extended process need another build of libjpeg.
  if (shape.bits !== 8) return 'unsupported';
  const bytes = run(decoder, form.isRgb ? asRgbJpeg(stream) : stream, form, 1);
  return bytes ? { samples: stored(bytes, 8, form), bits: 8, isRgb: form.samplesPerPixel === 3 } : 'damaged';
}

function jpegLs(decoder: FrameDecoder, stream: Buffer, form: FrameForm): Outcome {
  const shape = jpegShape(stream);
  if (!fits(shape, form) || shape.bits > 16) return 'damaged';
  const bytes = run(decoder, stream, form, shape.bits > 8 ? 2 : 1);
  if (!bytes) return 'damaged';
  const samples = stored(bytes, shape.bits, form);
  const planar = form.samplesPerPixel > 1 && decoder.getInterleaveMode?.() === 0;
  const bits = Math.min(shape.bits, form.bitsStored);
  return { samples: planar ? interleaved(samples, form.samplesPerPixel) : samples, bits, isRgb: false };
}

/** JPEG 2000 and HTJ2K; a colour transformation of the code stream (YBR_ICT, YBR_RCT) is undone by the decoder. */
function jpeg2000(decoder: FrameDecoder, bytes: Buffer, form: FrameForm): Outcome {
  const stream = j2kStream(bytes);
  const shape = j2kShape(stream);
  if (!fits(shape, form)) return 'damaged';
  if (shape.bits > 16) return 'unsupported';
  const decoded = run(decoder, stream, form, shape.bits > 8 ? 2 : 1);
  if (!decoded) return 'damaged';
  // A sign in the stream holds. Without one the values are as the header has them, in the fewer bits of the two.
  const signed = form.signed || shape.signed;
  const bitsStored = form.signed && !shape.signed ? form.bitsStored : shape.bits;
  return { samples: stored(decoded, shape.bits, { ...form, bitsStored, signed }), bits: shape.bits, isRgb: false };
}

function jpegLossless(stream: Buffer, form: FrameForm): Outcome {
  const shape = jpegShape(stream);
  if (!fits(shape, form) || shape.bits > 16) return 'damaged';
  // It puts colours together only where a sample is a byte.
  if (form.samplesPerPixel !== 1 && (form.samplesPerPixel !== 3 || shape.bits > 8)) return 'unsupported';
  const { lossless } = load('jpeg-lossless-decoder-js') as { lossless: { Decoder: new () => LosslessDecoder } };
  const decoder = new lossless.Decoder();
  const words = decoder.decode(stream.buffer, stream.byteOffset, stream.length, shape.bits > 8 ? 2 : 1);
  if (words.length !== form.rows * form.columns * form.samplesPerPixel || decoder.yLoc < form.rows) return 'damaged';
  return { samples: storedWords(words, shape.bits, form), bits: Math.min(shape.bits, form.bitsStored), isRgb: false };
}

/** Before anything is allocated: the stream is as large as the header says. */
function fits(shape: CodestreamShape | null, form: FrameForm): shape is CodestreamShape {
  return (
    shape !== null &&
    shape.width === form.columns &&
    shape.height === form.rows &&
    shape.components === form.samplesPerPixel &&
    shape.bits >= 1
  );
}

/** The decoded bytes, copied out of the decoder's memory; null where they are not the picture announced. */
function run(decoder: FrameDecoder, stream: Buffer, form: FrameForm, bytesPerSample: number): Uint8Array | null {
  decoder.getEncodedBuffer(stream.length).set(stream);
  decoder.decode();
  const { width, height, componentCount } = decoder.getFrameInfo();
  const decoded = decoder.getDecodedBuffer();
  const expected = form.rows * form.columns * form.samplesPerPixel * bytesPerSample;
  const asAnnounced =
    width === form.columns &&
    height === form.rows &&
    componentCount === form.samplesPerPixel &&
    decoded.length === expected;
  return asAnnounced ? Uint8Array.from(decoded) : null;
}

const wordsOf = (bytes: Uint8Array, bits: number): Uint8Array | Uint16Array =>
  bits > 8 ? new Uint16Array(bytes.buffer) : bytes;

const stored = (bytes: Uint8Array, bits: number, form: FrameForm): SampleArray =>
  storedWords(wordsOf(bytes, bits), bits, form);

/** Codecs without signs carry two's complement in the bits they have. */
function storedWords(words: Uint8Array | Uint16Array, bits: number, { bitsStored, signed }: FrameForm): SampleArray {
  const used = Math.min(bits, bitsStored);
  return trimmed(words, { bitsAllocated: words.BYTES_PER_ELEMENT * 8, bitsStored: used, highBit: used - 1, signed });
}
