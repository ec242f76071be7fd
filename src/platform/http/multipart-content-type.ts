/** The parts of a `multipart/related` Content-Type that a reader needs (RFC 2387 §3). Parameter names are lower case. */
export interface MultipartContentType {
  /** Lower case, without parameters, e.g. `multipart/related`. */
  mediaType: string;
  /** As sent, unquoted; the first one wins when a name is given twice. */
  parameters: ReadonlyMap<string, string>;
}

/** `; name = value`, the value quoted (RFC 9110 §5.6.4) or bare. Bare values may hold `/` and `=`, which real PACS send. */
const PARAMETER = /\s*;\s*(?:([^\s=;"]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;"]*)))?)?/y;

/** RFC 2046 §5.1.1 says 70 characters, real senders use 73; printable ASCII only, so that it can sit on a line. */
const BOUNDARY = /^[\x20-\x7e]{1,200}$/;

/** Splits a Content-Type header. Text that does not parse ends the parameter list instead of failing. */
export function parseContentType(header: string): MultipartContentType {
  const end = header.indexOf(';');
  const mediaType = (end < 0 ? header : header.slice(0, end)).trim().toLowerCase();
  const parameters = new Map<string, string>();
  PARAMETER.lastIndex = end < 0 ? header.length : end;
  for (let match = PARAMETER.exec(header); match; match = PARAMETER.exec(header)) {
    const name = match[1]?.toLowerCase();
    if (name === undefined || parameters.has(name)) continue;
    parameters.set(name, match[2]?.replace(/\\(.)/g, '$1') ?? match[3]?.trim() ?? '');
  }
  return { mediaType, parameters };
}

/** The boundary of a multipart Content-Type, or undefined when there is none that could delimit anything. */
export function boundaryOf(header: string): string | undefined {
  const boundary = parseContentType(header).parameters.get('boundary')?.trimEnd();
  return boundary !== undefined && BOUNDARY.test(boundary) ? boundary : undefined;
}
