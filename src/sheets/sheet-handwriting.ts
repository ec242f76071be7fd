import { Injectable } from '@nestjs/common';
import { Logger } from '../platform/logging';
import type { VersionRow } from '../reporting';
import { Handwriting, judgePicture } from '../signature';
import type { Printed } from './pdf-printer';
import type { PrintedHandwriting } from './printed-report.rules';

/** The handwritten signatures of a version, as they were when it was signed. */
@Injectable()
export class SheetHandwriting {
  constructor(
    private readonly handwriting: Handwriting,
    private readonly logger: Logger,
  ) {}

  async of(version: VersionRow): Promise<PrintedHandwriting> {
    const { writer_id, writer_handwriting_sha256, reviewer_id, reviewer_handwriting_sha256 } = version;
    return {
      writer: await this.picture(version, writer_id, writer_handwriting_sha256),
      reviewer: await this.picture(version, reviewer_id, reviewer_handwriting_sha256),
    };
  }

  /** To be called with how a version was printed: says so where its pictures, sound as they seemed, stopped the printer. */
  noteLeftOff(version: VersionRow, { handwritingLeftOff }: Pick<Printed, 'handwritingLeftOff'>): void {
    if (!handwritingLeftOff) return;
    const { id: versionId, writer_handwriting_sha256: writer, reviewer_handwriting_sha256: reviewer } = version;
    this.logger.warn({ versionId, sha256: { writer, reviewer } }, 'a sheet was printed without its handwriting');
  }

  /**
   * A report does not wait for a picture that the store has lost, nor for one that cannot be printed: the printed name is
   * there, and of the first `cli verify` tells.
   */
  private async picture(
    { id, county_id }: VersionRow,
    personId: string,
    sha256: string | null,
  ): Promise<Buffer | null> {
    if (sha256 === null) return null;
    const picture = await this.handwriting.picture(county_id, personId, sha256);
    if (!picture) {
      this.logger.warn({ versionId: id, personId, sha256 }, 'a handwritten signature is missing or changed');
      return null;
    }
    const judged = judgePicture(picture);
    if (!('fault' in judged)) return picture;
    this.logger.warn({ versionId: id, sha256, fault: judged.fault }, 'a handwritten signature cannot be printed');
    return null;
  }
}
