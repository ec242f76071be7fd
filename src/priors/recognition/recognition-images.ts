import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Audit, Commands } from '../../audit';
import { type ExamInstance, ExamInstances } from '../../exams';
import { BLOB_STORE } from '../../images';
import { blobKey, type BlobStore } from '../../platform/blob';
import { Clock } from '../../platform/clock';
import type { Ctx } from '../../platform/context';
import { Db, decodeCursor, type Page, pageOf, type Tx } from '../../platform/database';
import { commonErrors, DomainError } from '../../platform/errors';
import { type ImageGrade, ImageGrades } from '../../quality';
import type { ImagesList } from '../priors.dto';
import type { RecognitionLookup } from '../priors.entities';
import { priorsErrors } from '../priors.errors';
import { LOOKUP_HOURS, Recognition } from './recognition.service';

const HOUR_MS = 3_600_000;
/** A page ends with an instance. */
const lastInstance = z.tuple([z.uuid()]);
/** What was recognised stays open until the patient's next examination would be asked for anyway. */
const RECOGNISED_HOURS = 30 * 24;

export interface SharedInstance {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  readonly modality: string | null;
  readonly seriesNumber: number | null;
  readonly instanceNumber: number | null;
  readonly bytes: number;
}

/** An exam's images, under the grade they were given (null = 未评级). */
export interface SharedImages extends Page<SharedInstance> {
  readonly grade: ImageGrade | null;
}

/**
 * Another clinic's images, open to the clinic that looked them up: for a day to decide, for a month once it has recognised
 * the examination. Everything else of the other clinic stays closed.
 */
@Injectable()
export class RecognitionImages {
  constructor(
    private readonly db: Db,
    private readonly commands: Commands,
    private readonly instances: ExamInstances,
    private readonly recognition: Recognition,
    private readonly grades: ImageGrades,
    private readonly audit: Audit,
    private readonly clock: Clock,
    @Inject(BLOB_STORE) private readonly store: BlobStore,
  ) {}

  /**
   * The instances of an exam that the lookup offered, in the order of study, series and number, page by page. Throws
   * `not_found`, `lookup_expired`.
   */
  async list(ctx: Ctx, lookupId: string, examId: string, { cursor, limit }: ImagesList): Promise<SharedImages> {
    const after = cursor ? decodeCursor(cursor, lastInstance)[0] : null;
    return this.db.read(ctx, async (tx) => {
      await this.requireOpen(tx, lookupId, examId);
      const rows = await this.instances.page(tx, examId, after, limit);
      const grades = await this.grades.inForce(tx, [examId]);
      return { ...pageOf(rows, limit, shared, ({ id }) => [id]), grade: grades.get(examId) ?? null };
    });
  }

  /** One instance as it was received; who took it is audited. Throws as `list`. */
  async open(ctx: Ctx, lookupId: string, examId: string, sop: string): Promise<{ bytes: Readable; length: number }> {
    const row = await this.commands.run(ctx, 'recognition.image', examId, async (tx) => {
      await this.requireOpen(tx, lookupId, examId);
      const instance = await this.instances.one(tx, examId, { sopUid: sop });
      if (!instance) throw new DomainError(commonErrors.not_found);
      const subject = { subjectType: 'exam', subjectId: examId };
      await this.audit.record(tx, { action: 'recognition.image', ...subject, details: { lookupId } });
      return instance;
    });
    const bytes = await this.store.open(blobKey(ctx.countyId, row.clinic_id, row.sha256));
    return { bytes, length: Number(row.bytes) };
  }

  private async requireOpen(tx: Tx, lookupId: string, examId: string): Promise<void> {
    const lookup = await this.recognition.own(tx, lookupId);
    if (!lookup.exam_ids.includes(examId)) throw new DomainError(commonErrors.not_found);
    // What has become doubtful since is nobody's to look at for another patient's sake.
    if (!(await this.recognition.standing(tx, lookup, examId))) throw new DomainError(commonErrors.not_found);
    const hours = hoursOpen(lookup, examId);
    if (this.clock.now().getTime() > lookup.looked_at.getTime() + hours * HOUR_MS) {
      throw new DomainError(priorsErrors.lookup_expired, { hours });
    }
  }
}

function hoursOpen(lookup: RecognitionLookup, examId: string): number {
  return lookup.recognised_exam_id === examId ? RECOGNISED_HOURS : LOOKUP_HOURS;
}

const shared = (row: ExamInstance): SharedInstance => ({
  studyInstanceUid: row.study_uid,
  seriesInstanceUid: row.series_uid,
  sopInstanceUid: row.sop_uid,
  modality: row.modality,
  seriesNumber: row.series_number,
  instanceNumber: row.instance_number,
  bytes: Number(row.bytes),
});
