import { Global, Injectable, Module } from '@nestjs/common';
import type { Tx } from '../../platform/database';
import { DraftVersions } from '../../worklist';

/** The list's question to this slice, answered from the table. */
@Injectable()
export class StoredDraftVersions extends DraftVersions {
  async versionOf(tx: Tx, examId: string): Promise<number> {
    const row = await tx.row<{ version: number }>(
      'SELECT version FROM report_draft WHERE county_id = $1 AND exam_id = $2',
      [tx.ctx.countyId, examId],
    );
    return row?.version ?? 0;
  }

  async handsOf(tx: Tx, examId: string): Promise<readonly string[]> {
    const row = await tx.row<{ hand_ids: string[] }>(
      'SELECT hand_ids FROM report_draft WHERE county_id = $1 AND exam_id = $2',
      [tx.ctx.countyId, examId],
    );
    return row?.hand_ids ?? [];
  }
}

/** Global, because the worklist below asks without knowing who answers; apart, because whoever answers asks the worklist. */
@Global()
@Module({ providers: [{ provide: DraftVersions, useClass: StoredDraftVersions }], exports: [DraftVersions] })
export class DraftVersionsModule {}
