import { closeSync, openSync, readSync } from 'node:fs';
import type { DicomJson, FrameBytes, FrameSubject, ImageShape } from '../images';
import { decoderFor, type FrameForm } from './codecs';
import { eightBits, type Palette, rgbOfPalette, rgbOfYbr, rgbOfYbr422, supplemented } from './colour.rules';
import { type GreyRules, greys, type Modality } from './grey.rules';
import { type FilePlace, paletteTables, sequenceTable } from './lookup-tables';
import { hasValue, type PictureAttributes, pictureAttributes, soundWindow } from './picture-attributes.rules';
import { unpackedRle } from './rle.rules';
import { interleaved, nativeSamples, type SampleArray, soundCell } from './samples.rules';
import { wasRefusedMemory } from './wasm-memory';

/** One frame to paint. */
export interface PaintOrder {
  readonly path: string;
  readonly subject: FrameSubject;
  /** The header as DICOM JSON, parsed here: an enhanced object has megabytes of it. */
  readonly attributesJson: string;
  /** Values that the header leaves in the file. */
  readonly places: readonly FilePlace[];
  /** From 1. */
  readonly frame: number;
  readonly ranges: FrameBytes;
  readonly bitOffset: number;
  readonly window: { readonly center: number; readonly width: number } | null;
}

export type PaintRefusal = 'unsupported' | 'damaged' | 'too_large';

export interface Painted {
  /** Greys or RGB, eight bits. */
  readonly pixels: Uint8Array;
  readonly channels: 1 | 3;
  readonly columns: number;
  readonly rows: number;
  /** Times as high as wide. */
  readonly pixelHeight: number;
}

const RLE_LOSSLESS = '1.2.840.10008.1.2.5';
const EXPLICIT_BIG_ENDIAN = '1.2.840.10008.1.2.2';
const NATIVE = new Set(['1.2.840.10008.1.2', '1.2.840.10008.1.2.1', EXPLICIT_BIG_ENDIAN]);
/** Bits Allocated of what has no decoder. */
const CELLS = new Set([1, 8, 16, 32]);
/** Of a header that is read again for its tables. */
const HEADER_BYTES = 16 * 2 ** 20;
const PALETTE_BYTES = 65_536 * 2;

/** Samples of a frame and how they stand. */
interface Frame {
  readonly samples: SampleArray;
  readonly bits: number;
  /** RGB already, whatever the file calls it. */
  readonly isRgb: boolean;
}

class Refused extends Error {
  constructor(readonly code: PaintRefusal) {
    super(code);
  }
}

/** @throws Error when the file cannot be read or a decoder cannot be loaded; whatever the content, it is answered */
export async function paint(order: PaintOrder): Promise<Painted | PaintRefusal> {
  const { image, transferSyntaxUid } = order.subject;
  const bytes = bytesOf(order.path, order.ranges);
  const decode = await decoderFor(transferSyntaxUid);
  wasRefusedMemory();
  try {
    const header = JSON.parse(order.attributesJson) as DicomJson;
    const attributes = pictureAttributes(header, image, order.frame);
    const form = formOf(image);
    const frame = decode ? accepted(decode(bytes, form)) : uncompressed(bytes, order, form, attributes.highBit);
    const painted = shown(frame, order, header, attributes, form);
    return { ...painted, columns: form.columns, rows: form.rows, pixelHeight: attributes.pixelHeight };
  } catch (error) {
    if (error instanceof Refused) return error.code;
    // Decoders give up with errors of every kind, numbers among them: the stream's fault, after the files were read.
    return wasRefusedMemory() ? 'too_large' : 'damaged';
  }
}

function accepted<T extends object>(outcome: T | PaintRefusal | null): T {
  if (outcome === null) throw new Refused('damaged');
  if (typeof outcome === 'string') throw new Refused(outcome);
  return outcome;
}

/** @throws the file system's error; Refused where the file ends early */
function bytesOf(path: string, ranges: FrameBytes): Buffer {
  const bytes = Buffer.alloc(ranges.reduce((sum, { length }) => sum + length, 0));
  const descriptor = openSync(path, 'r');
  try {
    let at = 0;
    for (const { offset, length } of ranges) at += readSync(descriptor, bytes, at, length, offset);
    return bytes.subarray(0, at);
  } finally {
    closeSync(descriptor);
  }
}

function formOf({
  rows,
  columns,
  samplesPerPixel,
  bitsAllocated,
  bitsStored,
  pixelRepresentation,
  photometricInterpretation,
}: ImageShape): FrameForm {
  if (!rows || !columns || !bitsAllocated) throw new Refused('damaged');
  const signed = pixelRepresentation === 1;
  const cell = soundCell(bitsAllocated, bitsStored, null, signed);
  return {
    rows,
    columns,
    samplesPerPixel: samplesPerPixel ?? 1,
    bitsStored: cell.bitsStored,
    signed,
    isRgb: photometricInterpretation === 'RGB',
  };
}

function uncompressed(bytes: Buffer, order: PaintOrder, form: FrameForm, highBit: number | null): Frame {
  const { image, transferSyntaxUid, pixelData } = order.subject;
  const { samplesPerPixel, rows, columns } = form;
  const cell = soundCell(image.bitsAllocated as number, image.bitsStored, highBit, form.signed);
  const isRle = transferSyntaxUid === RLE_LOSSLESS;
  if (!isRle && !NATIVE.has(transferSyntaxUid)) throw new Refused('unsupported');
  if (isRle !== pixelData?.encapsulated) throw new Refused('damaged');
  if (!isRle && image.photometricInterpretation === 'YBR_FULL_422') return halfChroma(bytes, form, cell.bitsAllocated);
  // Before RLE is unpacked into as many planes as the cells have bytes.
  if (!CELLS.has(cell.bitsAllocated)) throw new Refused('unsupported');
  const wordBytes = Math.ceil(cell.bitsAllocated / 8);
  const packed = isRle ? accepted(unpackedRle(bytes, rows * columns, samplesPerPixel, wordBytes)) : bytes;
  const count = rows * columns * samplesPerPixel;
  const bigEndian = transferSyntaxUid === EXPLICIT_BIG_ENDIAN;
  const samples = accepted(nativeSamples(packed, { ...cell, bigEndian, bitOffset: order.bitOffset, count }));
  const planar = !isRle && samplesPerPixel > 1 && image.planarConfiguration === 1;
  return { samples: planar ? interleaved(samples, samplesPerPixel) : samples, bits: cell.bitsStored, isRgb: false };
}

function halfChroma(bytes: Buffer, form: FrameForm, bitsAllocated: number): Frame {
  if (bitsAllocated !== 8 || form.samplesPerPixel !== 3) throw new Refused('damaged');
  const packed = bytes.subarray(0, form.rows * form.columns * 2);
  return { samples: accepted(rgbOfYbr422(packed, form.columns)), bits: 8, isRgb: true };
}

type Pixels = Pick<Painted, 'pixels' | 'channels'>;

function shown(
  frame: Frame,
  order: PaintOrder,
  header: DicomJson,
  attributes: PictureAttributes,
  form: FrameForm,
): Pixels {
  const photometric = order.subject.image.photometricInterpretation ?? '';
  const { samples, bits } = frame;
  if (photometric === 'MONOCHROME1' || photometric === 'MONOCHROME2') {
    if (form.samplesPerPixel !== 1) throw new Refused('damaged');
    const pixels = greys(samples, greyRules(order, header, attributes, photometric === 'MONOCHROME1'));
    if (!attributes.partlyColoured) return { pixels, channels: 1 };
    return { pixels: supplemented(samples, pixels, palette(order, header, form)), channels: 3 };
  }
  if (photometric === 'PALETTE COLOR') {
    if (form.samplesPerPixel !== 1) throw new Refused('damaged');
    return { pixels: rgbOfPalette(samples, palette(order, header, form)), channels: 3 };
  }
  if (!COLOURS.has(photometric)) throw new Refused('unsupported');
  if (form.samplesPerPixel !== 3 || form.signed) throw new Refused('damaged');
  const colours = eightBits(samples, bits);
  const isYbr = !frame.isRgb && photometric.startsWith('YBR_FULL');
  return { pixels: isYbr ? rgbOfYbr(colours) : colours, channels: 3 };
}

function palette(order: PaintOrder, header: DicomJson, { signed }: FrameForm): Palette {
  const tables = paletteTables(header, signed, (tag) => paletteBytes(order, tag));
  if (!tables) throw new Refused('unsupported');
  return tables;
}

/** YBR_ICT and YBR_RCT are RGB as soon as they are decoded. */
const COLOURS = new Set(['RGB', 'YBR_FULL', 'YBR_FULL_422', 'YBR_ICT', 'YBR_RCT']);

function greyRules(order: PaintOrder, header: DicomJson, attributes: PictureAttributes, inverted: boolean): GreyRules {
  const { padding, shape } = attributes;
  const wished = order.window && soundWindow(order.window.center, order.window.width, shape);
  const modality = modalityOf(order, header, attributes);
  const voi = wished ?? attributes.window ?? voiTable(order, header, modality);
  return { modality, voi, inverted, padding };
}

/** A Modality LUT takes the place of slope and intercept (PS3.3 C.11.1.1); without its entries the greys would be wrong. */
function modalityOf(order: PaintOrder, header: DicomJson, attributes: PictureAttributes): Modality {
  if (!hasValue(header['00283000'])) return attributes.modality;
  const signed = order.subject.image.pixelRepresentation === 1;
  const table = sequenceTable(headerBytes(order), 'x00283000', signed);
  if (!table) throw new Refused('unsupported');
  return table;
}

/** Without it the picture is shown from its values, which is duller but true. */
function voiTable(order: PaintOrder, header: DicomJson, modality: Modality): GreyRules['voi'] {
  if (!hasValue(header['00283010'])) return null;
  const signed = order.subject.image.pixelRepresentation === 1 || ('intercept' in modality && modality.intercept < 0);
  return sequenceTable(headerBytes(order), 'x00283010', signed);
}

function headerBytes({ path, subject }: PaintOrder): Buffer {
  return bytesOf(path, [{ offset: 0, length: Math.min(subject.pixelData?.offset ?? 0, HEADER_BYTES) }]);
}

function paletteBytes({ path, places, subject }: PaintOrder, tag: string): Buffer | null {
  const place = places.find((one) => one.tag === tag);
  if (!place || place.length > PALETTE_BYTES) return null;
  const bytes = bytesOf(path, [place]);
  return subject.transferSyntaxUid === EXPLICIT_BIG_ENDIAN && bytes.length % 2 === 0 ? bytes.swap16() : bytes;
}
