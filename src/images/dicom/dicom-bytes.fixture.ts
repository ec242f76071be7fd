/** Builds DICOM bytes for tests, well-formed or not (PS3.5 §7). */

export type Form = 'explicit' | 'implicit' | 'big-endian';

export const TAG = {
  charset: 0x00080005,
  sopClass: 0x00080016,
  sopInstance: 0x00080018,
  modality: 0x00080060,
  institution: 0x00080080,
  studyDescription: 0x00081030,
  patientName: 0x00100010,
  patientId: 0x00100020,
  patientComments: 0x00104000,
  bodyPart: 0x00180015,
  study: 0x0020000d,
  series: 0x0020000e,
  requestAttributes: 0x00400275,
  frames: 0x00280008,
  rows: 0x00280010,
  columns: 0x00280011,
  bitsAllocated: 0x00280100,
  pixelRepresentation: 0x00280103,
  samplesPerPixel: 0x00280002,
  photometric: 0x00280004,
  pixelData: 0x7fe00010,
} as const;

export const UIDS = {
  sopClass: '1.2.840.10008.5.1.4.1.1.2',
  sop: '1.2.826.0.1.3680043.2.1.3',
  study: '1.2.826.0.1.3680043.2.1.1',
  series: '1.2.826.0.1.3680043.2.1.2',
} as const;

const UNDEFINED_LENGTH = 0xffffffff;
const LONG_FORM = /^(OB|OD|OF|OL|OV|OW|SQ|SV|UC|UN|UR|UT|UV)$/;

function tagBytes(tag: number, form: Form): Buffer {
  const bytes = Buffer.alloc(4);
  if (form === 'big-endian') {
    bytes.writeUInt16BE(tag >>> 16, 0);
    bytes.writeUInt16BE(tag & 0xffff, 2);
  } else {
    bytes.writeUInt16LE(tag >>> 16, 0);
    bytes.writeUInt16LE(tag & 0xffff, 2);
  }
  return bytes;
}

export function u16(value: number, form: Form = 'explicit'): Buffer {
  const bytes = Buffer.alloc(2);
  if (form === 'big-endian') bytes.writeUInt16BE(value);
  else bytes.writeUInt16LE(value);
  return bytes;
}

export function u32(value: number, form: Form = 'explicit'): Buffer {
  const bytes = Buffer.alloc(4);
  if (form === 'big-endian') bytes.writeUInt32BE(value);
  else bytes.writeUInt32LE(value);
  return bytes;
}

/** Tag, VR and a length of one's own choice, without a value. */
export function elementHeader(tag: number, vr: string, length: number, form: Form = 'explicit'): Buffer {
  if (form === 'implicit') return Buffer.concat([tagBytes(tag, form), u32(length, form)]);
  const head = Buffer.concat([tagBytes(tag, form), Buffer.from(vr, 'latin1')]);
  return LONG_FORM.test(vr)
    ? Buffer.concat([head, Buffer.alloc(2), u32(length, form)])
    : Buffer.concat([head, u16(length, form)]);
}

/** A whole element; text is padded to even length with a space, UIDs with NUL. */
export function element(tag: number, vr: string, value: string | Buffer, form: Form = 'explicit'): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'latin1') : value;
  const padding =
    bytes.length % 2 === 1 ? Buffer.from(vr === 'UI' || vr === 'OB' ? '\0' : ' ', 'latin1') : Buffer.alloc(0);
  return Buffer.concat([elementHeader(tag, vr, bytes.length + padding.length, form), bytes, padding]);
}

export function item(content: Buffer, form: Form = 'explicit'): Buffer {
  return Buffer.concat([tagBytes(0xfffee000, form), u32(content.length, form), content]);
}

export const SEQUENCE_END = Buffer.concat([tagBytes(0xfffee0dd, 'explicit'), u32(0)]);
export const ITEM_END = Buffer.concat([tagBytes(0xfffee00d, 'explicit'), u32(0)]);

export function sequence(tag: number, items: Buffer[], form: Form = 'explicit'): Buffer {
  const content = Buffer.concat(items.map((content) => item(content, form)));
  return Buffer.concat([elementHeader(tag, 'SQ', content.length, form), content]);
}

/** Sequence and items of undefined length (PS3.5 §7.5.2), little endian. */
export function openSequence(tag: number, items: Buffer[], form: Form = 'explicit'): Buffer {
  const open = Buffer.concat([tagBytes(0xfffee000, form), u32(UNDEFINED_LENGTH)]);
  const content = items.flatMap((content) => [open, content, ITEM_END]);
  return Buffer.concat([elementHeader(tag, 'SQ', UNDEFINED_LENGTH, form), ...content, SEQUENCE_END]);
}

/** Encapsulated pixel data (PS3.5 A.4): an offset table item, fragments, and the end unless `ending` is false. */
export function encapsulated(fragments: Buffer[], offsets: number[] = [], ending = true): Buffer {
  return Buffer.concat([
    elementHeader(TAG.pixelData, 'OB', UNDEFINED_LENGTH),
    item(Buffer.concat(offsets.map((offset) => u32(offset)))),
    ...fragments.map((fragment) => item(fragment)),
    ...(ending ? [SEQUENCE_END] : []),
  ]);
}

/** Attributes by ascending tag. A value of null leaves out one that `dataSet` would add. */
export type Attributes = [tag: number, vr: string, value: string | Buffer | null][];

/** A data set with the UIDs and what is given besides, sorted by tag, followed by `tail` (pixel data, as a rule). */
export function dataSet(attributes: Attributes = [], form: Form = 'explicit', tail: Buffer = Buffer.alloc(0)): Buffer {
  const all = new Map<number, [string, string | Buffer | null]>([
    [TAG.sopClass, ['UI', UIDS.sopClass]],
    [TAG.sopInstance, ['UI', UIDS.sop]],
    [TAG.study, ['UI', UIDS.study]],
    [TAG.series, ['UI', UIDS.series]],
  ]);
  for (const [tag, vr, value] of attributes) all.set(tag, [vr, value]);
  const sorted = [...all].sort(([a], [b]) => a - b);
  const elements = sorted.map(([tag, [vr, value]]) => {
    if (value === null) return Buffer.alloc(0);
    // A sequence is handed over whole.
    return vr === 'SQ' ? (value as Buffer) : element(tag, vr, value, form);
  });
  return Buffer.concat([...elements, tail]);
}

export const TRANSFER_SYNTAX = {
  implicit: '1.2.840.10008.1.2',
  explicit: '1.2.840.10008.1.2.1',
  deflated: '1.2.840.10008.1.2.1.99',
  'big-endian': '1.2.840.10008.1.2.2',
  jpegLossless: '1.2.840.10008.1.2.4.70',
  rle: '1.2.840.10008.1.2.5',
} as const;

/** Preamble, prefix and file meta information before a data set (PS3.10 §7.1). */
export function part10(
  data: Buffer,
  transferSyntax: string = TRANSFER_SYNTAX.explicit,
  sop: string = UIDS.sop,
): Buffer {
  const meta = Buffer.concat([
    element(0x00020001, 'OB', Buffer.from([0, 1])),
    element(0x00020002, 'UI', UIDS.sopClass),
    element(0x00020003, 'UI', sop),
    element(0x00020010, 'UI', transferSyntax),
    element(0x00020012, 'UI', '1.2.826.0.1.3680043.2.1'),
  ]);
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM'),
    element(0x00020000, 'UL', u32(meta.length)),
    meta,
    data,
  ]);
}

/** The Image Pixel module of a grey image (PS3.3 C.7.6.3). */
export function greyImage(rows: number, columns: number, frames = 1, bits = 16, form: Form = 'explicit'): Attributes {
  return [
    [TAG.samplesPerPixel, 'US', u16(1, form)],
    [TAG.photometric, 'CS', 'MONOCHROME2'],
    [TAG.frames, 'IS', String(frames)],
    [TAG.rows, 'US', u16(rows, form)],
    [TAG.columns, 'US', u16(columns, form)],
    [TAG.bitsAllocated, 'US', u16(bits, form)],
    [0x00280101, 'US', u16(bits, form)],
    [TAG.pixelRepresentation, 'US', u16(0, form)],
  ];
}
