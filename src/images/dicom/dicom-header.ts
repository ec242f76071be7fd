import { closeSync, fstatSync, openSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import { type ByteSource, fileSource, memorySource } from './byte-source';
import { BRIEF_TAGS } from './brief-tags';
import type { CharsetDecision } from './charset';
import {
  attributeOf,
  belongsInModel,
  type BulkValue,
  type ConversionContext,
  type DicomJson,
  effectiveVr,
  isPlain,
  jsonTag,
} from './dicom-json';
import { fullBudget, readRootElements, type RootElement, type RootElements } from './element-reader';
import type { ImageShape, PixelDataPlace } from './frames';
import { decideHeaderCharsets, type HeaderCharsets } from './header-charset';
import { HEADER_LIMITS, HeaderRefusal, type RefusalCode, tagForPeople } from './header-limits';
import { type DataSetStart, findDataSet, uidValue } from './part10';
import { findPixelData, imageShape } from './pixel-data';
import { uidFault, uidIsSloppy } from './uid.rules';

/** What is known about the sender beside the file. */
export interface HeaderHints {
  /** What the clinic's devices write when they do not say, e.g. `GB18030`; breaks ties only. */
  clinicCharset?: string;
  /**
   * Only the attributes of {@link BRIEF_TAGS} are wanted. The others are looked at for oddities and limits all the same, and
   * those where there is something to find (sequences, long or broken values) come too.
   */
  brief?: boolean;
}

/** The header as the worker posts it: small plain values, the model as text, so that the receiving thread parses nothing. */
export interface PostedHeader {
  transferSyntaxUid: string;
  /** The file does not say (no file meta information); guessed from the bytes. */
  transferSyntaxAssumed: boolean;
  /** '' when neither data set nor file meta information has it. */
  sopClassUid: string;
  sopInstanceUid: string;
  studyInstanceUid: string;
  seriesInstanceUid: string;
  charset: CharsetDecision;
  image: ImageShape;
  pixelData: PixelDataPlace | null;
  /** Values of the root level that stay in the file; offsets are null in a deflated data set. */
  bulk: (Omit<BulkValue, 'offset'> & { offset: number | null })[];
  /** False: an unreadable element was met behind the UIDs; attributes and pixel data behind it are unknown. */
  headerComplete: boolean;
  /** Oddities that do not keep the file out: `code` or `code (gggg,eeee)`. */
  warnings: string[];
  /** DICOM JSON model (PS3.18 Annex F) of the whole data set as text (but see {@link HeaderHints.brief}). */
  attributesJson: string;
  /** The same without huge attributes (per-frame functional groups …); null when there are none. */
  smallAttributesJson: string | null;
}

export type PostedHeaderResult = { ok: true; header: PostedHeader } | { ok: false; code: RefusalCode; detail: string };

const WINDOW = Buffer.allocUnsafeSlow(HEADER_LIMITS.firstWindow);
/** Pixel data in any of its three forms, and whatever a device puts behind it, is no header. */
const isPixelDataOrBehind = (tag: string): boolean => tag >= 'x7fe00008';

/**
 * Reads the header of a received file up to the pixel data. Synchronous and bounded: for a worker thread.
 * @throws the file system's error when the file itself cannot be read; everything about its content is a refusal
 */
export function readDicomHeader(path: string, hints: HeaderHints): PostedHeaderResult {
  const descriptor = openSync(path, 'r');
  try {
    return { ok: true, header: parseHeader(fileSource(descriptor, fstatSync(descriptor).size), hints) };
  } catch (error) {
    if (error instanceof HeaderRefusal) return { ok: false, code: error.code, detail: error.detail };
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** @throws HeaderRefusal */
export function parseHeader(file: ByteSource, hints: HeaderHints): PostedHeader {
  const start = findDataSet(file);
  const source = start.deflated ? inflated(file, start.start) : file;
  const root = readRootElements(
    source,
    start.deflated ? 0 : start.start,
    start.encoding,
    isPixelDataOrBehind,
    fullBudget(),
    WINDOW,
  );
  // Only a structure that is plainly wrong behind the UIDs is let in; every bound and every missing byte keeps a file out.
  if (root.fault && root.fault.code !== 'malformed') throw root.fault;
  const uids = requiredUids(root);
  const { elements } = root;
  const charsets = decideHeaderCharsets(elements, hints.clinicCharset);
  const warnings = new Set([...start.warnings, ...root.warnings, ...charsets.warnings, ...uidWarnings(uids, start)]);
  if (root.fault) warnings.add('header_incomplete');
  const image = imageShape(elements, start.encoding);
  const pixelData = findPixelData(source, root, image, start.deflated, warnings);
  const model = modelOf(elements, start.deflated, charsets, hints.brief ?? false, {
    encoding: start.encoding,
    pixelsSigned: image.pixelRepresentation === 1,
    charsetFor: charsets.charsetFor,
    warn: (warning) => warnings.add(warning),
  });
  return {
    transferSyntaxUid: start.transferSyntaxUid,
    transferSyntaxAssumed: start.transferSyntaxAssumed,
    sopClassUid: uidValue(elements.get('x00080016')) || start.mediaStorageSopClassUid,
    ...uids,
    charset: charsets.decision,
    image,
    pixelData,
    headerComplete: root.fault === undefined,
    ...model,
    warnings: [...warnings].slice(0, HEADER_LIMITS.warnings),
  };
}

/** The output is capped before it is made; the compressed part is no longer than the file and read once. */
function inflated(file: ByteSource, start: number): ByteSource {
  if (file.size - start > HEADER_LIMITS.inflatedBytes) {
    throw new HeaderRefusal('inflated_too_large', `more than ${HEADER_LIMITS.inflatedBytes} bytes`);
  }
  try {
    return memorySource(
      inflateRawSync(file.read(start, file.size - start), { maxOutputLength: HEADER_LIMITS.inflatedBytes }),
    );
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE')
      throw new HeaderRefusal('inflated_too_large', `more than ${HEADER_LIMITS.inflatedBytes} bytes`);
    if (code === 'Z_BUF_ERROR') throw new HeaderRefusal('truncated', 'the deflated data set has no end');
    throw new HeaderRefusal('inflate_failed', 'the data set is not deflated as its transfer syntax says');
  }
}

const REQUIRED_UIDS = [
  ['x0020000d', 'studyInstanceUid', 'Study Instance UID'],
  ['x0020000e', 'seriesInstanceUid', 'Series Instance UID'],
  ['x00080018', 'sopInstanceUid', 'SOP Instance UID'],
] as const;
type RequiredUids = Record<(typeof REQUIRED_UIDS)[number][1], string>;

function requiredUids({ elements, fault }: RootElements): RequiredUids {
  const uids = {} as RequiredUids;
  for (const [tag, key, name] of REQUIRED_UIDS) {
    const uid = uidValue(elements.get(tag));
    if (uid === '' && fault) throw fault;
    if (uid === '') throw new HeaderRefusal('uid_missing', `${name} ${tagForPeople(tag)} is missing`);
    const reason = uidFault(uid);
    if (reason !== null) throw new HeaderRefusal('uid_invalid', `${name} ${tagForPeople(tag)} ${reason}`);
    uids[key] = uid;
  }
  return uids;
}

function uidWarnings(uids: RequiredUids, start: DataSetStart): string[] {
  const meta = start.mediaStorageSopInstanceUid;
  return [
    ...(meta !== '' && meta !== uids.sopInstanceUid ? ['sop_uid_differs_from_file_meta'] : []),
    ...(Object.values(uids).some(uidIsSloppy) ? ['uid_with_leading_zero'] : []),
  ];
}

/** More JSON than an attribute that is left out could have made: `null,` for every backslash is the longest. */
const LEFT_OUT = { overhead: 64, charactersPerByte: 6 } as const;

/** In dicom-parser's form. */
const WANTED: ReadonlySet<string> = new Set(BRIEF_TAGS.map((tag) => `x${tag.toLowerCase()}`));

type Model = Pick<PostedHeader, 'attributesJson' | 'smallAttributesJson' | 'bulk'>;

function modelOf(
  elements: ReadonlyMap<string, RootElement>,
  deflated: boolean,
  charsets: HeaderCharsets,
  brief: boolean,
  context: ConversionContext,
): Model {
  const model: DicomJson = {};
  const bulk: Model['bulk'] = [];
  let leftOut = 0;
  // The model is UTF-8 whatever the file was (PS3.18 F.2).
  if (elements.has('x00080005') || charsets.hasText) model['00080005'] = { vr: 'CS', Value: ['ISO_IR 192'] };
  for (const root of elements.values()) {
    const { element, base } = root;
    if (!belongsInModel(element.tag) || element.tag === 'x00080005') continue;
    if (brief && !WANTED.has(element.tag) && isPlain(element, context.pixelsSigned)) {
      leftOut += LEFT_OUT.overhead + LEFT_OUT.charactersPerByte * element.length;
      continue;
    }
    const attribute = attributeOf(root, charsets.rootLabel, context);
    if (attribute) {
      model[jsonTag(element.tag)] = attribute;
      continue;
    }
    const vr = effectiveVr(element, context.pixelsSigned);
    const offset = deflated ? null : base + element.dataOffset;
    bulk.push({ tag: jsonTag(element.tag), vr, offset, length: element.length });
  }
  const attributesJson = JSON.stringify(model);
  // Whether the whole model is too long is then found out by making it.
  if (attributesJson.length + leftOut > HEADER_LIMITS.modelCharacters && leftOut > 0)
    return modelOf(elements, deflated, charsets, false, context);
  if (attributesJson.length > HEADER_LIMITS.modelCharacters) {
    throw new HeaderRefusal('header_too_large', `more than ${HEADER_LIMITS.modelCharacters} characters of attributes`);
  }
  const isSmall = attributesJson.length <= HEADER_LIMITS.smallAttributeJson;
  return { attributesJson, smallAttributesJson: isSmall ? null : smallPart(model), bulk };
}

/** What the receiving thread can parse in a millisecond or two. */
function smallPart(model: DicomJson): string {
  let length = 0;
  const parts = Object.entries(model)
    .map(([tag, attribute]) => `"${tag}":${JSON.stringify(attribute)}`)
    .filter((part) => part.length <= HEADER_LIMITS.smallAttributeJson)
    .filter((part) => (length += part.length) <= HEADER_LIMITS.smallAttributesJson);
  return `{${parts.join(',')}}`;
}
