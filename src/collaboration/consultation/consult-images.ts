import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { Audit } from '../../audit';
import { type Exam, type ExamInstance, ExamInstances, Exams } from '../../exams';
import { BLOB_STORE } from '../../images';
import { type BlobKey, blobKey, type BlobStore } from '../../platform/blob';
import { Clock } from '../../platform/clock';
import { Config } from '../../platform/config';
import type { Ctx } from '../../platform/context';
import { Db, type Page, pageOf, type Tx } from '../../platform/database';
import { commonErrors, DomainError } from '../../platform/errors';
import type { PageInput } from '../collaboration.dto';
import type { Consultation } from '../collaboration.entities';
import { collaborationErrors } from '../collaboration.errors';
import { idAfter } from '../keyset';
import { identifiersOf } from './blot.rules';
import { Consultations } from './consultations';
import { isOpen } from './consultations.queries';
import { DeidentifiedImages } from './deidentify/deidentified-images';
import { Pseudonyms } from './deidentify/pseudonyms';
import { type ImageRefusal, REFUSAL_TEXTS } from './deidentify/refusal.rules';

/** An image as the asked hospital can fetch it; de-identified, every name in here is a new one. */
export interface ConsultImage {
  readonly image: string;
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  /** null for one that is withheld. */
  readonly transferSyntaxUid: string | null;
  readonly instanceNumber: number | null;
  readonly bytes: number | null;
  /** Why it stays behind; null for one that can be fetched. */
  readonly withheld: { readonly code: ImageRefusal; readonly reason: string } | null;
}

export interface OpenImage {
  readonly stream: Readable;
  readonly bytes: number;
}

const LOOKING_MS = 3_600_000;
/** Files of a list that are read at the same time: a CT of hundreds must not fill the queue that uploads wait in. */
const AT_ONCE = 16;

/** The images of an exam by way of a consultation: as they were received, or without the patient. */
@Injectable()
export class ConsultImages {
  constructor(
    @Inject(BLOB_STORE) private readonly blobs: BlobStore,
    private readonly db: Db,
    private readonly consultations: Consultations,
    private readonly exams: Exams,
    private readonly instances: ExamInstances,
    private readonly deidentified: DeidentifiedImages,
    private readonly config: Config,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * What the asked hospital may fetch, and what is withheld from it; the asker sees the same list, as it goes out. Throws
   * `not_found`, `consultation_over`, `consult_images_held`.
   */
  async list(ctx: Ctx, id: string, { cursor, limit }: PageInput): Promise<Page<ConsultImage>> {
    const { hidden, rows, exam } = await this.db.read(ctx, async (tx) => {
      const { row } = await this.consultations.seated(tx, id);
      const shown = await this.requireShown(tx, row);
      const pseudonyms = this.pseudonyms(row);
      const after = idAfter(cursor);
      // A name that is none is a position that is none: the query says so.
      const position = after && pseudonyms ? (pseudonyms.original(after) ?? after) : after;
      return { hidden: pseudonyms, rows: await this.instances.page(tx, row.exam_id, position, limit), exam: shown };
    });
    // The position too goes out under a new name.
    const page = pageOf(
      rows,
      limit,
      (row) => row,
      (last) => [hidden ? hidden.id(last.id) : last.id],
    );
    if (!hidden) return { ...page, items: page.items.map(asReceived) };
    const items: ConsultImage[] = [];
    for (let at = 0; at < page.items.length; at += AT_ONCE) {
      const some = page.items.slice(at, at + AT_ONCE);
      items.push(...(await Promise.all(some.map((row) => this.renamed(ctx, row, hidden, exam)))));
    }
    return { ...page, items };
  }

  /** One file. Throws like {@link list}, and `image_withheld`. */
  async open(ctx: Ctx, id: string, image: string): Promise<OpenImage> {
    const { row, hidden, exam } = await this.db.write(ctx, async (tx) => {
      const consultation = await this.consultations.find(tx, id, 'asked');
      const shown = await this.requireShown(tx, consultation);
      const pseudonyms = this.pseudonyms(consultation);
      const instanceId = pseudonyms ? pseudonyms.original(image) : image;
      const found = instanceId && (await this.instances.one(tx, consultation.exam_id, { id: instanceId }));
      if (!found) throw new DomainError(commonErrors.not_found);
      await this.audit.recordOnce(tx, new Date(this.clock.now().getTime() - LOOKING_MS), {
        action: 'consultation.images',
        subjectType: 'consultation',
        subjectId: id,
        details: { examId: consultation.exam_id, deidentified: consultation.deidentified },
      });
      return { row: found, hidden: pseudonyms, exam: shown };
    });
    const key = keyOf(ctx, row);
    if (!hidden) return { stream: await this.blobs.open(key), bytes: Number(row.bytes) };
    const made = await this.deidentified.of(key, hidden, identifiersOf(exam));
    if ('refusal' in made)
      throw new DomainError(collaborationErrors.image_withheld, {
        refusal: made.refusal,
        reason: REFUSAL_TEXTS[made.refusal],
      });
    return { stream: await made.image.open(), bytes: made.image.bytes };
  }

  /** Nothing is shown of a consultation that is over, nor while it is in doubt whose images these are: not even nameless. */
  private async requireShown(tx: Tx, row: Consultation): Promise<Exam> {
    if (!isOpen(row)) throw new DomainError(collaborationErrors.consultation_over, { state: row.state });
    const { exam } = await this.exams.brief(tx, row.exam_id);
    if (exam.identity_hold_at !== null)
      throw new DomainError(collaborationErrors.consult_images_held, { state: row.state });
    return exam;
  }

  /** The new names under which the images go out; undefined where they go under their own. */
  private pseudonyms({ id, deidentified }: Consultation): Pseudonyms | undefined {
    return deidentified ? new Pseudonyms(this.config.appSecret, id) : undefined;
  }

  private async renamed(ctx: Ctx, row: ExamInstance, pseudonyms: Pseudonyms, exam: Exam): Promise<ConsultImage> {
    const made = await this.deidentified.of(keyOf(ctx, row), pseudonyms, identifiersOf(exam));
    const withheld = 'refusal' in made ? { code: made.refusal, reason: REFUSAL_TEXTS[made.refusal] } : null;
    const { transferSyntaxUid, bytes } = 'image' in made ? made.image : { transferSyntaxUid: null, bytes: null };
    return {
      image: pseudonyms.id(row.id),
      studyInstanceUid: pseudonyms.uid(row.study_uid),
      seriesInstanceUid: pseudonyms.uid(row.series_uid),
      sopInstanceUid: pseudonyms.uid(row.sop_uid),
      transferSyntaxUid,
      instanceNumber: row.instance_number,
      bytes,
      withheld,
    };
  }
}

const keyOf = ({ countyId }: Ctx, { clinic_id, sha256 }: ExamInstance): BlobKey => blobKey(countyId, clinic_id, sha256);

const asReceived = (row: ExamInstance): ConsultImage => ({
  image: row.id,
  studyInstanceUid: row.study_uid,
  seriesInstanceUid: row.series_uid,
  sopInstanceUid: row.sop_uid,
  transferSyntaxUid: row.transfer_syntax_uid,
  instanceNumber: row.instance_number,
  bytes: Number(row.bytes),
  withheld: null,
});
