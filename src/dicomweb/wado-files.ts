import { Inject, Injectable } from '@nestjs/common';
import {
  BLOB_STORE,
  type DicomHeader,
  type FramesResult,
  type FrameSubject,
  HeaderPoolBusy,
  HeaderReader,
} from '../images';
import type { BlobStore } from '../platform/blob';
import { WeightedCache } from '../platform/cache';
import type { Ctx } from '../platform/context';
import { commonErrors, DomainError } from '../platform/errors';
import { ClinicCharsets } from '../studies';
import { keyOf, type TargetInstance } from './dicomweb-targets';

/** What is kept of a stored file's header. */
export interface StoredHeader extends FrameSubject {
  readonly attributesJson: string;
  readonly bulk: DicomHeader['bulk'];
}

/** Bytes of memory; a CT slice's header takes about 10 KiB, so that a series or two of hundreds stay at hand. */
const HEADERS_CAPACITY = 32 * 2 ** 20;
const FRAMES_CAPACITY = 8 * 2 ** 20;
const RETRY_SECONDS = 2;

/** Headers and frames of stored files, read in worker threads and kept for the next one who asks. */
@Injectable()
export class WadoFiles {
  private readonly headers = new WeightedCache<StoredHeader>(
    HEADERS_CAPACITY,
    // Two bytes per character once there is a Chinese one.
    ({ attributesJson, bulk }) => 500 + attributesJson.length * 2 + bulk.length * 100,
  );
  private readonly frameIndex = new WeightedCache<FramesResult>(FRAMES_CAPACITY, weightOf);

  constructor(
    @Inject(BLOB_STORE) private readonly store: BlobStore,
    private readonly reader: HeaderReader,
    private readonly charsets: ClinicCharsets,
  ) {}

  /** The header, its text read as it was when the file came in. @throws DomainError `unavailable` when too many wait */
  async header(ctx: Ctx, instance: TargetInstance): Promise<StoredHeader> {
    const clinicCharset = await this.charsets.of(ctx, instance.clinic_id);
    const key = keyOf(instance);
    return this.headers.get(`${key} ${clinicCharset ?? ''}`, async () => {
      const hints = clinicCharset === null ? {} : { clinicCharset };
      const result = await patient(() => this.reader.read(this.path(instance), hints));
      if (!result.ok) throw new Error(`a stored file is not readable any more: ${result.code} ${result.detail}`);
      const { attributesJson, bulk, transferSyntaxUid, image, pixelData } = result.header;
      return { attributesJson, bulk, transferSyntaxUid, image, pixelData };
    });
  }

  /** Where the frames' bytes are. @throws as `header` */
  async frames(ctx: Ctx, instance: TargetInstance): Promise<{ result: FramesResult; subject: FrameSubject }> {
    const subject = await this.header(ctx, instance);
    const result = await this.frameIndex.get(keyOf(instance), () =>
      patient(() => this.reader.frames(this.path(instance), subject)),
    );
    return { result, subject };
  }

  private path(instance: TargetInstance): string {
    const path = this.store.localPath?.(keyOf(instance));
    if (path === undefined) throw new Error('headers are read from local files, which this blob store does not have');
    return path;
  }
}

/** Says "later" instead of letting the queue of the parser grow. */
async function patient<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof HeaderPoolBusy)
      throw new DomainError(commonErrors.unavailable, { retryAfterSeconds: RETRY_SECONDS });
    throw error;
  }
}

function weightOf(result: FramesResult): number {
  if (!result.ok) return 100;
  const ranges = result.frames.reduce((sum, frame) => sum + frame.length, 0);
  return 100 + result.frames.length * 50 + ranges * 60;
}
