import { Inject, Injectable } from '@nestjs/common';
import { Audit } from '../audit';
import { Images, PART_STORE } from '../images';
import type { PartStore } from '../platform/blob';
import { Clock } from '../platform/clock';
import { Config } from '../platform/config';
import type { Ctx } from '../platform/context';
import { Db, type Tx } from '../platform/database';
import { commonErrors, DomainError } from '../platform/errors';
import { newId } from '../platform/ids';
import { Outbox } from '../platform/outbox';
import { sendingClinic } from './admission';
import type { Upload } from './intake.entities';
import { intakeErrors } from './intake.errors';
import { uploadCompleted, uploadOpened } from './intake.events';
import { type Refusal, REFUSALS } from './refusal.rules';
import { UploadParts } from './upload-parts';
import { UploadRows } from './upload-rows';
import type { Announced, Manifest } from './uploads.dto';

export interface Opened {
  readonly id: string;
  /** SOP Instance UIDs that this clinic does not have with these bytes. */
  readonly missing: readonly string[];
}

export interface RefusedInstance {
  readonly sopInstanceUid: string;
  readonly code: string;
  readonly message: string;
}

export interface Completion {
  readonly complete: boolean;
  readonly missing: readonly string[];
  readonly refused: readonly RefusedInstance[];
}

/** Uploads by manifest: what a clinic announces, what is still missing, and when all of it is there. */
@Injectable()
export class UploadsService {
  constructor(
    private readonly db: Db,
    private readonly rows: UploadRows,
    private readonly parts: UploadParts,
    private readonly images: Images,
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly config: Config,
    @Inject(PART_STORE) private readonly store: PartStore,
  ) {}

  /**
   * Opens an upload, or adds to an open one. Only this clinic's own rows decide what is missing: nobody learns what
   * another clinic has. An entry that is announced again with other bytes starts anew.
   * @throws DomainError `too_many_instances`, `upload_closed`, `not_found`, `invalid_input`
   */
  async open(ctx: Ctx, manifest: Manifest): Promise<Opened> {
    this.checkSizes(manifest.instances);
    const { opened, restarted } = await this.db.write(ctx, async (tx) => {
      const upload = manifest.uploadId
        ? await this.rows.lockOpen(tx, manifest.uploadId)
        : await this.insert(tx, ctx, manifest);
      const held = await this.images.held(tx, upload.clinic_id, manifest.instances);
      const restarted = await this.rows.announce(tx, upload.id, manifest.instances, held);
      const count = await this.rows.recount(tx, upload.id);
      if (count > this.config.env.MAX_REQUEST_INSTANCES)
        throw new DomainError(intakeErrors.too_many_instances, { limit: this.config.env.MAX_REQUEST_INSTANCES });
      await this.audit.record(tx, {
        action: manifest.uploadId ? 'upload.extend' : 'upload.open',
        subjectType: 'upload',
        subjectId: upload.id,
        details: { announced: manifest.instances.length, held: held.size, clinicId: upload.clinic_id },
      });
      if (!manifest.uploadId) await this.outbox.emit(tx, uploadOpened(upload.id));
      const missing = await this.rows.missingOf(tx, upload.id);
      return { opened: { id: upload.id, missing }, restarted };
    });
    // What was received of a file that has changed is of no use any more.
    for (const sopUid of restarted) await this.parts.forget(opened.id, sopUid);
    return opened;
  }

  /**
   * Says what is missing or refused; when nothing is, the upload is complete, once and for all. Parts that arrived whole
   * but were not registered (the process died in between) are registered now.
   */
  async complete(ctx: Ctx, uploadId: string): Promise<Completion> {
    const upload = await this.db.read(ctx, (tx) => this.rows.find(tx, uploadId));
    if (upload.state === 'open') await this.parts.finishWhole(ctx, upload);
    const completion = await this.db.write(ctx, async (tx) => {
      if (upload.state === 'open' && (await this.rows.close(tx, uploadId))) {
        await this.audit.record(tx, { action: 'upload.complete', subjectType: 'upload', subjectId: uploadId });
        await this.outbox.emit(tx, uploadCompleted(uploadId));
      }
      return this.stateOf(tx, uploadId);
    });
    if (completion.complete) await this.store.removeUpload(uploadId);
    return completion;
  }

  /** How far an upload has come. */
  async status(ctx: Ctx, uploadId: string): Promise<object> {
    return this.db.read(ctx, async (tx) => {
      const upload = await this.rows.find(tx, uploadId);
      const { missing, refused } = await this.stateOf(tx, uploadId);
      return {
        id: upload.id,
        state: upload.state,
        accessionNumber: upload.accession_number,
        studyInstanceUid: upload.study_uid,
        instances: upload.instance_count,
        stored: upload.instance_count - missing.length - refused.length,
        missing,
        refused,
        createdAt: upload.created_at,
        completedAt: upload.completed_at,
      };
    });
  }

  private async stateOf(tx: Tx, uploadId: string): Promise<Completion> {
    const upload = await this.rows.find(tx, uploadId);
    const rows = await this.rows.unfinished(tx, uploadId);
    return {
      complete: upload.state === 'complete',
      missing: rows.filter((row) => row.state === 'missing').map((row) => row.sop_uid),
      refused: rows
        .filter((row) => row.state === 'refused')
        .map((row) => ({
          sopInstanceUid: row.sop_uid,
          code: row.refusal ?? '',
          message: REFUSALS[row.refusal as Refusal].text,
        })),
    };
  }

  private async insert(tx: Tx, ctx: Ctx, manifest: Manifest): Promise<Pick<Upload, 'id' | 'clinic_id'>> {
    const clinicId = sendingClinic(ctx, manifest.clinicId);
    const id = newId();
    await this.rows.insert(tx, {
      id,
      county_id: ctx.countyId,
      clinic_id: clinicId,
      accession_number: manifest.accessionNumber ?? null,
      study_uid: manifest.studyInstanceUid ?? null,
      state: 'open',
      instance_count: manifest.instances.length,
      created_by: ctx.actor.name,
      created_at: this.clock.now(),
      completed_at: null,
    });
    return { id, clinic_id: clinicId };
  }

  private checkSizes(instances: readonly Announced[]): void {
    const { MAX_REQUEST_INSTANCES, MAX_INSTANCE_BYTES } = this.config.env;
    if (instances.length > MAX_REQUEST_INSTANCES)
      throw new DomainError(intakeErrors.too_many_instances, { limit: MAX_REQUEST_INSTANCES });
    const large = instances.findIndex((one) => one.bytes > MAX_INSTANCE_BYTES);
    if (large >= 0)
      throw new DomainError(commonErrors.invalid_input, {
        field: `instances.${large}.bytes`,
        problem: `不能超过 ${MAX_INSTANCE_BYTES} 字节`,
      });
  }
}
