import { Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import { ExamInstances } from '../../exams';
import { Clock } from '../../platform/clock';
import { personOf } from '../../platform/context';
import type { Tx } from '../../platform/database';
import { commonErrors, DomainError } from '../../platform/errors';
import { Audit } from '../../audit';
import { carriedBy } from '../annexes/carried.rules';
import type { EarlierVersion } from '../annexes/earlier-versions';
import type { ReportKind } from '../report.state';
import type { KeyImage } from './key-image';
import type { KeyImagesInput } from './key-images.dto';
import type { ReportKeyImages } from './key-images.entity';

/** 关键图像 of an exam: which of its images the report prints. */
@Injectable()
export class KeyImages {
  constructor(
    private readonly instances: ExamInstances,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * Puts the list in place of the one before, in the transaction of whoever may write the report now. Throws
   * `invalid_input` for an image that the exam does not have, a frame that the image does not have, one named twice.
   */
  async put(tx: Tx, examId: string, wanted: KeyImagesInput['keyImages']): Promise<readonly KeyImage[]> {
    const images = await this.pinned(tx, examId, wanted);
    await this.store(tx, examId, images);
    const details = { images: images.map(({ sopInstanceUid, frame }) => ({ sopInstanceUid, frame })) };
    await this.audit.record(tx, { action: 'report.key-images', subjectType: 'exam', subjectId: examId, details });
    return images;
  }

  /** Back to what stands, where another work on the report begins or is given up. */
  async reset(tx: Tx, examId: string, standing: readonly KeyImage[]): Promise<void> {
    if (!isDeepStrictEqual(await this.list(tx, examId), standing)) await this.store(tx, examId, standing);
  }

  /**
   * Those that are marked and still are what was marked: an image that was taken from the exam, or whose file another has
   * replaced since, is none of them any more.
   */
  async marked(tx: Tx, examId: string): Promise<readonly KeyImage[]> {
    const images = await this.list(tx, examId);
    if (images.length === 0) return [];
    const uids = images.map(({ sopInstanceUid }) => sopInstanceUid);
    const present = await this.instances.pictured(tx, examId, uids);
    return images.filter((image) => present.get(image.sopInstanceUid)?.sha256 === image.sha256);
  }

  /** What a version of this kind carries of them, after these; some may be the exam's no more. */
  async ofNext(
    tx: Tx,
    examId: string,
    kind: ReportKind,
    earlier: readonly EarlierVersion[],
  ): Promise<readonly KeyImage[]> {
    const carriers = earlier.map(({ kind: of, key_images: carried }) => ({ kind: of, carried }));
    return carriedBy(kind, await this.list(tx, examId), carriers, isDeepStrictEqual);
  }

  private async list(tx: Tx, examId: string): Promise<readonly KeyImage[]> {
    const row = await tx.row<Pick<ReportKeyImages, 'images'>>(
      'SELECT images FROM report_key_images WHERE county_id = $1 AND exam_id = $2',
      [tx.ctx.countyId, examId],
    );
    return row?.images ?? [];
  }

  private async store(tx: Tx, examId: string, images: readonly KeyImage[]): Promise<void> {
    await tx.change(
      `INSERT INTO report_key_images (county_id, exam_id, images, marked_by, marked_at)
       SELECT county_id, id, $3, $4, $5 FROM exam WHERE county_id = $1 AND id = $2
       ON CONFLICT (county_id, exam_id) DO UPDATE
         SET images = excluded.images, marked_by = excluded.marked_by, marked_at = excluded.marked_at`,
      [tx.ctx.countyId, examId, JSON.stringify(images), personOf(tx.ctx).id, this.clock.now()],
    );
  }

  private async pinned(tx: Tx, examId: string, wanted: KeyImagesInput['keyImages']): Promise<KeyImage[]> {
    const uids = wanted.map(({ sopInstanceUid }) => sopInstanceUid);
    const present = await this.instances.pictured(tx, examId, uids);
    return wanted.map(({ sopInstanceUid, frame, window, caption }, i) => {
      const image = present.get(sopInstanceUid);
      if (!image) throw refusal(i, 'sopInstanceUid', '不是本检查的影像');
      if (frame > image.frames) throw refusal(i, 'frame', `该影像共 ${image.frames} 帧`);
      // The same slice in two windows is two pictures.
      const same = (one: (typeof wanted)[number]): boolean =>
        one.sopInstanceUid === sopInstanceUid && one.frame === frame && isDeepStrictEqual(one.window, window);
      const first = wanted.findIndex(same);
      if (first !== i) throw refusal(i, 'sopInstanceUid', '重复');
      return { sopInstanceUid, sha256: image.sha256, frame, window, caption };
    });
  }
}

const refusal = (at: number, field: string, problem: string): DomainError =>
  new DomainError(commonErrors.invalid_input, { field: `keyImages.${at}.${field}`, problem });
