import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database';
import { commonErrors, DomainError } from '../../platform/errors';
import type { ReportVersion } from '../reporting.entities';

/** A version with what has become of it. */
export type StandingVersion = ReportVersion & { readonly recalled: boolean };

/** The versions of an exam that is locked by the caller. */
@Injectable()
export class StandingVersions {
  /** The newest version, whatever its kind. Throws `not_found` when there is none. */
  async latest(tx: Tx, examId: string): Promise<StandingVersion> {
    const [latest] = await this.newestFirst(tx, examId);
    if (!latest) throw new DomainError(commonErrors.not_found);
    return latest;
  }

  /** The newest version that says something itself and has not been called back: what an amendment is compared with. */
  async base(tx: Tx, examId: string): Promise<StandingVersion | undefined> {
    const versions = await this.newestFirst(tx, examId);
    return versions.find(({ kind, recalled }) => kind !== 'addendum' && kind !== 'void' && !recalled);
  }

  private newestFirst(tx: Tx, examId: string): Promise<StandingVersion[]> {
    return tx.rows<StandingVersion>(
      `SELECT v.*, EXISTS (SELECT 1 FROM report_recall r WHERE r.version_id = v.id) AS recalled
       FROM report_version v WHERE v.county_id = $1 AND v.exam_id = $2 ORDER BY v.number DESC`,
      [tx.ctx.countyId, examId],
    );
  }
}
