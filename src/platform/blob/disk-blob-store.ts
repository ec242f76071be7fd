import { randomUUID } from 'node:crypto';
import { closeSync } from 'node:fs';
import { mkdir, open, opendir, readdir, rename, stat, statfs, type FileHandle } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { BlobError, isErrno, namedFileError } from './blob-error';
import { blobKey, partsOfBlobKey, partsOfBlobPrefix, type BlobKey } from './blob-key';
import type { BlobStat, BlobStore, BlobUsage, ByteRange, ReceivedBlob, ReceiveOptions } from './blob-store';
import { DirectoryLog } from './directory-log';
import { FILE_MODE, flushAndClose, FOLDER_MODE, makeFolder, openFile, removeFile } from './disk-files';
import { DiskPartStore } from './disk-part-store';
import { drainInto, FileSink } from './file-sink';
import { checkReceived, limitsOf } from './receive.rules';
import { TempBlob } from './temp-blob';

const INCOMING = '.incoming';
const PARTS = '.parts';
const UUID = /^[0-9a-f-]{36}$/;
const HASH_DIGITS = /^[0-9a-f]{2}$/;
const SHA256 = /^[0-9a-f]{64}$/;
const READ_BYTES = 256 * 1024;

/**
 * Blobs as files: `<root>/<county>/<clinic>/<aa>/<sha256>`, where aa are the first hash digits: 256 folders keep the
 * images of a clinic's ten years at some ten thousand names each, and are soon all there, so that storing a file seldom
 * means making a folder durable too. A file gets its name only after its bytes are on the disk (fsync), by a rename,
 * which is atomic; the commit is answered only after the name is on the disk too. The same bytes again take the place of
 * those that are there, which costs no more than finding out, and mends a file that a disk has damaged.
 * So a crash, a power cut or a full disk leaves at worst a file in `.incoming`, which `sweepIncoming` removes.
 */
export class DiskBlobStore implements BlobStore {
  /** Parts of resumable uploads, on the same disk. */
  readonly parts: DiskPartStore;
  private readonly directories: DirectoryLog;

  private constructor(private readonly root: string) {
    this.directories = new DirectoryLog(root);
    this.parts = new DiskPartStore(join(root, PARTS));
  }

  /** Opens the store in a folder, made if need be. Several processes may have the same folder open. */
  static async at(root: string): Promise<DiskBlobStore> {
    const absolute = resolve(root);
    for (const folder of [INCOMING, PARTS]) await makeFolder(join(absolute, folder));
    return new DiskBlobStore(absolute);
  }

  async receive(stream: Readable, o: ReceiveOptions): Promise<ReceivedBlob> {
    // A stream that fails while the file is being opened is looked at afterwards, not by an uncaught exception.
    stream.on('error', () => undefined);
    const limits = limitsOf(o);
    const tempPath = join(this.root, INCOMING, randomUUID());
    try {
      const fd = await openFile(tempPath, 'wx', FILE_MODE);
      try {
        const sink = new FileSink(fd, { start: 0, hash: true, ...limits });
        const cut = await drainInto(stream, sink);
        if (cut) throw cut;
        const sha256 = sink.digest();
        checkReceived(sink.written, sha256, o);
        // The disk works while the caller reads the next part; commit waits for it.
        return new TempBlob(tempPath, sink.written, sha256, flushAndClose(fd));
      } catch (error) {
        closeSync(fd);
        await removeFile(tempPath);
        throw error;
      }
    } catch (error) {
      throw namedFileError(error);
    }
  }

  async commit(received: ReceivedBlob, key: BlobKey): Promise<void> {
    if (!(received instanceof TempBlob)) throw new TypeError('not received by this store');
    const { sha256 } = partsOfBlobKey(key);
    if (sha256 !== received.sha256) throw new BlobError('bad_key', 'the key is not the one of these bytes');
    try {
      await received.flushed;
      const path = this.localPath(key);
      if (!this.directories.knows(folderOf(key))) await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE });
      await rename(received.tempPath, path);
      await this.directories.makeDurable(folderOf(key));
    } catch (error) {
      if (!received.lease) await received.discard();
      throw namedFileError(error);
    } finally {
      received.lease?.release();
    }
  }

  async open(key: BlobKey, range?: ByteRange): Promise<Readable> {
    const file = await openBlob(this.localPath(key));
    try {
      const { size } = await file.stat();
      const start = range?.start ?? 0;
      const end = Math.min(range?.end ?? Infinity, size - 1);
      if (range && (start < 0 || start > end)) {
        throw new BlobError('range_unsatisfiable', `${size} bytes have no range ${start}-${range.end ?? ''}`);
      }
      return file.createReadStream({ start, ...(size > 0 ? { end } : {}), highWaterMark: READ_BYTES });
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async stat(key: BlobKey): Promise<BlobStat | undefined> {
    try {
      const { size, mtime } = await stat(this.localPath(key));
      return { bytes: size, storedAt: mtime };
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  localPath(key: BlobKey): string {
    return join(this.root, folderOf(key), partsOfBlobKey(key).sha256);
  }

  async delete(key: BlobKey): Promise<{ existed: boolean }> {
    const existed = await removeFile(this.localPath(key));
    if (existed) await this.directories.makeDurable(folderOf(key));
    return { existed };
  }

  async *list(prefix: string): AsyncGenerator<BlobKey, void, undefined> {
    const [county, clinic] = partsOfBlobPrefix(prefix);
    for (const atCounty of county ? [county] : await namesIn(this.root, UUID)) {
      for (const atClinic of clinic ? [clinic] : await namesIn(join(this.root, atCounty), UUID)) {
        for await (const sha256 of hashesIn(join(this.root, atCounty, atClinic))) {
          yield blobKey(atCounty, atClinic, sha256);
        }
      }
    }
  }

  async usage(): Promise<BlobUsage> {
    const { blocks, bfree, bavail, bsize } = await statfs(this.root);
    const used = blocks - bfree;
    return { usedRatio: used / (used + bavail), freeBytes: bavail * bsize };
  }

  /**
   * Removes temporary files that no process writes any more; for the start of a process.
   *
   * @param olderThan spare the files touched since: another process may be receiving them
   * @returns how many were removed
   */
  async sweepIncoming(olderThan: Date): Promise<number> {
    let removed = 0;
    const folder = join(this.root, INCOMING);
    for await (const entry of await opendir(folder)) {
      const path = join(folder, entry.name);
      const touched = (await stat(path).catch(() => undefined))?.mtime;
      if (touched && touched < olderThan && (await removeFile(path))) removed += 1;
    }
    return removed;
  }
}

function folderOf(key: BlobKey): string {
  const { county, clinic, sha256 } = partsOfBlobKey(key);
  return join(county, clinic, sha256.slice(0, 2));
}

async function openBlob(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (isErrno(error, 'ENOENT')) throw new BlobError('not_found', 'no such blob', { cause: error });
    throw error;
  }
}

async function* hashesIn(clinicFolder: string): AsyncGenerator<string, void, undefined> {
  for (const first of await namesIn(clinicFolder, HASH_DIGITS)) {
    yield* await namesIn(join(clinicFolder, first), SHA256);
  }
}

/** Names of one form in a folder, in order; none when there is no such folder. A mount point has `lost+found` too. */
async function namesIn(folder: string, form: RegExp): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => form.test(name)).sort();
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return [];
    throw error;
  }
}
