import { type DataSet, type Element, parseDicom } from 'dicom-parser';
import { allowedVr, EMPTIED, NAMING, REPLACED_UIDS } from './allowed-attributes';
import { encoded, fileHead, pixelDataHead, sequence, text, type Written } from './part10-writer';
import type { Pseudonyms } from './pseudonyms';
import { type ImageFacts, imageRefusal, type ImageRefusal, writtenSyntax } from './refusal.rules';

/** What the parser of received files has found out about a stored one. */
export interface StoredImage {
  readonly transferSyntaxUid: string;
  readonly encapsulated: boolean;
  /** Where the value of Pixel Data begins, and how long it is. */
  readonly offset: number;
  readonly length: number;
  /** An Extended Offset Table stands before the pixel data. */
  readonly extendedOffsets: boolean;
}

export type Rewritten =
  | { readonly head: Buffer; readonly transferSyntaxUid: string; readonly refusal?: undefined }
  | { readonly refusal: ImageRefusal };

/** What was done, in words (0012,0063); each at most 64 characters. */
const METHOD = [
  'PS3.15 E.1 Basic Profile by allow-list of attributes',
  'UIDs replaced, dates removed; sex and age (at most 90) kept',
];

/**
 * The head of the de-identified file, up to and with the head of Pixel Data: its value follows as it is stored, byte for
 * byte. `bytes` are the stored file's up to the value of Pixel Data, `known` what the exam's record calls the patient.
 * Never throws; what cannot be read or may show the patient is refused.
 */
export function rewritten(
  bytes: Buffer,
  stored: StoredImage,
  pseudonyms: Pseudonyms,
  known: readonly string[],
): Rewritten {
  const transferSyntaxUid = writtenSyntax(stored.transferSyntaxUid);
  if (transferSyntaxUid === undefined) return { refusal: 'encoding' };
  const dataSet = parsed(bytes, stored);
  if (!dataSet) return { refusal: 'unreadable' };
  const facts = factsOf(dataSet, stored);
  const refusal = imageRefusal(facts);
  if (refusal) return { refusal };
  const source: Source = { pseudonyms, naming: namingWords(dataSet, known), signed: dataSet.uint16('x00280103') === 1 };
  const head = Buffer.concat([
    fileHead(facts.sopClassUid, pseudonyms.uid(textOf(dataSet, 'x00080018')), transferSyntaxUid),
    encoded([...copied(dataSet, source), ...written(pseudonyms)]),
    pixelDataHead(stored.encapsulated ? null : stored.length),
  ]);
  return { head, transferSyntaxUid };
}

// --- reading ----------------------------------------------------------------------------------------------------------

/** Undefined unless the parser arrives exactly where the pixel data is known to be: then it has not misread anything. */
function parsed(bytes: Buffer, { offset, extendedOffsets }: StoredImage): DataSet | undefined {
  // The parser does not know the VR of the offset tables; they are dropped, because Basic Offset Tables may be empty too.
  const untilTag = extendedOffsets ? 'x7fe00001' : 'x7fe00010';
  try {
    const dataSet = parseDicom(bytes, { untilTag, vrCallback: allowedVr });
    const end = dataSet.elements[untilTag];
    return end && (extendedOffsets || end.dataOffset === offset) ? dataSet : undefined;
  } catch {
    // It throws texts and plain objects; all of them mean that the file is not to be relied on.
    return undefined;
  }
}

function factsOf(dataSet: DataSet, { encapsulated, length }: StoredImage): ImageFacts {
  return {
    sopClassUid: textOf(dataSet, 'x00080016'),
    burnedIn: textOf(dataSet, 'x00280301'),
    conversionType: textOf(dataSet, 'x00080064'),
    imageType: textOf(dataSet, 'x00080008').split('\\'),
    overlayInPixels: Object.keys(dataSet.elements).some(
      (tag) => /^x60..0102$/.test(tag) && (dataSet.uint16(tag) ?? 0) !== 0,
    ),
    // One byte more makes an odd length even (PS3.5 §8.1.1).
    pixelsBeyond: !encapsulated && length > pixelBytes(dataSet) + 1,
  };
}

/** Bytes that uncompressed pixels take (PS3.5 §8.1.1); 0 where the size is not said. */
function pixelBytes(dataSet: DataSet): number {
  const number = (tag: string): number => dataSet.uint16(tag) ?? 0;
  const samples = number('x00280002') || 1;
  const frames = Math.max(1, Number.parseInt(textOf(dataSet, 'x00280008'), 10) || 1);
  return Math.ceil((number('x00280010') * number('x00280011') * samples * number('x00280100') * frames) / 8);
}

const valueOf = (dataSet: DataSet, { dataOffset, length }: Element): Buffer =>
  (dataSet.byteArray as Buffer).subarray(dataOffset, dataOffset + length);

/** A text value without its padding; '' when absent. */
function textOf(dataSet: DataSet, tag: string): string {
  const element = dataSet.elements[tag];
  return element
    ? valueOf(dataSet, element)
        .toString('latin1')
        .replace(/[ \0]+$/, '')
    : '';
}

/** Short numbers are in every file; a word of letters, or a number of this many digits, tells somebody apart. */
const TELLING = /[A-Z]{2}|\d{5}/;
const wordsOf = (value: string): string[] =>
  value
    .toUpperCase()
    .split(/[^A-Z0-9]+/)
    .filter((word) => TELLING.test(word));

/** Of the record also without what stands between: `138-0000-0000` is one number. */
const namingWords = (dataSet: DataSet, known: readonly string[]): ReadonlySet<string> =>
  new Set(
    [
      ...NAMING.map((tag) => textOf(dataSet, tag)),
      ...known.flatMap((one) => [one, one.replace(/[^A-Za-z0-9]+/g, '')]),
    ].flatMap(wordsOf),
  );

// --- copying ----------------------------------------------------------------------------------------------------------

interface Source {
  readonly pseudonyms: Pseudonyms;
  /** Upper-case words that name the patient. */
  readonly naming: ReadonlySet<string>;
  /** Pixel Representation is 1: `US|SS` is SS. */
  readonly signed: boolean;
}

function copied(dataSet: DataSet, source: Source): Written[] {
  return Object.values(dataSet.elements).flatMap((element) => {
    const { tag } = element;
    if (REPLACED_UIDS.has(tag)) return [text(tag, 'UI', source.pseudonyms.uid(textOf(dataSet, tag)))];
    const vr = allowedVr(tag);
    if (vr === undefined) return [];
    if (vr === 'SQ') return copiedItems(element, source);
    const real = writtenVr(vr, element.vr, source.signed);
    if (real === undefined) return [];
    const value = { tag, vr: real, value: valueOf(dataSet, element) };
    return fits(value, source.naming) ? [aged(even(value))] : [];
  });
}

/** Items keep their places, because those of the per-frame groups are counted; a sequence without anything is left out. */
function copiedItems(element: Element, source: Source): Written[] {
  const items = (element.items ?? []).flatMap((item) => (item.dataSet ? [copied(item.dataSet, source)] : []));
  return items.some((elements) => elements.length > 0) ? [sequence(element.tag, items)] : [];
}

/**
 * The VR to write; undefined for a value that is not what it says. A text under the wrong one of the text VRs is judged by
 * its content; in implicit VR the parser was told by us.
 */
function writtenVr(vr: string, inFile: string | undefined, signed: boolean): string | undefined {
  const choices = vr.split('|');
  const isMislabelled = inFile !== undefined && inFile !== vr && !choices.includes(inFile);
  if (isMislabelled && !(vr in GRAMMAR && inFile in GRAMMAR)) return undefined;
  if (choices.length === 1) return vr;
  // Longer tables than 32,767 entries have no place in US (PS3.5 §7.1.2); the bytes are the same.
  if (choices.includes('OW')) return 'OW';
  return inFile !== undefined && choices.includes(inFile) ? inFile : signed ? 'SS' : 'US';
}

/** Each value of a text VR, so that nothing but what the VR is for gets through (PS3.5 §6.2). */
const GRAMMAR: Readonly<Record<string, RegExp>> = {
  AS: /^\d{3}[DWMY]$/,
  CS: /^[A-Z0-9 _]{0,16}$/,
  DS: /^ *[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)? *$|^ *$/,
  IS: /^ *[-+]?\d{1,12} *$|^ *$/,
  // Kernel of a reconstruction, unit of a rescaling: terms of the device.
  SH: /^[A-Za-z0-9 ._+-]{0,16}$/,
  LO: /^[A-Za-z0-9 ._+-]{0,16}$/,
  UI: /^1\.2\.840\.10008\.[0-9.]{1,50}$/,
};
/** Without these no image is shown; they have few values, so that nobody's name is among them. */
const CLOSED: Readonly<Record<string, RegExp>> = {
  x00080060: /^(CR|CT|DX|IO|MG|MR|PX)$/,
  x00280004: /^(MONOCHROME[12]|PALETTE COLOR|RGB|YBR_[A-Z0-9_]+)$/,
};
/** A bigger one is no voltage and no series, but somebody's number. */
const MOST: Readonly<Record<string, number>> = {
  x00180060: 500, // KVP
  x00200011: 99_999, // Series Number
};
const WIDTH: Readonly<Record<string, number>> = { US: 2, SS: 2, OW: 2, UL: 4, AT: 4, FL: 4, FD: 8 };
/** The length of an element with a 16-bit length field. */
const SHORT_LENGTH = 0xfffe;

function fits({ tag, vr, value }: Written, naming: ReadonlySet<string>): boolean {
  if (value.length > SHORT_LENGTH && vr !== 'OW') return false;
  const grammar = CLOSED[tag] ?? GRAMMAR[vr];
  if (!grammar) return value.length % (WIDTH[vr] as number) === 0;
  const content = value.toString('latin1').replace(/[ \0]+$/, '');
  const most = MOST[tag] ?? Infinity;
  if (!content.split('\\').every((one) => grammar.test(one) && !(Math.abs(Number(one)) > most))) return false;
  return tag in CLOSED || !wordsOf(content).some((word) => naming.has(word));
}

function even(element: Written): Written {
  const { value, vr } = element;
  return value.length % 2 === 0
    ? element
    : { ...element, value: Buffer.concat([value, Buffer.from(vr === 'UI' ? '\0' : ' ')]) };
}

const OLDEST = 90;

/** Few are that old: above it, an age alone finds a person (45 CFR 164.514(b)(2)(i)(C)). */
function aged(element: Written): Written {
  const [, years] = /^(\d{3})Y/.exec(element.vr === 'AS' ? element.value.toString('latin1') : '') ?? [];
  return years !== undefined && Number(years) > OLDEST ? text(element.tag, 'AS', `0${OLDEST}Y`) : element;
}

/** What every de-identified image says of itself (PS3.3 C.7.1.1, C.12.1). */
function written(pseudonyms: Pseudonyms): Written[] {
  const patient = pseudonyms.patient();
  return [
    ...Object.entries(EMPTIED).map(([tag, vr]) => text(tag, vr, '')),
    text('x00100010', 'PN', patient),
    text('x00100020', 'LO', patient),
    text('x00120062', 'CS', 'YES'),
    text('x00120063', 'LO', METHOD.join('\\')),
    text('x00280303', 'CS', 'REMOVED'),
  ];
}
