import { BlobError, type BlobErrorCode } from './blob-error';
import type { ReceiveOptions } from './blob-store';

/** Where to stop reading, and what more bytes than that would mean. @throws BlobError `too_large` when announced so */
export function limitsOf(o: ReceiveOptions): { maxBytes: number; tooMany: BlobErrorCode } {
  if (o.expectedBytes === undefined) return { maxBytes: o.maxBytes, tooMany: 'too_large' };
  if (o.expectedBytes > o.maxBytes) throw new BlobError('too_large', `${o.expectedBytes} bytes announced`);
  return { maxBytes: o.expectedBytes, tooMany: 'size_mismatch' };
}

/** Compares what came with what was announced. @throws BlobError `size_mismatch`, `hash_mismatch` */
export function checkReceived(bytes: number, sha256: string, o: ReceiveOptions): void {
  if (o.expectedBytes !== undefined && bytes !== o.expectedBytes) {
    throw new BlobError('size_mismatch', `${o.expectedBytes} bytes announced, ${bytes} came`);
  }
  if (o.expectedSha256 !== undefined && sha256 !== o.expectedSha256) {
    throw new BlobError('hash_mismatch', 'the bytes are not those that were announced');
  }
}
