import { Injectable } from '@nestjs/common';
import { Audit } from '../../audit';
import { Notices, type Receiver, type Telling as NoticeTelling } from '../../notices';
import { Clock } from '../../platform/clock';
import type { Tx } from '../../platform/database';
import { commonErrors, DomainError } from '../../platform/errors';
import type { Referral } from '../collaboration.entities';
import { collaborationErrors } from '../collaboration.errors';
import { REFERRAL_STATE_NAMES, type ReferralState, statesBefore } from './referral.state';

/** From whose chair a referral is looked at: the hospital that it goes to, or who sent it. */
export type ReferralChair = 'hospital' | 'sender';

export interface ReferralStep {
  readonly to: ReferralState;
  /** The audit action, `referral.<verb>`. */
  readonly action: string;
  readonly reason?: string;
  readonly set: Partial<Referral>;
}

/** How news of a referral is told, where it is not told as urgently as the referral itself, or must be told once only. */
type Telling = Partial<Pick<NoticeTelling, 'urgent' | 'key'>>;

/**
 * $3 = the caller, $4 = his hospitals, $5 = his clinics, $6 = the chairs he may sit in. The sending clinic is the exam's,
 * whoever wrote the referral.
 */
const MINE = `(('hospital' = ANY($6::text[]) AND r.to_hospital_id = ANY($4::uuid[]))
  OR ('sender' = ANY($6::text[]) AND (r.clinic_id = ANY($5::uuid[]) OR r.requested_by = $3)))`;

/** The rows of referrals and their steps, in the caller's transaction. */
@Injectable()
export class Referrals {
  constructor(
    private readonly notices: Notices,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** A referral that the caller has to do with in one of the chairs, locked where it is to be changed. Throws `not_found`. */
  async find(tx: Tx, id: string, chairs: readonly ReferralChair[], lock: 'FOR UPDATE' | '' = ''): Promise<Referral> {
    const { countyId, actor } = tx.ctx;
    const row = await tx.row<Referral>(
      `SELECT r.* FROM referral r WHERE r.county_id = $1 AND r.id = $2 AND ${MINE} ${lock}`,
      [countyId, id, actor.id, actor.hospitalIds, actor.clinicIds, chairs],
    );
    if (!row) throw new DomainError(commonErrors.not_found);
    return row;
  }

  /** One step of the state table, audited. Throws `referral_state_conflict` with the present state. */
  async step(tx: Tx, row: Referral, { to, action, reason, set }: ReferralStep): Promise<Referral> {
    const entries = Object.entries({ ...set, updated_at: this.clock.now() });
    const after = await tx.row<Referral>(
      `UPDATE referral SET state = $3, ${entries.map(([column], i) => `${column} = $${i + 5}`).join()}
       WHERE county_id = $1 AND id = $2 AND state = ANY($4) RETURNING *`,
      [tx.ctx.countyId, row.id, to, statesBefore(to), ...entries.map(([, value]) => value)],
    );
    if (!after)
      throw new DomainError(collaborationErrors.referral_state_conflict, {
        state: row.state,
        stateName: REFERRAL_STATE_NAMES[row.state],
      });
    const details = { examId: row.exam_id, from: row.state, to };
    await this.audit.record(tx, { action, subjectType: 'referral', subjectId: row.id, reason, details });
    return after;
  }

  /** News up: for those who receive patients at the hospital. */
  tellHospital(tx: Tx, row: Referral, what: string, how: Telling = {}): Promise<void> {
    return this.tell(tx, row, what, [{ hospitalId: row.to_hospital_id, permission: 'referral.handle' }], how);
  }

  /** News down: for the clinic that has the patient, and for the signer who referred him. */
  tellSender(tx: Tx, row: Referral, what: string, how: Telling = {}): Promise<void> {
    const signer = row.requested_side === 'reader' ? [{ personId: row.requested_by }] : [];
    return this.tell(tx, row, what, [{ clinicId: row.clinic_id, permission: 'referral.read' }, ...signer], how);
  }

  private async tell(tx: Tx, row: Referral, what: string, to: readonly Receiver[], how: Telling): Promise<void> {
    const exam = await tx.row<{ accession_number: string | null }>(
      'SELECT accession_number FROM exam WHERE county_id = $1 AND id = $2',
      [tx.ctx.countyId, row.exam_id],
    );
    await this.notices.tell(tx, {
      kind: 'collaboration.referral',
      examId: row.exam_id,
      text: `检查 ${exam?.accession_number ?? ''} 的转诊${what}`,
      to,
      urgent: row.urgency === 'emergency',
      params: { referralId: row.id },
      ...how,
    });
  }
}
