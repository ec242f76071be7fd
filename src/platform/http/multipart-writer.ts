import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';

export interface OutgoingPart {
  /** Field names as they shall be sent. Content-Length is added when `bytes` is known. */
  headers: Record<string, string>;
  /** The content, or a function that opens it when its turn comes, so that one file is open at a time. */
  body: Buffer | (() => Promise<Readable>);
  /** Length of the content; needed only for a streamed body and only for a known total length. */
  bytes?: number;
}

export interface MultipartAnswer {
  /** Value of the answer's Content-Type field. */
  contentType: string;
  /** Length of the whole body, when every part's length is known beforehand; otherwise the answer is sent chunked. */
  contentLength: number | undefined;
  /** The body, once; stopping early closes the part that is open. */
  body: AsyncGenerator<Buffer, void, undefined>;
}

/**
 * Writes a `multipart/related` body (RFC 2387; WADO-RS: DICOM PS3.18 §8.6.1.2.1, §10.4.4). `parts` may be a list, or a
 * generator when there are many. The body fails, so that the answer is cut and not taken as complete, when a part's
 * stream fails or has another length than `bytes` said.
 *
 * @param o.type media type of the parts, e.g. `application/dicom`
 * @param o.boundary only for tests and replay; random otherwise
 */
export function multipartRelatedWriter(
  parts: readonly OutgoingPart[] | AsyncIterable<OutgoingPart>,
  o: { type: string; boundary?: string },
): MultipartAnswer {
  const boundary = o.boundary ?? randomBytes(24).toString('hex');
  return {
    contentType: `multipart/related; type="${o.type}"; boundary=${boundary}`,
    contentLength: Array.isArray(parts) ? totalLength(parts, boundary) : undefined,
    body: writeParts(parts, boundary),
  };
}

async function* writeParts(
  parts: readonly OutgoingPart[] | AsyncIterable<OutgoingPart>,
  boundary: string,
): AsyncGenerator<Buffer, void, undefined> {
  for await (const part of parts) {
    yield partHead(part, boundary);
    if (Buffer.isBuffer(part.body)) {
      if (part.body.length > 0) yield part.body;
    } else {
      yield* counted(await part.body(), part.bytes);
    }
    yield LINE_END;
  }
  yield closingDelimiter(boundary);
}

/** Passes a stream on and fails when it does not have the length that was announced. */
async function* counted(stream: Readable, announced: number | undefined): AsyncGenerator<Buffer, void, undefined> {
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (announced !== undefined && bytes > announced) break;
    yield chunk;
  }
  if (announced !== undefined && bytes !== announced) {
    throw new Error(`a part announced with ${announced} bytes has ${bytes > announced ? 'more' : `only ${bytes}`}`);
  }
}

const LINE_END = Buffer.from('\r\n');

function partHead(part: OutgoingPart, boundary: string): Buffer {
  const bytes = partLength(part);
  const fields = Object.entries(part.headers);
  if (bytes !== undefined) fields.push(['Content-Length', String(bytes)]);
  const lines = fields.map(([name, value]) => {
    // A line end inside a value would let it forge fields or a whole part.
    if (/[\r\n:]/.test(name) || /[\r\n]/.test(value))
      throw new Error(`part header ${JSON.stringify(name)} is not one line`);
    return `${name}: ${value}\r\n`;
  });
  return Buffer.from(`--${boundary}\r\n${lines.join('')}\r\n`, 'latin1');
}

function closingDelimiter(boundary: string): Buffer {
  return Buffer.from(`--${boundary}--\r\n`, 'latin1');
}

function partLength(part: OutgoingPart): number | undefined {
  return Buffer.isBuffer(part.body) ? part.body.length : part.bytes;
}

function totalLength(parts: readonly OutgoingPart[], boundary: string): number | undefined {
  let total = closingDelimiter(boundary).length;
  for (const part of parts) {
    const bytes = partLength(part);
    if (bytes === undefined) return undefined;
    total += partHead(part, boundary).length + bytes + LINE_END.length;
  }
  return total;
}
