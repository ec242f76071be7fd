import { Injectable } from '@nestjs/common';
import { Commands } from '../../audit';
import type { Ctx } from '../../platform/context';
import type { Tx } from '../../platform/database';
import { Claims } from '../../worklist';
import { Amendments } from '../revisions/amendments';
import { AmendmentsService } from '../revisions/amendments.service';
import { ClinicWriting } from '../writing/clinic-writing.service';
import { Drafts } from '../writing/drafts';
import type { KeyImage } from './key-image';
import type { ClinicKeyImagesInput, KeyImagesInput } from './key-images.dto';
import { KeyImages } from './key-images';

export interface Marked {
  readonly keyImages: readonly KeyImage[];
  readonly version: number;
}

/** Marking 关键图像 while a report, or the amendment of a signed one, is written or reviewed. */
@Injectable()
export class KeyImageMarks {
  constructor(
    private readonly commands: Commands,
    private readonly claims: Claims,
    private readonly amendments: Amendments,
    private readonly amending: AmendmentsService,
    private readonly clinicWriting: ClinicWriting,
    private readonly drafts: Drafts,
    private readonly keyImages: KeyImages,
  ) {}

  /**
   * Of an amendment it is a save like one of its text: others may hand it on, and sign what they have seen. `version` is the
   * draft's or the amendment's afterwards. Throws `stale_fence`, `exam_state_conflict`; of an amendment `stale_fence`,
   * `not_the_writer`, `amendment_released`, `own_report`; and what {@link KeyImages.put} throws.
   */
  async put(ctx: Ctx, examId: string, { fence, keyImages }: KeyImagesInput): Promise<Marked> {
    const amends = await this.amendments.isOpen(ctx, examId);
    return this.commands.run(ctx, 'report.key-images', examId, async (tx) => {
      if (amends) {
        const open = await this.amending.requireTurn(tx, examId, fence);
        const images = await this.keyImages.put(tx, examId, keyImages);
        return { keyImages: images, version: (await this.amendments.put(tx, open, {})).draft_version };
      }
      await this.claims.require(tx, examId, { fence, consulting: true, working: true });
      return this.ofDraft(tx, examId, keyImages);
    });
  }

  /**
   * The same by the clinic's own doctor in review mode. Throws what {@link ClinicWriting.requireTurn} and
   * {@link KeyImages.put} throw.
   */
  async putAtClinic(ctx: Ctx, examId: string, { keyImages }: ClinicKeyImagesInput): Promise<Marked> {
    return this.commands.run(ctx, 'report.clinic-key-images', examId, async (tx) => {
      await this.clinicWriting.requireTurn(tx, examId);
      return this.ofDraft(tx, examId, keyImages);
    });
  }

  private async ofDraft(tx: Tx, examId: string, wanted: KeyImagesInput['keyImages']): Promise<Marked> {
    const keyImages = await this.keyImages.put(tx, examId, wanted);
    return { keyImages, version: (await this.drafts.of(tx, examId))?.version ?? 0 };
  }
}
