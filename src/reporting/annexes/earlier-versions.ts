import type { Tx } from '../../platform/database';
import type { ReportVersion } from '../reporting.entities';

/** A version that has not been called back, with what it carried beside its text. */
export type EarlierVersion = Pick<ReportVersion, 'kind' | 'annexes' | 'key_images'>;

/** Those of an exam, oldest first. */
export const earlierVersions = (tx: Tx, examId: string): Promise<EarlierVersion[]> =>
  tx.rows<EarlierVersion>(
    `SELECT kind, annexes, key_images FROM report_version v WHERE county_id = $1 AND exam_id = $2
       AND NOT EXISTS (SELECT 1 FROM report_recall r WHERE r.version_id = v.id) ORDER BY number`,
    [tx.ctx.countyId, examId],
  );
