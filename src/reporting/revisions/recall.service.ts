import { Injectable } from '@nestjs/common';
import { Audit, Commands } from '../../audit';
import { Notices } from '../../notices';
import { Clock } from '../../platform/clock';
import { can, type Ctx, personOf } from '../../platform/context';
import type { Tx } from '../../platform/database';
import { DomainError } from '../../platform/errors';
import { Outbox } from '../../platform/outbox';
import { type ReadingItem, Readings } from '../../worklist';
import { reportRecalled } from '../reporting.events';
import { Amendments } from './amendments';
import { LateImagesTasks } from './late-images';
import type { Reason } from './revisions.dto';
import { ReportRecall } from './revisions.entities';
import { revisionErrors } from './revisions.errors';
import { Sightings } from './sightings';
import type { SightingHow } from './amendment.state';
import { StandingVersions, type StandingVersion } from './standing-versions';

const HOW_NAMES: Readonly<Record<SightingHow, string>> = {
  seen: '查看',
  read: '阅读',
  printed: '打印',
  downloaded: '下载',
};

/** 召回: the signer takes his signature back before anybody at the clinic has seen the report. Later only 更正. */
@Injectable()
export class RecallService {
  constructor(
    private readonly commands: Commands,
    private readonly readings: Readings,
    private readonly standing: StandingVersions,
    private readonly sightings: Sightings,
    private readonly amendments: Amendments,
    private readonly lateImages: LateImagesTasks,
    private readonly notices: Notices,
    private readonly outbox: Outbox,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * SIGNED → RECALLED → REVISING, with the signed text as the draft, for its writer. The version stays, marked. Throws
   * `exam_state_conflict`, `not_the_signer`, `not_recallable`, `recall_too_late`, `revision_open`.
   */
  async recall(ctx: Ctx, examId: string, { reason }: Reason): Promise<object> {
    return this.commands.run(ctx, 'report.recall', examId, async (tx) => {
      const item = await this.readings.lockSigned(tx, examId);
      const version = await this.standing.latest(tx, examId);
      const present = { state: item.state, number: version.number, kind: version.kind };
      if (version.reviewer_id !== ctx.actor.id && !can(ctx, 'report.revise'))
        throw new DomainError(revisionErrors.not_the_signer, present);
      if (version.kind !== 'final') throw new DomainError(revisionErrors.not_recallable, present);
      await this.amendments.requireNone(tx, examId, present);
      const how = await this.sightings.byClinic(tx, version.id);
      if (how) throw new DomainError(revisionErrors.recall_too_late, { ...present, how, howName: HOW_NAMES[how] });
      await this.mark(tx, version, reason);
      await this.lateImages.settle(tx, { id: examId, image_set: item.image_set }, 'recalled');
      const after = await this.readings.recall(tx, item, reason);
      await this.giveBack(tx, version, after, reason);
      return { examId, state: after.state, versionId: version.id, reservedUntil: after.reserved_until };
    });
  }

  private async mark(tx: Tx, version: StandingVersion, reason: string): Promise<void> {
    const { id: versionId, exam_id: examId, clinic_id: clinicId, number } = version;
    await tx.insert(ReportRecall, {
      version_id: versionId,
      county_id: tx.ctx.countyId,
      exam_id: examId,
      reason,
      recalled_by: personOf(tx.ctx).id,
      recalled_by_name: tx.ctx.actor.name,
      recalled_at: this.clock.now(),
    });
    const details = { examId, number };
    const subject = { subjectType: 'report_version', subjectId: versionId };
    await this.audit.record(tx, { action: 'report.recall', ...subject, reason, details });
    await this.outbox.emit(tx, reportRecalled({ examId, clinicId, versionId, number }));
  }

  /**
   * The signed text becomes the draft again, as a later save, so that no tab that is still open writes over it. Whose words
   * it was made of stays as it was: what the signer edited while he reviewed does not make it his, he may sign it again.
   */
  private async giveBack(tx: Tx, version: StandingVersion, item: ReadingItem, reason: string): Promise<void> {
    await tx.change(
      `INSERT INTO report_draft AS d
         (exam_id, county_id, version, fence, technique, findings, impression, recommendation, positive, author_id,
          saved_at, hand_ids)
       SELECT v.exam_id, v.county_id, 1, $3, v.technique, v.findings, v.impression, v.recommendation, v.positive,
         v.writer_id, $4, ARRAY[v.writer_id]
       FROM report_version v WHERE v.county_id = $1 AND v.id = $2
       ON CONFLICT (exam_id) DO UPDATE SET version = d.version + 1, fence = excluded.fence,
         technique = excluded.technique, findings = excluded.findings, impression = excluded.impression,
         recommendation = excluded.recommendation, positive = excluded.positive, author_id = excluded.author_id,
         saved_at = excluded.saved_at`,
      [tx.ctx.countyId, version.id, item.fence, this.clock.now()],
    );
    await this.notices.tell(tx, {
      kind: 'report.recalled',
      examId: item.exam_id,
      text: `检查 ${item.accession_number} 的报告已召回，请修改后重新提交`,
      to: [{ personId: version.writer_id }],
      params: { versionId: version.id, reason },
    });
  }
}
