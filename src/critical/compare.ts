import { Injectable } from '@nestjs/common';
import { criticalFindings, notableFindings } from '../lint';
import { Notices } from '../notices';
import { Clock } from '../platform/clock';
import type { Tx } from '../platform/database';
import { commonErrors, DomainError } from '../platform/errors';
import { type ReportVersion, Reports } from '../reporting';
import { contentChange } from './content-change.rules';
import type { CriticalCycle } from './critical.entities';
import { after, OPEN_STATES } from './critical.state';
import { Cycles } from './cycles';
import { isListed } from './findings';
import { MarkingService } from './marking.service';
import { Settings } from './settings';
import { Tellings } from './tellings';

/**
 * Compares the critical content of an exam's report with what the report said before and with what was marked. It asks the
 * signer about what nobody has marked and starts a new cycle for what a correction takes back; it never says by itself that
 * something is critical.
 */
@Injectable()
export class Compare {
  constructor(
    private readonly reports: Reports,
    private readonly cycles: Cycles,
    private readonly marking: MarkingService,
    private readonly settings: Settings,
    private readonly tellings: Tellings,
    private readonly notices: Notices,
    private readonly clock: Clock,
  ) {}

  /** After a version of the exam was signed. Throws `not_found` when it has none. */
  async exam(tx: Tx, examId: string): Promise<void> {
    const versions = await this.chain(tx, examId);
    const latest = versions[0]!;
    const { findings } = await this.settings.of(tx);
    const said = (some: readonly ReportVersion[]): string[] =>
      some.flatMap(criticalFindings).flatMap(({ finding }) => (isListed(findings, finding) ? finding : []));
    const cycles = await this.cycles.ofExam(tx, examId);
    const change = contentChange(
      {
        voided: latest.kind === 'void',
        now: said(inForce(versions)),
        before: said(inForce(versions.slice(1))),
        ever: said(versions.slice(1)),
      },
      cycles,
    );
    const of = new Map(cycles.map((cycle) => [cycle.id, cycle]));
    for (const finding of change.ask) await this.ask(tx, latest, finding);
    for (const { id } of change.withdraw) await this.marking.withdraw(tx, of.get(id)!, signerOf(latest));
    for (const { id } of [...change.withdraw, ...change.drop]) await this.end(tx, of.get(id)!);
    if (latest.kind !== 'void') await this.askAboutNotable(tx, latest);
  }

  /**
   * A report was called back before the clinic saw it. What a radiologist has marked stands: it did not wait for the report.
   * He is asked to look at it again; the next version is compared like any other.
   */
  async recalled(tx: Tx, examId: string, versionId: string): Promise<void> {
    for (const cycle of await this.cycles.ofExam(tx, examId)) {
      if (cycle.found_at === null || !OPEN_STATES.includes(cycle.state)) continue;
      const noticeId = await this.tellings.recalled(tx, cycle, versionId);
      await this.cycles.note(tx, cycle, { action: 'recalled', details: { versionId }, noticeId });
    }
  }

  /** All versions, the newest first: each names the one before it. */
  private async chain(tx: Tx, examId: string): Promise<ReportVersion[]> {
    const newest = await tx.row<{ id: string }>(
      'SELECT id FROM report_version WHERE county_id = $1 AND exam_id = $2 ORDER BY number DESC LIMIT 1',
      [tx.ctx.countyId, examId],
    );
    const versions: ReportVersion[] = [];
    for (let id = newest?.id ?? null; id !== null;) {
      const version: ReportVersion = await this.reports.row(tx, id);
      versions.push(version);
      id = version.supersedes_id;
    }
    if (versions.length === 0) throw new DomainError(commonErrors.not_found);
    return versions;
  }

  private async ask(tx: Tx, version: ReportVersion, finding: string): Promise<void> {
    const raised = await this.cycles.raise(
      tx,
      {
        clinic_id: version.clinic_id,
        exam_id: version.exam_id,
        kind: 'new',
        source: 'text',
        finding,
        listed: true,
        state: 'SUSPECTED',
        version_id: version.id,
      },
      { action: 'suspect', details: { finding, versionId: version.id } },
    );
    if (!raised) return;
    const noticeId = await this.tellings.suspected(tx, raised, [{ personId: version.reviewer_id }]);
    await this.cycles.note(tx, raised, { action: 'told', noticeId });
  }

  /** What the report no longer says has no ladder to climb; one that was handled keeps its record. */
  private async end(tx: Tx, cycle: CriticalCycle): Promise<void> {
    if (!after(cycle.state, 'dismiss')) return;
    const reason = '更正后的报告已无此表述';
    const ended = { ended_at: this.clock.now(), ended_by_name: tx.ctx.actor.name, end_reason: reason };
    await this.cycles.act(tx, cycle, 'dismiss', ended, { reason });
  }

  /** 重要异常 and 疑似传染病 that the text speaks of and nobody has flagged on this exam. */
  private async askAboutNotable(tx: Tx, version: ReportVersion): Promise<void> {
    const names = [...new Set(notableFindings(version).map(({ finding }) => finding))];
    if (names.length === 0) return;
    const flagged = await tx.row('SELECT 1 FROM important_finding WHERE county_id = $1 AND exam_id = $2 LIMIT 1', [
      tx.ctx.countyId,
      version.exam_id,
    ]);
    if (flagged) return;
    await this.notices.tell(tx, {
      kind: 'important.suggested',
      examId: version.exam_id,
      text: `检查 ${version.subject.accessionNumber ?? ''} 的报告提示${names.join('、')}，如需卫生院接收和随访请标记`,
      to: [{ personId: version.reviewer_id }],
      params: { versionId: version.id },
      key: `important:suggested:${version.id}`,
    });
  }
}

/** The newest version that is no addendum, with the addenda to it. `versions` newest first. */
function inForce(versions: readonly ReportVersion[]): readonly ReportVersion[] {
  const base = versions.findIndex(({ kind }) => kind !== 'addendum');
  return versions.slice(0, base + 1);
}

const signerOf = (version: ReportVersion) => ({
  versionId: version.id,
  signerId: version.reviewer_id,
  signerName: version.reviewer_name,
});
