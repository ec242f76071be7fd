import { Injectable } from '@nestjs/common';
import { ExamStates } from '../../exams';
import { Clock } from '../../platform/clock';
import type { Tx } from '../../platform/database';
import { commonErrors, DomainError } from '../../platform/errors';
import { type ReportVersion, Reports } from '../../reporting';
import { type Said, saidBy } from './content.rules';
import { contentChange } from './content-change.rules';
import type { CriticalCycle } from '../critical.entities';
import { OPEN_STATES } from '../critical.state';
import { Cycles } from '../cycles';
import { isListed } from '../findings';
import { ImportantCompare } from '../important/important-compare';
import { inForce } from './in-force.rules';
import { plan, type Step } from '../ladder/ladder.rules';
import { Settings } from '../settings';
import { Tellings } from '../telling/tellings';
import { type Withdrawer, Withdrawals } from '../withdrawing/withdrawals';

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
    private readonly examStates: ExamStates,
    private readonly withdrawals: Withdrawals,
    private readonly settings: Settings,
    private readonly tellings: Tellings,
    private readonly important: ImportantCompare,
    private readonly clock: Clock,
  ) {}

  /** After a version of the exam was signed. Throws `not_found` when it has none. */
  async exam(tx: Tx, examId: string): Promise<void> {
    // Before its values, as everywhere: whoever marks holds the exam and then asks for them.
    await this.examStates.lock(tx, examId);
    const versions = await this.chain(tx, examId);
    const latest = versions[0]!;
    const { findings, suspectedLadder } = await this.settings.of(tx);
    const said = (some: readonly ReportVersion[]): Said[] =>
      some.flatMap(saidBy).filter(({ finding }) => isListed(findings, finding));
    const named = (some: readonly ReportVersion[]): string[] => said(some).map(({ finding }) => finding);
    const cycles = await this.cycles.ofExam(tx, examId);
    const change = contentChange(
      {
        voided: latest.kind === 'void',
        now: said(inForce(versions)),
        before: named(inForce(versions.slice(1))),
      },
      cycles.map((cycle) => ({ ...cycle, about: aboutOf(cycle, versions, (some) => said(inForce(some))) })),
    );
    const of = new Map(cycles.map((cycle) => [cycle.id, cycle]));
    for (const { id } of change.withdraw)
      await this.withdrawals.withdraw(tx, of.get(id)!, signerOf(latest), 'corrected');
    for (const { id } of change.restate) await this.withdrawals.restate(tx, of.get(id)!, signerOf(latest));
    for (const { id } of change.drop) await this.withdrawals.end(tx, of.get(id)!, 'corrected');
    for (const finding of change.ask) await this.ask(tx, latest, finding, suspectedLadder);
    await this.important.exam(tx, examId, versions);
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

  private async ask(tx: Tx, version: ReportVersion, finding: string, steps: readonly Step[]): Promise<void> {
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
        ladder: plan(this.clock.now(), steps),
      },
      { action: 'suspect', details: { finding, versionId: version.id } },
    );
    if (!raised) return;
    const noticeId = await this.tellings.suspected(tx, raised, [{ personId: version.reviewer_id }]);
    await this.cycles.note(tx, raised, { action: 'told', noticeId });
  }
}

/**
 * What the text in force said of a value's finding when the value was raised: of the version that it was found in; for one that
 * a person marked, of what had been signed by then, or else of the first text that came to say it. `versions` newest first.
 */
function aboutOf(
  { finding, version_id: versionId, found_at: foundAt, raised_at: raisedAt }: CriticalCycle,
  versions: readonly ReportVersion[],
  said: (versions: readonly ReportVersion[]) => readonly Said[],
): readonly Said[] {
  const from = (at: number): Said[] => said(versions.slice(at)).filter((one) => one.finding === finding);
  if (versionId !== null) {
    const found = versions.findIndex(({ id }) => id === versionId);
    return found < 0 ? [] : from(found);
  }
  const moment = foundAt ?? raisedAt;
  const signed = versions.findIndex(({ signed_at: signedAt }) => signedAt < moment);
  const then = signed < 0 ? [] : from(signed);
  const later = versions.slice(0, signed < 0 ? versions.length : signed).map((_, at) => from(at));
  return [then, ...later.reverse()].find((some) => some.length > 0) ?? [];
}

const signerOf = ({ id, reviewer_id: personId, reviewer_name: name }: ReportVersion): Withdrawer => ({
  versionId: id,
  personId,
  name,
});
