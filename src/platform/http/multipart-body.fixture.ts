import { Readable } from 'node:stream';
import type { MultipartLimits } from './multipart-related';

/** Bodies as a sender's socket gives them, for the specs of the reader. */

export const LIMITS: MultipartLimits = {
  maxParts: 100,
  maxHeaderBytes: 1024,
  maxPartBytes: 1 << 20,
  maxTotalBytes: 1 << 24,
};

/** The Content-Type of a body with this boundary. */
export const type = (boundary: string): string => `multipart/related; type="application/dicom"; boundary=${boundary}`;

/** A source that gives this text, byte for byte, in one chunk. */
export const whole = (text: string | Buffer): Readable => chunked([Buffer.from(text as string, 'latin1')]);

/** A source that gives exactly these chunks. */
export function chunked(chunks: Buffer[]): Readable {
  // A Readable takes an empty chunk for "not yet".
  const left = chunks.filter((chunk) => chunk.length > 0);
  return new Readable({
    read() {
      this.push(left.shift() ?? null);
    },
  });
}
