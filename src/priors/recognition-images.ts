import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { Audit } from '../audit';
import { BLOB_STORE } from '../images';
import { blobKey, type BlobStore } from '../platform/blob';
import { Clock } from '../platform/clock';
import type { Ctx } from '../platform/context';
import { Db, type Tx } from '../platform/database';
import { commonErrors, DomainError } from '../platform/errors';
import type { RecognitionLookup } from './priors.entities';
import { priorsErrors } from './priors.errors';
import { LOOKUP_HOURS, Recognition } from './recognition.service';

const HOUR_MS = 3_600_000;
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

interface InstanceRow {
  readonly study_uid: string;
  readonly series_uid: string;
  readonly sop_instance_uid: string;
  readonly modality: string | null;
  readonly series_number: number | null;
  readonly instance_number: number | null;
  readonly bytes: string;
  readonly sha256: string;
  readonly clinic_id: string;
}

/**
 * Another clinic's images, open to the clinic that looked them up: for a day to decide, for a month once it has recognised
 * the examination. Everything else of the other clinic stays closed.
 */
@Injectable()
export class RecognitionImages {
  constructor(
    private readonly db: Db,
    private readonly recognition: Recognition,
    private readonly audit: Audit,
    private readonly clock: Clock,
    @Inject(BLOB_STORE) private readonly store: BlobStore,
  ) {}

  /** The instances of an exam that the lookup offered, in the order of series and number. Throws `not_found`, `lookup_expired`. */
  async list(ctx: Ctx, lookupId: string, examId: string): Promise<{ items: SharedInstance[]; nextCursor: null }> {
    const rows = await this.db.read(ctx, async (tx) => {
      await this.requireOpen(tx, lookupId, examId);
      return this.instances(tx, examId, null);
    });
    return { items: rows.map(shared), nextCursor: null };
  }

  /** One instance as it was received; who took it is audited. Throws as `list`. */
  async open(ctx: Ctx, lookupId: string, examId: string, sop: string): Promise<{ bytes: Readable; length: number }> {
    const row = await this.db.write(ctx, async (tx) => {
      await this.requireOpen(tx, lookupId, examId);
      const [instance] = await this.instances(tx, examId, sop);
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
    await this.requireUndoubted(tx, examId);
    const hours = hoursOpen(lookup, examId);
    if (this.clock.now().getTime() > lookup.looked_at.getTime() + hours * HOUR_MS) {
      throw new DomainError(priorsErrors.lookup_expired, { hours });
    }
  }

  /** What has become doubtful since (voided, held, withdrawn) is nobody's to look at for another patient's sake. */
  private async requireUndoubted(tx: Tx, examId: string): Promise<void> {
    const exam = await tx.row(
      `SELECT 1 FROM exam WHERE county_id = $1 AND id = $2 AND identity_hold_at IS NULL AND state NOT IN ('VOID', 'WITHDRAWN')`,
      [tx.ctx.countyId, examId],
    );
    if (!exam) throw new DomainError(commonErrors.not_found);
  }

  private instances(tx: Tx, examId: string, sop: string | null): Promise<InstanceRow[]> {
    return tx.rows<InstanceRow>(
      `SELECT s.study_uid, r.series_uid, i.sop_uid AS sop_instance_uid, r.modality, r.series_number, i.instance_number, i.bytes, i.sha256, i.clinic_id
       FROM exam_study x
       JOIN dicom_study s ON s.county_id = x.county_id AND s.id = x.study_id
       JOIN instance i ON i.study_id = s.id AND i.county_id = x.county_id
       JOIN dicom_series r ON r.id = i.series_id
       WHERE x.county_id = $1 AND x.exam_id = $2 AND x.unlinked_at IS NULL AND s.quarantined_at IS NULL AND i.superseded_at IS NULL AND ($3::text IS NULL OR i.sop_uid = $3)
       ORDER BY s.study_uid, r.series_number NULLS LAST, i.instance_number NULLS LAST, i.sop_uid`,
      [tx.ctx.countyId, examId, sop],
    );
  }
}

function hoursOpen(lookup: RecognitionLookup, examId: string): number {
  return lookup.recognised_exam_id === examId ? RECOGNISED_HOURS : LOOKUP_HOURS;
}

const shared = (row: InstanceRow): SharedInstance => ({
  studyInstanceUid: row.study_uid,
  seriesInstanceUid: row.series_uid,
  sopInstanceUid: row.sop_instance_uid,
  modality: row.modality,
  seriesNumber: row.series_number,
  instanceNumber: row.instance_number,
  bytes: Number(row.bytes),
});
