import type { StoredHeader } from './wado-files';

/** Metadata of an instance as the viewer gets it (PS3.18 Annex F). Pure. */

/** A value that stays in the file, and where its bytes are. */
export interface BulkPlace {
  readonly tag: string;
  readonly vr: string;
  readonly offset: number;
  readonly length: number;
}

const EXPLICIT_BIG_ENDIAN = '1.2.840.10008.1.2.2';
/** VRs whose bytes mean the same in either byte order. */
const BYTES: ReadonlySet<string> = new Set(['OB', 'UN', 'DS', 'IS']);

/**
 * Long values of the root level that can be fetched by themselves: look-up tables, overlays, documents. Left out are
 * those of a deflated data set, which have no place in the file, and words in big-endian order, which a client would take
 * for little-endian ones (PS3.18 §8.7.3).
 */
export function bulkPlaces({ bulk, transferSyntaxUid }: Pick<StoredHeader, 'bulk' | 'transferSyntaxUid'>): BulkPlace[] {
  return bulk.flatMap(({ tag, vr, offset, length }) =>
    offset === null || (transferSyntaxUid === EXPLICIT_BIG_ENDIAN && !BYTES.has(vr))
      ? []
      : [{ tag, vr, offset, length }],
  );
}

/**
 * Adds a BulkDataURI (PS3.18 §F.2.6) per place to a data set that is text already. Pixel data gets none: viewers ask for
 * frames.
 * @param json of an object
 */
export function withBulkUris(json: string, places: readonly BulkPlace[], instanceUrl: string): string {
  if (places.length === 0) return json;
  const entries = places.map(({ tag, vr }) => {
    return `${JSON.stringify(tag)}:${JSON.stringify({ vr, BulkDataURI: `${instanceUrl}/bulkdata/${tag}` })}`;
  });
  const body = json.slice(0, json.lastIndexOf('}'));
  return `${body}${body.trimEnd().endsWith('{') ? '' : ','}${entries.join(',')}}`;
}

/** The text of a JSON array of texts of JSON, piece by piece. */
export async function* jsonArray(items: AsyncIterable<string>): AsyncGenerator<Buffer, void, undefined> {
  let before = '[';
  for await (const item of items) {
    yield Buffer.from(before + item);
    before = ',';
  }
  yield Buffer.from(before === '[' ? '[]' : ']');
}
