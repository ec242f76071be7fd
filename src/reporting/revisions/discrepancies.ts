import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock';
import type { Tx } from '../../platform/database';
import { discrepancies } from './changes.rules';
import { ReportDiscrepancy } from './revisions.entities';
import type { ReportVersion } from '../reporting.entities';

/** Compares a formal report with the preliminary one that went out before it. */
@Injectable()
export class Discrepancies {
  constructor(private readonly clock: Clock) {}

  /**
   * Stores in what the version just made differs, in the transaction that made it; answers the fields, none as a rule.
   */
  async note(tx: Tx, examId: string, versionId: string): Promise<readonly string[]> {
    const [formal, preliminary] = await tx.rows<ReportVersion>(
      `SELECT * FROM report_version WHERE county_id = $1 AND exam_id = $2 AND (id = $3 OR kind = 'preliminary')
       ORDER BY number DESC`,
      [tx.ctx.countyId, examId, versionId],
    );
    if (formal?.id !== versionId || preliminary?.kind !== 'preliminary') return [];
    const fields = discrepancies(preliminary, formal);
    if (fields.length > 0) {
      await tx.insert(ReportDiscrepancy, {
        version_id: versionId,
        county_id: tx.ctx.countyId,
        exam_id: examId,
        preliminary_id: preliminary.id,
        fields: [...fields],
        found_at: this.clock.now(),
      });
    }
    return fields;
  }
}
