import { Injectable } from '@nestjs/common';
import { notableFindings } from '../../lint';
import { Notices } from '../../notices';
import type { Tx } from '../../platform/database';
import type { ReportVersion } from '../../reporting';
import { inForce } from '../comparing/in-force.rules';
import { standingOf } from './important-change.rules';
import { type Tier, TIER_NAMES } from './important.state';
import { ImportantService } from './important.service';

/** Compares the second tier with an exam's report: asks about what nobody has flagged, takes back what is said no more. */
@Injectable()
export class ImportantCompare {
  constructor(
    private readonly important: ImportantService,
    private readonly notices: Notices,
  ) {}

  /** After a version was signed; `versions` newest first, at least one; the exam is locked. */
  async exam(tx: Tx, examId: string, versions: readonly ReportVersion[]): Promise<void> {
    const latest = versions[0]!;
    for (const flag of await this.important.ofExam(tx, examId)) {
      const standing = standingOf(flag, versions);
      if (standing === 'gone')
        await this.important.withdraw(tx, flag, latest.kind === 'void' ? 'exam_void' : 'corrected');
      if (standing === 'unsure' && flag.state !== 'CLOSED')
        await this.important.askToReview(tx, flag, inForce(versions).at(-1)!.id);
    }
    if (latest.kind !== 'void') await this.suggest(tx, latest);
  }

  /** 重要异常 and 疑似传染病, each by itself, that the text speaks of and nobody has flagged on this exam. */
  private async suggest(tx: Tx, version: ReportVersion): Promise<void> {
    const named = new Set(notableFindings(version).map(({ finding }) => finding));
    if (named.size === 0) return;
    // One that a correction took back (closed by nobody) is no answer to a text that says it again.
    const flagged = await tx.rows<{ tier: Tier }>(
      `SELECT DISTINCT tier FROM important_finding
       WHERE county_id = $1 AND exam_id = $2 AND (state <> 'CLOSED' OR closed_by_name IS NOT NULL)`,
      [tx.ctx.countyId, version.exam_id],
    );
    for (const { tier } of flagged) named.delete(TIER_NAMES[tier]);
    if (named.size === 0) return;
    await this.notices.tell(tx, {
      kind: 'important.suggested',
      examId: version.exam_id,
      text: `检查 ${version.subject.accessionNumber ?? ''} 的报告提示${[...named].join('、')}，如需卫生院接收和随访请标记`,
      to: [{ personId: version.reviewer_id }],
      params: { versionId: version.id },
      key: `important:suggested:${version.id}`,
    });
  }
}
