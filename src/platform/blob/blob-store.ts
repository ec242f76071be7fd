import type { Readable } from 'node:stream';
import type { BlobKey } from './blob-key';

/** Bytes that have arrived completely and are not yet stored under a key. Has to end in a commit, a discard or a keep. */
export interface ReceivedBlob {
  /** A file of this machine that holds the bytes until commit or discard, e.g. to read a header from. */
  readonly tempPath: string;
  readonly bytes: number;
  /** Lower case hex. */
  readonly sha256: string;
  /** Removes the bytes. Does nothing after commit. */
  discard(): Promise<void>;
  /**
   * Lets go of the bytes without a verdict on them: an adopted part stays, and its sender goes on with it; of any other
   * bytes nobody knows, they are removed. Does nothing after commit.
   */
  keep(): Promise<void>;
}

export interface ReceiveOptions {
  maxBytes: number;
  /** Lower case hex; another hash refuses the bytes. */
  expectedSha256?: string;
  expectedBytes?: number;
}

/** First and last byte, both included, as in an HTTP Range field. */
export interface ByteRange {
  start: number;
  end?: number;
}

export interface BlobStat {
  bytes: number;
  storedAt: Date;
}

export interface BlobUsage {
  /** 0…1 of what may be used, as `df` shows it. */
  usedRatio: number;
  freeBytes: number;
}

/**
 * Stores immutable bytes under the hash of their content. One driver keeps them on a disk; an object store (S3) can be
 * another: it would receive into a local temporary file too, upload on commit, and leave `localPath` out.
 */
export interface BlobStore {
  /**
   * Takes a stream to its end, hashing on the way; memory use does not depend on its length. The source is never
   * destroyed, so that a refused request can still be answered.
   *
   * @throws BlobError `too_large`, `size_mismatch`, `hash_mismatch`, `disk_full`; the stream's own error when it is cut.
   *   Nothing is left behind in any of these cases.
   */
  receive(stream: Readable, o: ReceiveOptions): Promise<ReceivedBlob>;
  /**
   * Stores received bytes. When this resolves they survive a crash of the process and of the machine; until then they
   * are not visible under the key. Storing what is there already is the same as storing it once.
   *
   * @throws BlobError `bad_key` when the key is not the one of these bytes; `disk_full`
   */
  commit(received: ReceivedBlob, key: BlobKey): Promise<void>;
  /** @throws BlobError `not_found`, `range_unsatisfiable` */
  open(key: BlobKey, range?: ByteRange): Promise<Readable>;
  stat(key: BlobKey): Promise<BlobStat | undefined>;
  /** A readable file of this machine that must not be changed; only a driver that has one offers this. */
  localPath?(key: BlobKey): string | undefined;
  /**
   * Removes the bytes for good; those who are reading them can finish. The caller sees to it that nobody commits the same
   * key meanwhile.
   */
  delete(key: BlobKey): Promise<{ existed: boolean }>;
  /** Keys in order. @param prefix empty, `<county>`, or `<county>/<clinic>` */
  list(prefix: string): AsyncIterable<BlobKey>;
  usage(): Promise<BlobUsage>;
}

/** Where an append ended. */
export interface AppendResult {
  /** How many bytes of the part are now durable; what the client may be told. */
  offset: number;
  /** Set when the stream ended by an error: the client was cut. What arrived until then is kept. */
  cut?: Error;
}

/**
 * Parts of resumable uploads, kept as local files until they are whole, then adopted as a received blob. Only one
 * append to a part may run at a time; within a process that is enforced (`part_busy`), the caller has to see to it when
 * several processes share the disk.
 */
export interface PartStore {
  /**
   * The file of an upload's part, made if need be, and how many bytes of it are durable.
   *
   * @param uploadId a uuid
   * @param name any text that names the part within its upload; it never becomes a path
   */
  openPart(uploadId: string, name: string): Promise<{ partPath: string; offset: number }>;
  /** How many bytes the part's file has, 0 when there is none. Makes nothing, and makes nothing durable. */
  partSize(uploadId: string, name: string): Promise<number>;
  /**
   * Appends a stream at the offset that was last acknowledged. What lies beyond it (written but not acknowledged before
   * a crash) is dropped first. Resolves when the bytes are durable, also when the client was cut.
   *
   * @param maxBytes the whole part, with what is there already
   * @throws BlobError `offset_mismatch` when the part is shorter than `offset`; `too_large` and `disk_full`: the part is
   *   as it was at `offset`; `part_busy`; `not_found`
   */
  appendPart(partPath: string, offset: number, stream: Readable, maxBytes: number): Promise<AppendResult>;
  /**
   * Hashes a part as it is on the disk, and hands it over for commit, discard or keep; no append is taken meanwhile. A
   * part that is refused, or that cannot be committed now, stays as it is.
   *
   * @throws BlobError `too_large`, `size_mismatch`, `hash_mismatch`, `part_busy`, `not_found`
   */
  adoptPart(partPath: string, o: ReceiveOptions): Promise<ReceivedBlob>;
  /** Removes all parts of an upload. */
  removeUpload(uploadId: string): Promise<void>;
}
