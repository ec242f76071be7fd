import type { ReceivedBlob } from './blob-store';
import { removeFile } from './disk-files';

/** What an adopted part's store wants to know: whether the file is still in use. */
export interface PartLease {
  release(): void;
}

/** Received bytes in a file of the disk driver. */
export class TempBlob implements ReceivedBlob {
  constructor(
    readonly tempPath: string,
    readonly bytes: number,
    readonly sha256: string,
    /** Settles when the bytes are on the disk (or cannot be brought there). */
    readonly flushed: Promise<void>,
    /** Set for an adopted part: when it cannot be stored now, it stays, and its sender need not send it again. */
    readonly lease?: PartLease,
  ) {
    // Waited for by commit; a blob that is discarded needs no answer.
    flushed.catch(() => undefined);
  }

  async keep(): Promise<void> {
    if (!this.lease) return this.discard();
    await this.flushed.catch(() => undefined);
    this.lease.release();
  }

  async discard(): Promise<void> {
    try {
      await this.flushed.catch(() => undefined);
      await removeFile(this.tempPath);
    } finally {
      this.lease?.release();
    }
  }
}
