import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock';
import type { Tx } from '../platform/database';
import type { Message, TransactionalHandler } from '../platform/outbox';
import type { RecalledFacts, SignedFacts } from '../reporting';
import type { Consultation, Referral } from './collaboration.entities';
import { FOLLOW_RECALL, FOLLOW_REPORT } from './collaboration.subscriptions';
import { Consultations } from './consultation/consultations';
import { type ReferralState, statesBefore, UNFINISHED_REFERRAL } from './referral/referral.state';
import { Referrals } from './referral/referrals';

const VOIDED = '所附报告已作废';

/** Who still expects the patient, and who has gone by the report already, even long ago. */
const HEARD_BY: readonly ReferralState[] = [...UNFINISHED_REFERRAL, 'CLOSED'];

/**
 * What a newly signed version means to what was said around it: an opinion that nobody closed has had its time, and a
 * hospital that a patient is on the way to must not go by a report that was corrected since, nor expect the patient of one
 * that is void.
 */
@Injectable()
export class FollowReport implements TransactionalHandler {
  readonly consumer = FOLLOW_REPORT;

  constructor(
    private readonly consultations: Consultations,
    private readonly referrals: Referrals,
    private readonly clock: Clock,
  ) {}

  async handle(tx: Tx, message: Message): Promise<void> {
    const { examId, number, kind } = message.payload as unknown as SignedFacts;
    if (kind === 'void') {
      await this.closeAnswered(tx, examId, '报告已作废');
      await this.takeBack(tx, examId);
    } else {
      await this.closeAnswered(tx, examId, '报告已审签');
      await this.tellHospitals(tx, examId, number);
    }
  }

  private async closeAnswered(tx: Tx, examId: string, reason: string): Promise<void> {
    const answered = await tx.rows<Consultation>(
      "SELECT * FROM consultation WHERE county_id = $1 AND exam_id = $2 AND state = 'ANSWERED' ORDER BY id FOR UPDATE",
      [tx.ctx.countyId, examId],
    );
    const set = { ended_at: this.clock.now(), end_reason: reason };
    for (const row of answered)
      await this.consultations.step(tx, row, { to: 'CLOSED', action: 'consultation.close', reason, set });
  }

  private async tellHospitals(tx: Tx, examId: string, number: number): Promise<void> {
    const outdated = await tx.rows<Referral>(
      'SELECT * FROM referral WHERE county_id = $1 AND exam_id = $2 AND state = ANY($3) AND version_number < $4',
      [tx.ctx.countyId, examId, UNFINISHED_REFERRAL, number],
    );
    for (const row of outdated)
      await this.referrals.tellHospital(tx, row, '所附报告已有新版本，请查看', { key: `referral:${row.id}:${number}` });
  }

  /**
   * The report was another patient's, or nobody's: who is not there yet need not come, and whoever has gone by it, even
   * long ago, must stop doing so. A patient who has arrived stays the hospital's to answer for.
   */
  private async takeBack(tx: Tx, examId: string): Promise<void> {
    const rows = await tx.rows<Referral>(
      'SELECT * FROM referral WHERE county_id = $1 AND exam_id = $2 AND state = ANY($3) ORDER BY id FOR UPDATE',
      [tx.ctx.countyId, examId, HEARD_BY],
    );
    for (const row of rows) {
      const cancels = statesBefore('CANCELLED').includes(row.state);
      const set = { ended_by_name: null, ended_at: this.clock.now(), end_reason: VOIDED };
      if (cancels)
        await this.referrals.step(tx, row, { to: 'CANCELLED', action: 'referral.cancel', reason: VOIDED, set });
      const how = { urgent: true, key: `referral:${row.id}:void` };
      await this.referrals.tellHospital(tx, row, `：${VOIDED}，请停止据此处理`, how);
      const consequence = cancels ? '转诊已取消，请告知患者' : '请与接收医院核对';
      const sender = { urgent: true, key: `referral:${row.id}:void:sender` };
      await this.referrals.tellSender(tx, row, `：${VOIDED}，${consequence}`, sender);
    }
  }
}

/**
 * A version that was called back is hidden in the referrals made with it, so the hospitals are told why and to stop going
 * by it. The patient still comes: he is as ill as before, and the next signature brings the words anew.
 */
@Injectable()
export class FollowRecall implements TransactionalHandler {
  readonly consumer = FOLLOW_RECALL;

  constructor(private readonly referrals: Referrals) {}

  async handle(tx: Tx, message: Message): Promise<void> {
    const { examId, versionId } = message.payload as unknown as RecalledFacts;
    const rows = await tx.rows<Referral>(
      'SELECT * FROM referral WHERE county_id = $1 AND exam_id = $2 AND report_version_id = $3 AND state = ANY($4)',
      [tx.ctx.countyId, examId, versionId, HEARD_BY],
    );
    const what = '：所附报告已被召回，请停止据此处理，等待重新审签的报告';
    for (const row of rows)
      await this.referrals.tellHospital(tx, row, what, { urgent: true, key: `referral:${row.id}:recall:${versionId}` });
  }
}
