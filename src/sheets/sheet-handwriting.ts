import { Injectable } from '@nestjs/common';
import { Logger } from '../platform/logging';
import type { VersionRow } from '../reporting';
import { Handwriting } from '../signature';
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

  /** A report does not wait for a picture that the store has lost: the printed name is there, and `cli verify` tells. */
  private async picture(
    { id, county_id }: VersionRow,
    personId: string,
    sha256: string | null,
  ): Promise<Buffer | null> {
    if (sha256 === null) return null;
    const picture = await this.handwriting.picture(county_id, personId, sha256);
    if (!picture)
      this.logger.error({ versionId: id, personId, sha256 }, 'a handwritten signature is missing or changed');
    return picture;
  }
}
