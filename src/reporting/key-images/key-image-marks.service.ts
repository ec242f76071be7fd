import { Injectable } from '@nestjs/common';
import { Commands } from '../../audit';
import type { Ctx } from '../../platform/context';
import { Claims } from '../../worklist';
import { Amendments } from '../revisions/amendments';
import { AmendmentsService } from '../revisions/amendments.service';
import type { KeyImage } from './key-image';
import type { KeyImagesInput } from './key-images.dto';
import { KeyImages } from './key-images';

/** Marking 关键图像 while a report, or the amendment of a signed one, is written or reviewed. */
@Injectable()
export class KeyImageMarks {
  constructor(
    private readonly commands: Commands,
    private readonly claims: Claims,
    private readonly amendments: Amendments,
    private readonly amending: AmendmentsService,
    private readonly keyImages: KeyImages,
  ) {}

  /**
   * Throws `stale_fence`, `exam_state_conflict`; of an amendment `stale_fence`, `not_the_writer`, `amendment_released`,
   * `own_report`; and what {@link KeyImages.put} throws.
   */
  async put(
    ctx: Ctx,
    examId: string,
    { fence, keyImages }: KeyImagesInput,
  ): Promise<{ keyImages: readonly KeyImage[] }> {
    const amends = await this.amendments.isOpen(ctx, examId);
    return this.commands.run(ctx, 'report.key-images', examId, async (tx) => {
      if (amends) await this.amending.requireTurn(tx, examId, fence);
      else await this.claims.require(tx, examId, { fence, consulting: true, working: true });
      return { keyImages: await this.keyImages.put(tx, examId, keyImages) };
    });
  }
}
