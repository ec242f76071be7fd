import { readSync } from 'node:fs';

/** Bytes that are read by position: a file on disk, or a data set inflated in memory. */
export interface ByteSource {
  readonly size: number;
  /** Up to `length` bytes from `offset`, fewer at the end. The result is only good until the next call with `reuse`. */
  read(offset: number, length: number, reuse?: Buffer): Buffer;
}

export function fileSource(descriptor: number, size: number): ByteSource {
  return {
    size,
    read(offset, length, reuse) {
      const wanted = Math.max(0, Math.min(length, size - offset));
      const target = reuse && reuse.length >= wanted ? reuse : Buffer.allocUnsafeSlow(wanted);
      let filled = 0;
      while (filled < wanted) {
        const got = readSync(descriptor, target, filled, wanted - filled, offset + filled);
        if (got === 0) break;
        filled += got;
      }
      return target.subarray(0, filled);
    },
  };
}

export function memorySource(bytes: Buffer): ByteSource {
  return { size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
}
