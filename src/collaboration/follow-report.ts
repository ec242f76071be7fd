import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock';
import type { Tx } from '../platform/database';
import type { Message, TransactionalHandler } from '../platform/outbox';
import type { SignedFacts } from '../reporting';
import type { Consultation, Referral } from './collaboration.entities';
import { FOLLOW_REPORT } from './collaboration.subscriptions';
import { Consultations } from './consultation/consultations';
import { UNFINISHED_REFERRAL } from './referral/referral.state';
import { Referrals } from './referral/referrals';

/**
 * What a newly signed version means to what was said around it: an opinion that nobody closed has had its time, and a
 * hospital that a patient is on the way to must not go by a report that was corrected since.
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
    const { examId, number } = message.payload as unknown as SignedFacts;
    await this.closeAnswered(tx, examId);
    await this.tellHospitals(tx, examId, number);
  }

  private async closeAnswered(tx: Tx, examId: string): Promise<void> {
    const answered = await tx.rows<Consultation>(
      "SELECT * FROM consultation WHERE county_id = $1 AND exam_id = $2 AND state = 'ANSWERED' ORDER BY id FOR UPDATE",
      [tx.ctx.countyId, examId],
    );
    const reason = '报告已审签';
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
      await this.referrals.tellHospital(tx, row, '所附报告已有新版本，请查看', `referral:${row.id}:${number}`);
  }
}
