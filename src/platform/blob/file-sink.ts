import { createHash } from 'node:crypto';
import { finished, Writable, type Readable } from 'node:stream';
import { promisify } from 'node:util';
import fs from 'node:fs';
import { BlobError, type BlobErrorCode } from './blob-error';

const writev = promisify(fs.writev);

/** Written in one call, because every call to the disk costs a change of threads: a CT image is one call. */
const GATHER_BYTES = 768 * 1024;
/** How much more may be taken in while a write is under way. */
const HIGH_WATER_MARK = 256 * 1024;

export interface SinkOptions {
  /** Offset of the first byte in the file. */
  start: number;
  /** Bytes this stream may bring, and what it is told when it brings more. */
  maxBytes: number;
  tooMany: BlobErrorCode;
  /** Also compute the SHA-256 of the stream. */
  hash: boolean;
}

type Done = (error?: Error | null) => void;

/** Writes a stream to an open file, which it neither syncs nor closes. */
export class FileSink extends Writable {
  /** Bytes that are in the file; all that came, once the stream has finished. */
  written = 0;
  private gathered: Buffer[] = [];
  private gatheredBytes = 0;
  private readonly sha256;

  constructor(
    private readonly fd: number,
    private readonly o: SinkOptions,
  ) {
    super({ highWaterMark: HIGH_WATER_MARK });
    this.sha256 = o.hash ? createHash('sha256') : undefined;
  }

  /** Lower case hex; once, after the end of the stream. */
  digest(): string {
    if (!this.sha256) throw new Error('this sink does not hash');
    return this.sha256.digest('hex');
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    this.gathered.push(chunk);
    this.gatheredBytes += chunk.length;
    if (this.written + this.gatheredBytes > this.o.maxBytes) {
      done(new BlobError(this.o.tooMany, `more than ${this.o.maxBytes} bytes`));
    } else if (this.gatheredBytes >= GATHER_BYTES) {
      this.flush(done);
    } else {
      done();
    }
  }

  override _final(done: Done): void {
    this.flush(done);
  }

  private flush(done: Done): void {
    const [buffers, bytes] = [this.gathered, this.gatheredBytes];
    this.gathered = [];
    this.gatheredBytes = 0;
    const writing = writeFully(this.fd, buffers, this.o.start + this.written);
    // Hashing on this thread while another one writes.
    if (this.sha256) for (const buffer of buffers) this.sha256.update(buffer);
    writing.then(() => {
      this.written += bytes;
      done();
    }, done);
  }
}

/** A write may be short (a nearly full disk, a signal): goes on until all is written or the reason shows. */
async function writeFully(fd: number, buffers: Buffer[], position: number): Promise<void> {
  let left = buffers;
  let at = position;
  while (left.length > 0) {
    const { bytesWritten } = await writev(fd, left, at);
    at += bytesWritten;
    left = behind(left, bytesWritten);
  }
}

/** What of `buffers` comes after the first `bytes` bytes. */
function behind(buffers: Buffer[], bytes: number): Buffer[] {
  let skip = bytes;
  let i = 0;
  for (let head = buffers[0]; head && head.length <= skip; head = buffers[++i]) skip -= head.length;
  const [head, ...rest] = buffers.slice(i);
  return head ? [head.subarray(skip), ...rest] : [];
}

/**
 * Writes a stream to the sink and resolves when every byte that arrived is in the file. Resolves with the stream's error
 * when it was cut; rejects when the sink fails. Unlike `pipeline` it never destroys the source: that may be an HTTP
 * request, and its sender is owed an answer.
 */
export function drainInto(source: Readable, sink: FileSink): Promise<Error | undefined> {
  return new Promise((resolve, reject) => {
    let cut: Error | undefined;
    const stopWatching = finished(source, { writable: false }, (error) => {
      cut = error ?? undefined;
      // What is still in the sink's buffer has arrived: it is written too.
      if (cut) sink.end();
    });
    finished(sink, (error) => {
      stopWatching();
      source.unpipe(sink);
      if (error) reject(error);
      else resolve(cut);
    });
    source.pipe(sink);
  });
}
