import { until } from '../../test/harness/wait';
import { Clock } from '../platform/clock';
import { newId } from '../platform/ids';
import { Outbox } from '../platform/outbox';
import { REPORT_SIGNED, type ReportKind } from '../reporting';
import type { Desk } from '../reporting/desk.fixture';
import type { Ward } from './ward.fixture';

export const PE = { findings: '右肺动脉主干见充盈缺损。', impression: '急性肺栓塞。', recommendation: '' };
export const CLEAR = { findings: '两肺清晰。', impression: '胸部未见异常。', recommendation: '' };

/** Signed reports and what follows them, each heard of by this slice before a spec goes on. */
export class SignedReports {
  constructor(
    private readonly ward: Ward,
    private readonly desk: Desk,
  ) {}

  /** Written, reviewed and signed over HTTP. */
  async signed(text: object): Promise<{ exam: string; versionId: string }> {
    const done = await this.desk.signed(text);
    await this.handled(done.versionId);
    return done;
  }

  /**
   * Signs a further version behind everybody's back, as reporting would: its row and its news. The version before it is
   * copied, so that this holds whatever else a version comes to carry.
   */
  async sign(examId: string, beforeId: string, kind: ReportKind, text: object): Promise<string> {
    const { system, county, ctx } = this.ward;
    const id = newId();
    const patch = { id, kind, supersedes_id: beforeId, verification_code: id.slice(0, 19), ...text };
    const signedAt = system.get(Clock).now().toISOString();
    await system.db.relay(ctx, async (tx) => {
      await tx.change(
        `INSERT INTO report_version SELECT (jsonb_populate_record(v, $2::jsonb || jsonb_build_object('number', v.number + 1))).*
         FROM report_version v WHERE v.id = $1`,
        [beforeId, JSON.stringify(patch)],
      );
      await system.get(Outbox).emit(tx, {
        kind: REPORT_SIGNED,
        subjectId: id,
        payload: { examId, clinicId: county.clinics[0]!.id, number: 2, kind, signedAt },
      });
    });
    await this.handled(id);
    return id;
  }

  /** Both ears have heard of a version. */
  handled(versionId: string): Promise<unknown> {
    return until('the version to be compared', async () => {
      const [row] = await this.ward.rows<{ n: string }>(
        `SELECT count(*) AS n FROM outbox_message WHERE subject_id = $1 AND handled_at IS NOT NULL
           AND consumer IN ('critical.compare', 'critical.open-patient-notice')`,
        [versionId],
      );
      return row!.n === '2';
    });
  }
}
