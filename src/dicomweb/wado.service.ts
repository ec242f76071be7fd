import { Inject, Injectable } from '@nestjs/common';
import { Audit } from '../audit';
import { BLOB_STORE } from '../images';
import type { BlobStore } from '../platform/blob';
import type { Ctx } from '../platform/context';
import { Db, type Tx } from '../platform/database';
import { commonErrors, DomainError } from '../platform/errors';
import { multipartRelatedWriter } from '../platform/http';
import { cacheHeaders, type DicomwebAnswer, isKnown, notModified, weakTag, type Wish } from './dicomweb-http';
import { chosen, DICOM, type Offer, written } from './dicomweb-media.rules';
import { DicomwebTargets, keyOf, pathOf, type Target, type TargetInstance, type TargetUids } from './dicomweb-targets';

interface Retrieval {
  readonly target: Target;
  readonly offer: Offer;
  readonly etag: string;
  readonly known: boolean;
}

const ACTIONS = {
  dicom_study: 'study.retrieve',
  dicom_series: 'series.retrieve',
  instance: 'instance.retrieve',
} as const;

/** Instances as they were received, byte for byte (WADO-RS, PS3.18 §10.4). Who takes what is audited. */
@Injectable()
export class WadoService {
  constructor(
    @Inject(BLOB_STORE) private readonly store: BlobStore,
    private readonly db: Db,
    private readonly audit: Audit,
    private readonly targets: DicomwebTargets,
  ) {}

  /**
   * The instances of a study, of a series, or one: `multipart/related; type="application/dicom"`, one alone also as
   * `application/dicom`.
   * @throws DomainError `not_found`; `not_acceptable` when an instance is stored in another transfer syntax than accepted
   */
  async retrieve(ctx: Ctx, uids: TargetUids, wish: Wish): Promise<DicomwebAnswer> {
    const { target, offer, etag, known } = await this.db.write(ctx, (tx) => this.decide(tx, uids, wish));
    if (known) return notModified(etag);
    const headers = cacheHeaders(etag);
    const [only] = target.instances as [TargetInstance];
    if (!offer.multipart) {
      return {
        status: 200,
        headers: { ...headers, 'Content-Type': written(offer), 'Content-Length': only.bytes },
        body: () => this.store.open(keyOf(only)),
      };
    }
    const parts = target.instances.map((instance) => ({
      headers: {
        'Content-Type': written({ ...offer, multipart: false, transferSyntax: instance.transfer_syntax_uid }),
        'Content-Location': wish.service + pathOf(target, instance),
      },
      body: () => this.store.open(keyOf(instance)),
      bytes: Number(instance.bytes),
    }));
    const { contentType, contentLength, body } = multipartRelatedWriter(parts, { type: DICOM });
    return {
      status: 200,
      headers: { ...headers, 'Content-Type': contentType, 'Content-Length': String(contentLength) },
      body: () => body,
    };
  }

  private async decide(tx: Tx, uids: TargetUids, wish: Wish): Promise<Retrieval> {
    const target = await this.targets.find(tx, uids);
    const offer = offerFor(target, uids, wish.accept);
    const etag = etagOf(target, offer.multipart);
    const known = isKnown(wish.ifNoneMatch, etag);
    if (!known && !wish.headOnly) await this.record(tx, target);
    return { target, offer, etag, known };
  }

  private async record(tx: Tx, { studyId, subject, instances }: Target): Promise<void> {
    const bytes = instances.reduce((sum, instance) => sum + Number(instance.bytes), 0);
    await this.audit.record(tx, {
      action: ACTIONS[subject.type],
      subjectType: subject.type,
      subjectId: subject.id,
      details: { studyId, instances: instances.length, bytes },
    });
  }
}

/** Every instance has to be acceptable as it is stored; what is left out of a study unasked for would be missed. */
function offerFor({ instances }: Target, uids: TargetUids, accept: string | undefined): Offer {
  const syntaxes = new Set(instances.map((instance) => instance.transfer_syntax_uid));
  const forms = uids.instance === undefined ? [true] : [true, false];
  const offers = [...syntaxes].map((transferSyntax) =>
    chosen(
      accept,
      forms.map((multipart) => ({ mediaType: DICOM, multipart, transferSyntax })),
    ),
  );
  const [offer] = offers;
  if (!offer) throw new DomainError(commonErrors.not_found);
  return offer;
}

/** Strong for a file by itself; a multipart answer has another boundary every time, so that its tag is weak. */
function etagOf({ instances }: Target, multipart: boolean): string {
  const hashes = instances.map((instance) => instance.sha256);
  return multipart ? weakTag(hashes) : `"${hashes.join()}"`;
}
