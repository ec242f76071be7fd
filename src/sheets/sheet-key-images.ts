import { Injectable } from '@nestjs/common';
import { HeaderPoolBusy } from '../images';
import { type Picture, Pictures, type StoredFrame } from '../pictures';
import { commonErrors, DomainError } from '../platform/errors';
import { Logger } from '../platform/logging';
import { ThreadBusy } from '../platform/threads';
import type { KeyImage as SignedKeyImage, VersionRow } from '../reporting';
import type { KeyImage } from './pdf';
import type { Printed } from './pdf-printer';

/** Pixels of the longer edge: 200 dots an inch where one picture has the row for itself. */
const MOST_PIXELS = 700;
const RETRY_SECONDS = 2;

const WHY_NOT: Record<Extract<Picture, { ok: false }>['code'], string> = {
  missing: '影像文件缺失',
  no_pixel_data: '该对象没有图像',
  no_such_frame: '没有此帧',
  unsupported: '此编码的影像不能打印',
  damaged: '影像数据损坏',
  too_large: '影像过大，不能打印',
  slow: '影像处理超时，未能打印',
};

/**
 * What becomes of a sheet one of whose pictures is `slow`: `wait` for a better moment (the caller comes again), or
 * `leave_out` that picture, because the report has waited long enough.
 */
export type OnSlow = 'wait' | 'leave_out';

/** 关键图像 as they are printed. */
@Injectable()
export class SheetKeyImages {
  constructor(
    private readonly pictures: Pictures,
    private readonly logger: Logger,
  ) {}

  /**
   * A report does not wait for a picture that cannot be shown: its place says why. Throws `unavailable` where a later try
   * may show it: while too much is asked of the decoders, and with `wait` where a picture took too long.
   */
  async of(
    clinic: { readonly county_id: string; readonly clinic_id: string },
    images: readonly SignedKeyImage[],
    onSlow: OnSlow = 'wait',
  ): Promise<KeyImage[]> {
    const printed: KeyImage[] = [];
    for (const { sopInstanceUid, sha256, frame, window, caption } of images) {
      const file = { countyId: clinic.county_id, clinicId: clinic.clinic_id, sha256, frame, window };
      const picture = await this.picture(file, onSlow);
      if (!picture.ok && picture.code === 'slow' && onSlow === 'wait') throw later();
      if (!picture.ok) this.logger.warn({ sopInstanceUid, code: picture.code }, 'a key image cannot be printed');
      printed.push({ caption, picture: picture.ok ? picture : { missing: WHY_NOT[picture.code] } });
    }
    return printed;
  }

  /** To be called with how a version was printed: says so where its pictures, sound as they seemed, stopped the printer. */
  noteLeftOff(
    { id: versionId }: Pick<VersionRow, 'id'>,
    { keyImagesLeftOff }: Pick<Printed, 'keyImagesLeftOff'>,
  ): void {
    if (keyImagesLeftOff) this.logger.warn({ versionId }, 'a sheet was printed without its key images');
  }

  /** Says "later" while too many files are being read or painted; a fault of the installation is no reason to wait for ever. */
  private async picture(file: StoredFrame, onSlow: OnSlow): Promise<Picture> {
    try {
      return await this.pictures.jpeg(file, { maxEdge: MOST_PIXELS });
    } catch (error) {
      if (error instanceof HeaderPoolBusy || error instanceof ThreadBusy) throw later();
      if (onSlow === 'wait') throw error;
      this.logger.error({ err: error, sha256: file.sha256 }, 'a key image could not be made');
      return { ok: false, code: 'slow' };
    }
  }
}

const later = (): DomainError => new DomainError(commonErrors.unavailable, { retryAfterSeconds: RETRY_SECONDS });
