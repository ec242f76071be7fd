/** What an Accept header lets an answer be (RFC 9110 §12.5.1). Pure. */

/**
 * Whether the caller takes `application/dicom+json` (PS3.18 §8.3.3: also asked for as `application/json`). No header
 * means anything; a range with q=0 does not count.
 */
export function acceptsDicomJson(accept: string | undefined): boolean {
  if (accept === undefined || accept.trim() === '') return true;
  return accept.split(',').some((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const refused = parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
    return !refused && ACCEPTABLE.has(type);
  });
}

const ACCEPTABLE: ReadonlySet<string> = new Set(['*/*', 'application/*', 'application/dicom+json', 'application/json']);
