import { DomainError } from '../platform/errors';
import { parseContentType } from '../platform/http';
import { dicomwebErrors } from './dicomweb.errors';

/** Which representation of a resource an Accept header lets through (RFC 9110 §12.5.1, PS3.18 §8.7). Pure. */

/** A form in which a resource can be sent. */
export interface Offer {
  /** Of the single part, or of each part of a `multipart/related` answer. */
  readonly mediaType: string;
  readonly multipart: boolean;
  /** As the bytes are encoded; null where that has no meaning (JSON). */
  readonly transferSyntax: string | null;
}

interface Range {
  readonly mediaType: string;
  readonly multipart: boolean;
  /** Null: none named. */
  readonly transferSyntax: string | null;
  readonly weight: number;
}

export const DICOM = 'application/dicom';
export const DICOM_JSON = 'application/dicom+json';
export const OCTET_STREAM = 'application/octet-stream';

export const JSON_OFFERS: readonly Offer[] = [DICOM_JSON, 'application/json'].map((mediaType) => {
  return { mediaType, multipart: false, transferSyntax: null };
});

/**
 * The offer that the caller likes best, the first of several it likes equally. A range without `transfer-syntax`, or with
 * `*`, takes the bytes as they are stored: nothing is transcoded here, and every part says its transfer syntax.
 * @param accept the header, or the `accept` parameter that stands for it (PS3.18 §8.3.3.1); absent or empty takes anything
 * @throws DomainError `not_acceptable`
 */
export function chosen<T extends Offer>(accept: string | undefined, offers: readonly T[]): T {
  const ranges = rangesOf(accept);
  let best: { offer: T; weight: number } | undefined;
  for (const offer of offers) {
    const weight = weightOf(offer, ranges);
    if (weight > (best?.weight ?? 0)) best = { offer, weight };
  }
  if (!best)
    throw new DomainError(dicomwebErrors.not_acceptable, { field: 'Accept', offered: offers.map(written).join(', ') });
  return best.offer;
}

/** As it stands in a Content-Type or Accept header. */
export function written({ mediaType, multipart, transferSyntax }: Offer): string {
  const syntax = transferSyntax === null ? '' : `; transfer-syntax=${transferSyntax}`;
  return multipart ? `multipart/related; type="${mediaType}"${syntax}` : `${mediaType}${syntax}`;
}

const ANYTHING: Range = { mediaType: '*/*', multipart: false, transferSyntax: null, weight: 1 };

function rangesOf(accept: string | undefined): Range[] {
  const ranges = (accept ?? '').match(/(?:[^,"]|"(?:[^"\\]|\\.)*")+/g) ?? [];
  const parsed = ranges.filter((range) => range.trim() !== '').map(rangeOf);
  return parsed.length > 0 ? parsed : [ANYTHING];
}

function rangeOf(text: string): Range {
  const { mediaType, parameters } = parseContentType(text.trim());
  const multipart = mediaType === 'multipart/related' || mediaType === 'multipart/*';
  const syntax = parameters.get('transfer-syntax');
  const weight = Number(parameters.get('q') ?? 1);
  return {
    mediaType: withoutX(multipart ? (parameters.get('type')?.toLowerCase() ?? '*/*') : mediaType),
    multipart,
    transferSyntax: syntax === undefined || syntax === '*' ? null : syntax,
    weight: weight >= 0 && weight <= 1 ? weight : 0,
  };
}

/** Of the ranges that fit, the most specific one decides: anything, but `image/jpeg;q=0`, excludes JPEG. */
function weightOf(offer: Offer, ranges: readonly Range[]): number {
  let found = { specificity: -1, weight: 0 };
  for (const range of ranges) {
    const specificity = specificityOf(offer, range);
    if (specificity > found.specificity) found = { specificity, weight: range.weight };
  }
  return found.weight;
}

/** -1 when the range does not fit the offer. */
function specificityOf(offer: Offer, range: Range): number {
  const anything = range.mediaType === '*/*' && !range.multipart;
  if (range.multipart !== offer.multipart && !anything) return -1;
  if (range.transferSyntax !== null && range.transferSyntax !== offer.transferSyntax) return -1;
  const syntax = range.transferSyntax === null ? 0 : 1;
  if (range.mediaType === '*/*') return (range.multipart ? 2 : 0) + syntax;
  if (range.mediaType.endsWith('/*')) return offer.mediaType.startsWith(range.mediaType.slice(0, -1)) ? 4 + syntax : -1;
  return range.mediaType === offer.mediaType ? 6 + syntax : -1;
}

/** Older clients write `image/x-jls`, `image/x-dicom-rle`. */
const withoutX = (mediaType: string): string => mediaType.replace('/x-', '/');

// --- frames -----------------------------------------------------------------------------------------------------------

const IMPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2';
const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';

/** Media types of encapsulated frames by transfer syntax (PS3.18 tables 8.7.3-2, 8.7.3-3 and 8.7.3-5). */
const FRAME_MEDIA: readonly (readonly [RegExp, string])[] = [
  [/^1\.2\.840\.10008\.1\.2\.5$/, 'image/dicom-rle'],
  [/^1\.2\.840\.10008\.1\.2\.4\.(50|51|57|70)$/, 'image/jpeg'],
  [/^1\.2\.840\.10008\.1\.2\.4\.(80|81)$/, 'image/jls'],
  [/^1\.2\.840\.10008\.1\.2\.4\.(90|91)$/, 'image/jp2'],
  [/^1\.2\.840\.10008\.1\.2\.4\.(92|93)$/, 'image/jpx'],
  [/^1\.2\.840\.10008\.1\.2\.4\.(110|111|112)$/, 'image/jxl'],
  [/^1\.2\.840\.10008\.1\.2\.4\.(201|202|203)$/, 'image/jphc'],
  [/^1\.2\.840\.10008\.1\.2\.4\.10[01](\.1)?$/, 'video/mpeg'],
  [/^1\.2\.840\.10008\.1\.2\.4\.10[2-8](\.1)?$/, 'video/mp4'],
];

/**
 * How frames can be sent: compressed ones under their own media type or, as viewers ask with `transfer-syntax=*`, as
 * octets; native ones as octets. One frame also goes without multipart around it.
 */
export function frameOffers(transferSyntaxUid: string, encapsulated: boolean, frames: number): Offer[] {
  // Pixels are the same bytes in both little-endian syntaxes, and only the explicit one has a name on the web.
  const transferSyntax = transferSyntaxUid === IMPLICIT_LITTLE_ENDIAN ? EXPLICIT_LITTLE_ENDIAN : transferSyntaxUid;
  const compressed = FRAME_MEDIA.find(([syntax]) => encapsulated && syntax.test(transferSyntaxUid))?.[1];
  const mediaTypes = compressed === undefined ? [OCTET_STREAM] : [compressed, OCTET_STREAM];
  return [true, ...(frames === 1 ? [false] : [])].flatMap((multipart) =>
    mediaTypes.map((mediaType) => ({ mediaType, multipart, transferSyntax })),
  );
}
