import { Injectable } from '@nestjs/common';
import type { Receiver } from '../../../notices';
import type { Tx } from '../../../platform/database';
import { Absences } from '../../../worklist';
import { Amendments, type OpenAmendment } from '../amendments';
import type { ReportAmendment } from '../revisions.entities';
import { StandingVersions } from '../standing-versions';
import { goesWithHospital, goesWithWriter } from './release.rules';
import { AmendmentTurns } from './turns';

const HELD = `county_id = $1 AND state = 'WRITING' AND released_at IS NULL`;

/** $1 county, $2 person or hospital. In one order of exams, so that two who let go never block each other. */
export const WRITTEN_BY = `SELECT exam_id FROM report_amendment WHERE ${HELD} AND writer_id = $2 ORDER BY exam_id`;
export const WRITTEN_AT = `SELECT exam_id FROM report_amendment
  WHERE ${HELD} AND writer_hospital_id = $2 ORDER BY exam_id`;

/** 离岗, or a hospital that is silent: what is being written of amendments is let go with the claims. */
@Injectable()
export class AmendmentRelease {
  constructor(
    private readonly amendments: Amendments,
    private readonly standing: StandingVersions,
    private readonly absences: Absences,
    private readonly turns: AmendmentTurns,
  ) {}

  async ofPerson(tx: Tx, personId: string, { at }: { at: Date }): Promise<void> {
    const reason = await this.absences.reasonOf(tx, personId);
    for (const open of await this.locked(tx, WRITTEN_BY, personId))
      if (goesWithWriter(open.amendment, { personId, at })) await this.offDuty(tx, open, `离岗：${reason}`);
  }

  async ofHospital(tx: Tx, hospitalId: string, { lastSignAt }: { lastSignAt: Date }): Promise<void> {
    // Its own chiefs may be without a line too.
    const elsewhere: Receiver[] = [{ county: true, permission: 'worklist.manage' }];
    for (const open of await this.locked(tx, WRITTEN_AT, hospitalId)) {
      if (!goesWithHospital(open.amendment, { hospitalId, lastSignAt })) continue;
      const also = [...(await this.signer(tx, open)), ...elsewhere];
      await this.turns.release(tx, open, { verb: 'silence', reason: '医院阅片端 5 分钟无响应', also });
    }
  }

  /** An amendment that comes back (驳回) to a writer who has left meanwhile waits for him no more than for anybody. */
  async ifAway(tx: Tx, open: OpenAmendment): Promise<ReportAmendment> {
    const away = await this.absences.isAway(tx, open.amendment.writer_id);
    return away ? this.offDuty(tx, open, '驳回时书写医师已离岗') : open.amendment;
  }

  private async offDuty(tx: Tx, open: OpenAmendment, reason: string): Promise<ReportAmendment> {
    return this.turns.release(tx, open, { verb: 'off-duty', reason, also: await this.signer(tx, open) });
  }

  /** Those found are looked at once more under their exam's lock. */
  private async locked(tx: Tx, found: string, id: string): Promise<OpenAmendment[]> {
    const rows = await tx.rows<{ exam_id: string }>(found, [tx.ctx.countyId, id]);
    const locked: OpenAmendment[] = [];
    for (const { exam_id: examId } of rows) {
      const open = await this.amendments.lockIfOpen(tx, examId);
      if (open) locked.push(open);
    }
    return locked;
  }

  /** He may go on with it wherever he is. */
  private async signer(tx: Tx, { amendment }: OpenAmendment): Promise<Receiver[]> {
    const { reviewer_id: personId } = await this.standing.latest(tx, amendment.exam_id);
    return personId === amendment.writer_id ? [] : [{ personId }];
  }
}
