import { Inject, Injectable } from '@nestjs/common';
import { BLOB_STORE, HeaderPoolBusy, HeaderReader } from '../images';
import { BlobError, blobKey, type BlobStore, type ReceivedBlob } from '../platform/blob';
import type { Ctx } from '../platform/context';
import { type Arrival, ClinicCharsets, factsOf, type InstanceFacts } from '../studies';
import { DIRECTORY_SOP_CLASS, type Refused } from './refusal.rules';

/** China has one time zone; devices seldom say theirs (0008,0201). */
const LOCAL_OFFSET = '+08:00';

export interface Expected {
  readonly studyUid?: string | undefined;
  readonly sopUid?: string | undefined;
}

export type Examined =
  | { readonly ok: true; readonly arrival: Arrival }
  /** `facts` where the file could be read that far. */
  | { readonly ok: false; readonly refused: Refused; readonly facts?: InstanceFacts };

/** What every door does with a received file: read its header, refuse or keep it. */
@Injectable()
export class Intake {
  constructor(
    @Inject(BLOB_STORE) private readonly store: BlobStore,
    private readonly headers: HeaderReader,
    private readonly charsets: ClinicCharsets,
  ) {}

  /**
   * Reads the header of a received file and brings its bytes to the blob store. When it resolves with `ok`, the bytes
   * are durable. A file whose content is refused is removed; where that was not found out (`busy`, `disk_full`, an error
   * of the system), a part of a resumable upload stays for its sender to go on with.
   * @throws Error when the system itself fails
   */
  async take(ctx: Ctx, clinicId: string, received: ReceivedBlob, expected: Expected = {}): Promise<Examined> {
    const examined = await this.examineOrLetGo(ctx, clinicId, received, expected);
    if (!examined.ok) return examined;
    try {
      // What cannot be committed is removed by the store, or kept by it where the sender can go on with it.
      await this.store.commit(received, blobKey(ctx.countyId, clinicId, received.sha256));
    } catch (error) {
      if (error instanceof BlobError && error.code === 'disk_full') return refused('disk_full', 'no space left');
      throw error;
    }
    return examined;
  }

  private async examineOrLetGo(
    ctx: Ctx,
    clinicId: string,
    received: ReceivedBlob,
    expected: Expected,
  ): Promise<Examined> {
    let examined: Examined;
    try {
      examined = await this.examine(ctx, clinicId, received, expected);
    } catch (error) {
      await received.keep();
      if (error instanceof HeaderPoolBusy) return refused('busy', 'too many headers wait to be read');
      throw error;
    }
    if (!examined.ok) await received.discard();
    return examined;
  }

  private async examine(ctx: Ctx, clinicId: string, received: ReceivedBlob, expected: Expected): Promise<Examined> {
    const clinicCharset = await this.charsets.of(ctx, clinicId);
    const hints = { brief: true, ...(clinicCharset !== null && { clinicCharset }) };
    const result = await this.headers.read(received.tempPath, hints);
    if (!result.ok) return refused(result.code, result.detail);
    const facts = factsOf(result.header, LOCAL_OFFSET);
    return (
      mismatch(facts, expected) ?? { ok: true, arrival: { facts, sha256: received.sha256, bytes: received.bytes } }
    );
  }
}

function mismatch(facts: InstanceFacts, expected: Expected): Examined | undefined {
  if (facts.sopClassUid === DIRECTORY_SOP_CLASS) return refused('directory_file', 'a DICOMDIR is no image', facts);
  if (expected.studyUid !== undefined && facts.study.studyUid !== expected.studyUid)
    return refused('study_uid_differs', 'Study Instance UID (0020,000D) is not the one of the request', facts);
  if (expected.sopUid !== undefined && facts.sopInstanceUid !== expected.sopUid)
    return refused('sop_uid_differs', 'SOP Instance UID (0008,0018) is not the one of the request', facts);
  return undefined;
}

const refused = (code: Refused['code'], detail: string, facts?: InstanceFacts): Examined => ({
  ok: false,
  refused: { code, detail },
  ...(facts && { facts }),
});
