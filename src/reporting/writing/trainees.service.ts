import { Injectable } from '@nestjs/common';
import { Audit, Commands } from '../../audit';
import { Notices } from '../../notices';
import { Clock, localDate } from '../../platform/clock';
import type { Ctx } from '../../platform/context';
import type { Tx } from '../../platform/database';
import { DomainError, type ErrorParams } from '../../platform/errors';
import { Claims, HandIns } from '../../worklist';
import { DraftCopies } from './draft-copies';
import type { Seen } from '../reporting.dto';
import { reportingErrors } from '../reporting.errors';
import { Signatories } from '../signing/signatories';
import { requireLicence, type Signatory } from '../signing/signing.rules';
import { SubmissionsService } from './submissions.service';

/** 进修/规培医师: they draft only, under a named licensed writer who submits in his own name. */
@Injectable()
export class Trainees {
  constructor(
    private readonly commands: Commands,
    private readonly claims: Claims,
    private readonly handIns: HandIns,
    private readonly submissions: SubmissionsService,
    private readonly copies: DraftCopies,
    private readonly signatories: Signatories,
    private readonly notices: Notices,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * 呈交: the trainee hands his draft to his supervisor; the exam is assigned to him and his text is kept as it was. Throws
   * `stale_fence`, `stale_version`, `stale_image_set`, `exam_state_conflict`, `report_empty`, `supervisor_missing`,
   * `licence_invalid`.
   */
  async present(ctx: Ctx, examId: string, seen: Seen): Promise<object> {
    return this.commands.run(ctx, 'report.present', examId, async (tx) => {
      const item = await this.claims.require(tx, examId, { fence: seen.fence, stage: 'write' });
      const { draft, present } = await this.submissions.requireSeen(tx, item, seen);
      if (!draft || (draft.findings + draft.impression).trim() === '') {
        throw new DomainError(reportingErrors.report_empty, present);
      }
      const { trainee, supervisor } = await this.pair(tx, item.holder_hospital_id, present);
      requireLicence(supervisor, '提交', localDate(this.clock.now()), present);
      await this.copies.keepPresented(tx, draft);
      const after = await this.handIns.toSupervisor(tx, item, supervisor.id, `${trainee.name}呈交`);
      const details = { version: draft.version, fence: seen.fence, supervisorId: supervisor.id };
      await this.audit.record(tx, { action: 'report.present', subjectType: 'exam', subjectId: examId, details });
      await this.notices.tell(tx, {
        kind: 'report.presented',
        examId,
        text: `${trainee.name}呈交了检查 ${item.accession_number} 的报告草稿，请审阅后提交`,
        to: [{ personId: supervisor.id }],
        key: `presented-${examId}-${draft.version}`,
      });
      return { examId, state: after.state, supervisor: { personId: supervisor.id, name: supervisor.name } };
    });
  }

  private async pair(
    tx: Tx,
    hospitalId: string | null,
    present: ErrorParams,
  ): Promise<{ trainee: Signatory; supervisor: Signatory }> {
    const named = await tx.row<{ supervisor_id: string }>(
      `SELECT s.id AS supervisor_id FROM person t JOIN person s ON s.county_id = t.county_id AND s.id = t.supervisor_id AND s.active
       WHERE t.county_id = $1 AND t.id = $2`,
      [tx.ctx.countyId, tx.ctx.actor.id],
    );
    if (!named) throw new DomainError(reportingErrors.supervisor_missing, present);
    const [trainee, supervisor] = await this.signatories.read(
      tx,
      { personId: tx.ctx.actor.id, hospitalId },
      { personId: named.supervisor_id, hospitalId },
    );
    return { trainee, supervisor };
  }
}
