import { Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import { ExamInstances } from '../../exams';
import { Clock } from '../../platform/clock';
import { personOf } from '../../platform/context';
import type { Tx } from '../../platform/database';
import { commonErrors, DomainError } from '../../platform/errors';
import { Audit } from '../../audit';
import { carriedBy, type Carrier } from '../annexes/carried.rules';
import type { ReportKind } from '../report.state';
import type { KeyImage } from './key-image';
import type { KeyImagesInput } from './key-images.dto';

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
    await tx.change(
      `INSERT INTO report_key_images (county_id, exam_id, images, marked_by, marked_at)
       SELECT county_id, id, $3, $4, $5 FROM exam WHERE county_id = $1 AND id = $2
       ON CONFLICT (county_id, exam_id) DO UPDATE
         SET images = excluded.images, marked_by = excluded.marked_by, marked_at = excluded.marked_at`,
      [tx.ctx.countyId, examId, JSON.stringify(images), personOf(tx.ctx).id, this.clock.now()],
    );
    const details = { images: images.map(({ sopInstanceUid, frame }) => ({ sopInstanceUid, frame })) };
    await this.audit.record(tx, { action: 'report.key-images', subjectType: 'exam', subjectId: examId, details });
    return images;
  }

  /**
   * Those that are marked and still are what was marked: an image that was taken from the exam, or whose file another has
   * replaced since, is none of them any more.
   */
  async marked(tx: Tx, examId: string): Promise<readonly KeyImage[]> {
    const row = await tx.row<{ images: readonly KeyImage[] }>(
      'SELECT images FROM report_key_images WHERE county_id = $1 AND exam_id = $2',
      [tx.ctx.countyId, examId],
    );
    if (!row || row.images.length === 0) return [];
    const uids = row.images.map(({ sopInstanceUid }) => sopInstanceUid);
    const present = await this.instances.pictured(tx, examId, uids);
    return row.images.filter((image) => present.get(image.sopInstanceUid)?.sha256 === image.sha256);
  }

  /** What a version of this kind carries of them; `follows` tells that the exam has versions already. */
  async ofNext(tx: Tx, examId: string, kind: ReportKind, follows: boolean): Promise<readonly KeyImage[]> {
    const marked = await this.marked(tx, examId);
    if (!follows) return carriedBy(kind, marked, [], isDeepStrictEqual);
    const earlier = await tx.rows<Carrier<KeyImage>>(
      `SELECT kind, key_images AS carried FROM report_version v WHERE county_id = $1 AND exam_id = $2
         AND NOT EXISTS (SELECT 1 FROM report_recall r WHERE r.version_id = v.id) ORDER BY number`,
      [tx.ctx.countyId, examId],
    );
    return carriedBy(kind, marked, earlier, isDeepStrictEqual);
  }

  private async pinned(tx: Tx, examId: string, wanted: KeyImagesInput['keyImages']): Promise<KeyImage[]> {
    const uids = wanted.map(({ sopInstanceUid }) => sopInstanceUid);
    const present = await this.instances.pictured(tx, examId, uids);
    return wanted.map(({ sopInstanceUid, frame, window, caption }, i) => {
      const image = present.get(sopInstanceUid);
      if (!image) throw refusal(i, 'sopInstanceUid', '不是本检查的影像');
      if (frame > image.frames) throw refusal(i, 'frame', `该影像共 ${image.frames} 帧`);
      const first = wanted.findIndex((one) => one.sopInstanceUid === sopInstanceUid && one.frame === frame);
      if (first !== i) throw refusal(i, 'sopInstanceUid', '重复');
      return { sopInstanceUid, sha256: image.sha256, frame, window, caption: caption || null };
    });
  }
}

const refusal = (at: number, field: string, problem: string): DomainError =>
  new DomainError(commonErrors.invalid_input, { field: `keyImages.${at}.${field}`, problem });
