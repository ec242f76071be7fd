import { Inject, Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { BLOB_STORE } from '../images';
import { BlobError, type BlobStore, type ReceivedBlob } from '../platform/blob';
import { Clock } from '../platform/clock';
import { Config } from '../platform/config';
import type { Ctx } from '../platform/context';
import { commonErrors, DomainError } from '../platform/errors';
import { type IncomingPart, MultipartError, parseContentType, readMultipartRelated } from '../platform/http';
import { type InstanceFacts, type Registered, StudyRegistry } from '../studies';
import { Admission, sendingClinic } from './admission';
import { type Examined, Intake } from './intake';
import { intakeErrors } from './intake.errors';
import { noticeOf, type Refusal, type Refused } from './refusal.rules';
import { Slots } from './slots';
import type { FailedPart, StoredPart, StowResult } from './stow-answer.rules';

export interface StowRequest {
  readonly contentType: string;
  /** As announced; undefined for chunked bodies. */
  readonly contentLength: number | undefined;
  readonly body: Readable;
  /** `POST …/studies/{study}`: instances of another study are refused. */
  readonly studyUid?: string | undefined;
  /** The clinic a person of several clinics sends for. */
  readonly clinic?: string | undefined;
}

/** Files of one request that are between "received" and "durable": the line goes on while the disk and the parser work. */
const IN_FLIGHT = 8;
const MAX_PART_HEADER_BYTES = 16 * 1024;
/** A whole request may be so many times the largest instance. */
const REQUEST_FACTOR = 8;
type Broken = Extract<Refusal, 'part_cut' | 'too_many_instances' | 'request_too_large' | 'disk_full'>;

interface Received {
  /** What became of each part, by its place in the request. */
  readonly examined: readonly Promise<Examined>[];
  /** Why the body was not read to its end. */
  readonly broken: Broken | undefined;
}

/** STOW-RS (PS3.18 §10.5): streams each part to the blob store, keeps every good one, lists every bad one. */
@Injectable()
export class StowService {
  constructor(
    @Inject(BLOB_STORE) private readonly store: BlobStore,
    private readonly intake: Intake,
    private readonly registry: StudyRegistry,
    private readonly admission: Admission,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /**
   * Stores the instances of a request. Resolves after bytes and rows of all `stored` ones are durable. A body that
   * breaks off keeps what was complete.
   * @throws DomainError for a request that is wrong as a whole: 400, 413, 415, 429, 503, 507
   */
  async receive(ctx: Ctx, request: StowRequest): Promise<StowResult> {
    const clinicId = sendingClinic(ctx, request.clinic);
    const parts = this.partsOf(request);
    return this.admission.stream(ctx, async () => {
      const since = this.clock.now();
      const { examined: pending, broken } = await this.takeParts(ctx, clinicId, parts, request.studyUid);
      const examined = await Promise.all(pending);
      const arrivals = examined.flatMap((one) => (one.ok ? [one.arrival] : []));
      const registered = arrivals.length > 0 ? await this.registry.register(ctx, { clinicId, arrivals, since }) : [];
      const result = resultOf(examined, registered, broken);
      this.refuseHopeless(result, examined.length, broken);
      return result;
    });
  }

  /** @throws DomainError `dicom_expected` (415), `request_too_large` (413) */
  private partsOf({ contentType, contentLength, body }: StowRequest): AsyncIterable<IncomingPart> {
    const { mediaType, parameters } = parseContentType(contentType);
    const limit = this.config.env.MAX_INSTANCE_BYTES * REQUEST_FACTOR;
    if (contentLength !== undefined && contentLength > limit)
      throw new DomainError(intakeErrors.request_too_large, { limit });
    if (mediaType === DICOM) return onePart(body);
    const partType = parameters.get('type')?.toLowerCase() ?? DICOM;
    if (mediaType !== 'multipart/related' || partType !== DICOM) throw new DomainError(intakeErrors.dicom_expected);
    return readMultipartRelated(body, contentType, {
      maxParts: this.config.env.MAX_REQUEST_INSTANCES,
      maxHeaderBytes: MAX_PART_HEADER_BYTES,
      maxPartBytes: this.config.env.MAX_INSTANCE_BYTES,
      maxTotalBytes: limit,
    });
  }

  private async takeParts(
    ctx: Ctx,
    clinicId: string,
    parts: AsyncIterable<IncomingPart>,
    studyUid: string | undefined,
  ): Promise<Received> {
    const examined: Promise<Examined>[] = [];
    const slots = new Slots(IN_FLIGHT);
    try {
      for await (const part of parts) {
        const received = await this.receivePart(part);
        await slots.take();
        const one =
          'code' in received
            ? Promise.resolve<Examined>({ ok: false, refused: received })
            : this.intake.take(ctx, clinicId, received, { studyUid });
        examined.push(one);
        // A failure is looked at when the body has been read; until then it must not count as unhandled.
        one.then(
          () => slots.give(),
          () => slots.give(),
        );
      }
      return { examined, broken: undefined };
    } catch (error) {
      const broken = brokenBy(error);
      if (!broken) throw error;
      return { examined, broken };
    }
  }

  /** The part's bytes in a temporary file, or why it is refused. @throws MultipartError, BlobError `disk_full` */
  private async receivePart(part: IncomingPart): Promise<ReceivedBlob | Refused> {
    const type = part.headers['content-type'];
    if (type !== undefined && parseContentType(type).mediaType !== DICOM)
      return { code: 'not_dicom_part', detail: 'the part is of another media type' };
    try {
      return await this.store.receive(part.body, { maxBytes: this.config.env.MAX_INSTANCE_BYTES });
    } catch (error) {
      const tooLarge =
        (error instanceof BlobError && error.code === 'too_large') ||
        (error instanceof MultipartError && error.code === 'part_too_large');
      if (tooLarge) return { code: 'part_too_large', detail: `more than ${this.config.env.MAX_INSTANCE_BYTES} bytes` };
      throw error;
    }
  }

  /** A request of which nothing could even be looked at is an error of its own, not a list. */
  private refuseHopeless({ stored, failed }: StowResult, parts: number, broken: Broken | undefined): void {
    if (stored.length > 0) return;
    if (failed.every(({ refused }) => refused.code === 'disk_full') && failed.length > 0)
      throw new DomainError(commonErrors.disk_full);
    if (parts > 0) return;
    if (broken === 'request_too_large')
      throw new DomainError(intakeErrors.request_too_large, {
        limit: this.config.env.MAX_INSTANCE_BYTES * REQUEST_FACTOR,
      });
    throw new DomainError(intakeErrors.multipart_invalid, {
      field: 'body',
      problem: broken ? '内容在第一个影像之前或之中中断' : '没有任何影像',
    });
  }
}

const DICOM = 'application/dicom';

/** A body that is one instance, without multipart around it. */
async function* onePart(body: Readable): AsyncGenerator<IncomingPart, void, undefined> {
  yield { headers: {}, body };
}

/**
 * What ended the reading of the body, or undefined for a fault of the system.
 * @throws DomainError `multipart_invalid` when it is no multipart body at all
 */
function brokenBy(error: unknown): Broken | undefined {
  if (error instanceof BlobError && error.code === 'disk_full') return 'disk_full';
  if (!(error instanceof MultipartError)) return undefined;
  switch (error.code) {
    case 'too_many_parts':
      return 'too_many_instances';
    case 'body_too_large':
      return 'request_too_large';
    case 'boundary_missing':
      throw new DomainError(intakeErrors.multipart_invalid, { field: 'Content-Type', problem: '没有可用的 boundary' });
    default:
      return 'part_cut';
  }
}

function resultOf(
  examined: readonly Examined[],
  registered: readonly Registered[],
  broken: Broken | undefined,
): StowResult {
  const stored: StoredPart[] = [];
  const failed: FailedPart[] = [];
  let next = 0;
  examined.forEach((one, n) => {
    if (!one.ok) {
      failed.push({ ...uidsOf(one.facts), place: n + 1, refused: one.refused });
      return;
    }
    const { facts } = one.arrival;
    const { outcome, quarantined } = registered[next++] as Registered;
    if (outcome === 'collision') {
      failed.push({ ...uidsOf(facts), place: n + 1, refused: { code: 'sop_collision', detail: 'other bytes' } });
    } else {
      const notice = noticeOf({ quarantined, replaced: outcome === 'replaced', warnings: facts.warnings });
      const { studyUid } = facts.study;
      stored.push({ ...uidsOf(facts), studyUid, seriesUid: facts.series.seriesUid, notice });
    }
  });
  if (broken) {
    const refused: Refused = { code: broken, detail: 'the body was not read to its end' };
    failed.push({ ...uidsOf(undefined), place: examined.length + 1, refused });
  }
  return { stored, failed };
}

const uidsOf = (facts: InstanceFacts | undefined): { sopUid: string; sopClassUid: string } => ({
  sopUid: facts?.sopInstanceUid ?? '',
  sopClassUid: facts?.sopClassUid ?? '',
});
