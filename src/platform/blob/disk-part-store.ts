import { createHash } from 'node:crypto';
import { mkdir, open, opendir, readdir, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { BlobError, isErrno, namedFileError } from './blob-error';
import type { AppendResult, PartStore, ReceivedBlob, ReceiveOptions } from './blob-store';
import { DirectoryLog } from './directory-log';
import { FILE_MODE, FOLDER_MODE } from './disk-files';
import { drainInto, FileSink } from './file-sink';
import { checkReceived, limitsOf } from './receive.rules';
import { TempBlob, type PartLease } from './temp-blob';

const UPLOAD_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const PART_FILE = /^[0-9a-f]{64}$/;
const HASH_READ_BYTES = 1024 * 1024;

/**
 * Parts of resumable uploads as files `<root>/<upload id>/<sha256 of the part's name>`: the name comes from outside and
 * must not become a path. Bytes are acknowledged only after an fsync, and in order, so a part is always a prefix of what
 * its sender has.
 */
export class DiskPartStore implements PartStore {
  private readonly directories: DirectoryLog;
  private readonly busy = new Set<string>();

  /** @param root an existing folder, absolute */
  constructor(private readonly root: string) {
    this.directories = new DirectoryLog(root);
  }

  async partSize(uploadId: string, name: string): Promise<number> {
    try {
      return (await stat(this.pathOf(uploadId, name))).size;
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return 0;
      throw error;
    }
  }

  async openPart(uploadId: string, name: string): Promise<{ partPath: string; offset: number }> {
    const partPath = this.pathOf(uploadId, name);
    try {
      const file = await openOrMake(partPath);
      const { size } = await file.stat();
      // A process that died may have left bytes that no disk holds yet: they are about to be acknowledged.
      await flushAndClose(file);
      await this.directories.makeDurable(uploadId);
      return { partPath, offset: size };
    } catch (error) {
      throw namedFileError(error);
    }
  }

  async appendPart(partPath: string, offset: number, stream: Readable, maxBytes: number): Promise<AppendResult> {
    stream.on('error', () => undefined);
    this.checkPartPath(partPath);
    if (offset > maxBytes) throw new BlobError('too_large', `more than ${maxBytes} bytes`);
    const lease = this.lease(partPath);
    try {
      const file = await openPartFile(partPath);
      try {
        return await append(file, offset, stream, maxBytes);
      } finally {
        await file.close();
      }
    } catch (error) {
      throw namedFileError(error);
    } finally {
      lease.release();
    }
  }

  async adoptPart(partPath: string, o: ReceiveOptions): Promise<ReceivedBlob> {
    this.checkPartPath(partPath);
    const limits = limitsOf(o);
    // Kept until commit, discard or keep: a late append would change bytes that already have the name of their hash.
    const lease = this.lease(partPath);
    try {
      const file = await openPartFile(partPath);
      try {
        const { size } = await file.stat();
        if (size > limits.maxBytes) throw new BlobError(limits.tooMany, `more than ${limits.maxBytes} bytes`);
        // Read again instead of hashed while appending: what counts is what the disk has, after any number of crashes.
        const sha256 = await hashOf(file);
        checkReceived(size, sha256, o);
        return new TempBlob(partPath, size, sha256, flushAndClose(file), lease);
      } catch (error) {
        await file.close();
        throw error;
      }
    } catch (error) {
      lease.release();
      throw error;
    }
  }

  async removeUpload(uploadId: string): Promise<void> {
    await rm(this.folderOf(uploadId), { recursive: true, force: true });
  }

  /** Removes uploads none of whose parts was written to since. @returns how many */
  async sweepUploads(olderThan: Date): Promise<number> {
    let removed = 0;
    for await (const upload of await opendir(this.root)) {
      const folder = join(this.root, upload.name);
      const touched = await lastWrite(folder);
      if (touched === undefined || touched >= olderThan.getTime()) continue;
      await rm(folder, { recursive: true, force: true });
      removed += 1;
    }
    return removed;
  }

  private lease(partPath: string): PartLease {
    if (this.busy.has(partPath)) throw new BlobError('part_busy', 'another request is at work on this part');
    this.busy.add(partPath);
    return { release: () => this.busy.delete(partPath) };
  }

  private pathOf(uploadId: string, name: string): string {
    return join(this.folderOf(uploadId), createHash('sha256').update(name).digest('hex'));
  }

  private folderOf(uploadId: string): string {
    if (!UPLOAD_ID.test(uploadId)) throw new BlobError('bad_key', 'not an upload id');
    return join(this.root, uploadId);
  }

  /** A path that did not come from `openPart` is refused, whatever it points to. */
  private checkPartPath(partPath: string): void {
    const folder = dirname(partPath);
    const ours = join(this.folderOf(basename(folder)), basename(partPath));
    if (ours !== partPath || !PART_FILE.test(basename(partPath))) throw new BlobError('bad_key', 'not a part');
  }
}

/** Brings the part to `offset` + what the stream brings. Resolves when that is on the disk. */
async function append(file: FileHandle, offset: number, stream: Readable, maxBytes: number): Promise<AppendResult> {
  const { size } = await file.stat();
  if (size < offset) throw new BlobError('offset_mismatch', `the part has ${size} bytes, not ${offset}`);
  if (size > offset) await file.truncate(offset);
  const sink = new FileSink(file.fd, { start: offset, maxBytes: maxBytes - offset, tooMany: 'too_large', hash: false });
  try {
    const cut = await drainInto(stream, sink);
    await file.datasync();
    return { offset: offset + sink.written, ...(cut ? { cut } : {}) };
  } catch (error) {
    await file.truncate(offset);
    throw error;
  }
}

async function openOrMake(path: string): Promise<FileHandle> {
  // 'a' makes the file if need be and never truncates it.
  try {
    return await open(path, 'a', FILE_MODE);
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
    await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE });
    return open(path, 'a', FILE_MODE);
  }
}

async function openPartFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r+');
  } catch (error) {
    if (isErrno(error, 'ENOENT')) throw new BlobError('not_found', 'no such part', { cause: error });
    throw error;
  }
}

async function hashOf(file: FileHandle): Promise<string> {
  const hash = createHash('sha256');
  const stream = file.createReadStream({ start: 0, highWaterMark: HASH_READ_BYTES, autoClose: false });
  for await (const chunk of stream as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest('hex');
}

/** The newest write to one of an upload's parts, in ms since 1970; undefined when the upload has just been removed. */
async function lastWrite(folder: string): Promise<number | undefined> {
  try {
    let newest = (await stat(folder)).mtimeMs;
    for (const part of await readdir(folder)) newest = Math.max(newest, (await stat(join(folder, part))).mtimeMs);
    return newest;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}

async function flushAndClose(file: FileHandle): Promise<void> {
  try {
    await file.datasync();
  } finally {
    await file.close();
  }
}
