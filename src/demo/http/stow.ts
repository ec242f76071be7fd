import { randomUUID } from 'node:crypto';
import type { Agent, IncomingHttpHeaders } from 'node:http';
import type { Bytes } from './request';
import { send } from './request';

export interface StowOptions {
  /** Posts to `/dicomweb/studies/{study}` instead of `/dicomweb/studies`. */
  studyInstanceUid?: string;
  agent?: Agent;
  /** `chunked` streams, as a PACS does; `length` counts first, which needs all parts at once. */
  framing?: 'chunked' | 'length';
  /** Without it a random one of 73 characters, as Orthanc sends (RFC 2046 would allow 70). */
  boundary?: string;
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
  idleTimeoutMs?: number;
  /** Breaks the connection after so many bytes of the multipart body. */
  cutAfterBytes?: number;
}

/** A DICOM JSON data set (PS3.18 annex F). */
export type DicomJson = Record<string, { vr: string; Value?: unknown[] } | undefined>;

export interface StowReference {
  sopClassUid: string;
  sopInstanceUid: string;
  retrieveUrl?: string;
  /** Warning Reason (0008,1196). */
  warning?: number;
}

export interface StowFailure {
  sopClassUid: string;
  sopInstanceUid: string;
  /** Failure Reason (0008,1197). */
  reason?: number;
}

/** The answer of PS3.18 10.5.3: 200 all kept, 202 some, 409 none. */
export interface StowAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  dataSet?: DicomJson;
  referenced: StowReference[];
  failed: StowFailure[];
  /** The body, for answers that are not DICOM JSON. */
  text: string;
}

/**
 * Stores Part 10 files by STOW-RS (PS3.18 10.5): `multipart/related` with a quoted type, Content-Length inside each part.
 * Parts are pulled one after the other as the line takes them, so a lazy study never lies in memory whole.
 * @param key a clinic's gateway key; an empty one sends no Authorization
 */
export async function stow(
  baseUrl: string,
  key: string,
  parts: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  o: StowOptions = {},
): Promise<StowAnswer> {
  const boundary = o.boundary ?? `${randomUUID()}-${randomUUID()}`;
  const counted = o.framing === 'length' ? await collect(multipart(parts, boundary)) : undefined;
  const path = o.studyInstanceUid === undefined ? '' : `/${encodeURIComponent(o.studyInstanceUid)}`;
  const answer = await send({
    method: 'POST',
    url: new URL(`/dicomweb/studies${path}`, baseUrl),
    headers: {
      accept: 'application/dicom+json',
      'content-type': `multipart/related; type="application/dicom"; boundary="${boundary}"`,
      ...(key === '' ? {} : { authorization: `Bearer ${key}` }),
      ...(counted && { 'content-length': String(counted.reduce((sum, piece) => sum + piece.length, 0)) }),
      ...o.headers,
    },
    body: counted ?? multipart(parts, boundary),
    agent: o.agent,
    signal: o.signal,
    idleTimeoutMs: o.idleTimeoutMs,
    cutAfterBytes: o.cutAfterBytes,
  });
  return stowAnswer(answer);
}

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return all;
}

/** The body of PS3.18 8.6.1.2.1, as pieces: head of a part, its bytes untouched, … and the closing delimiter. */
export async function* multipart(parts: Bytes, boundary: string): AsyncGenerator<Uint8Array> {
  let before = '';
  for await (const part of parts) {
    yield Buffer.from(
      `${before}--${boundary}\r\nContent-Type: application/dicom\r\nContent-Length: ${part.length}\r\n\r\n`,
      'latin1',
    );
    yield part;
    before = '\r\n';
  }
  yield Buffer.from(`${before}--${boundary}--\r\n`, 'latin1');
}

const TAG = {
  referenced: '00081199',
  failed: '00081198',
  sopClassUid: '00081150',
  sopInstanceUid: '00081155',
  retrieveUrl: '00081190',
  warning: '00081196',
  reason: '00081197',
} as const;

function stowAnswer(answer: { status: number; headers: IncomingHttpHeaders; body: Buffer }): StowAnswer {
  const { status, headers, body } = answer;
  const text = body.toString('utf8');
  const dataSet = dicomJsonOf(headers['content-type'] ?? '', text);
  return {
    status,
    headers,
    dataSet,
    referenced: items(dataSet, TAG.referenced).map((item) => ({
      ...uidsOf(item),
      retrieveUrl: first<string>(item, TAG.retrieveUrl),
      warning: first<number>(item, TAG.warning),
    })),
    failed: items(dataSet, TAG.failed).map((item) => ({ ...uidsOf(item), reason: first<number>(item, TAG.reason) })),
    text,
  };
}

/** The standard's answer is one data set; servers that wrap it in an array exist. */
function dicomJsonOf(contentType: string, text: string): DicomJson | undefined {
  if (!contentType.toLowerCase().startsWith('application/dicom+json') || text === '') return undefined;
  const parsed = JSON.parse(text) as DicomJson | DicomJson[];
  return Array.isArray(parsed) ? parsed[0] : parsed;
}

const first = <T>(dataSet: DicomJson | undefined, tag: string): T | undefined =>
  dataSet?.[tag]?.Value?.[0] as T | undefined;
const items = (dataSet: DicomJson | undefined, tag: string): DicomJson[] =>
  (dataSet?.[tag]?.Value ?? []) as DicomJson[];
const uidsOf = (item: DicomJson): { sopClassUid: string; sopInstanceUid: string } => ({
  sopClassUid: first<string>(item, TAG.sopClassUid) ?? '',
  sopInstanceUid: first<string>(item, TAG.sopInstanceUid) ?? '',
});
