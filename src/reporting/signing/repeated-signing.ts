import { Injectable } from '@nestjs/common';
import type { LintResult } from '../../lint';
import type { Tx } from '../../platform/database';
import { DomainError } from '../../platform/errors';
import { Proofreading } from '../writing/proofreading';
import type { SignerSeen } from '../reporting.dto';
import type { ReportVersion } from '../reporting.entities';
import type { Issued } from './versions';

/** What the signer gets to know: the version just made, where its exam is now, and what the lint warns of. */
export type Signed = Issued & { readonly examId: string; readonly state: string; readonly lint: readonly LintResult[] };

type Standing = ReportVersion & { readonly state: string };

/**
 * On a weak line the answer to a signature gets lost, and the client sends it again: whoever has just signed exactly this
 * is told that he has, as the first time, and nothing is written.
 */
@Injectable()
export class RepeatedSigning {
  constructor(private readonly proofreading: Proofreading) {}

  /**
   * What `take` answers; if it refuses, the caller's own signature made from the very claim, text and images that he names,
   * as long as it is the exam's newest version and nobody is revising it. `take` locks the exam and writes nothing: of two
   * equal requests at the same moment the later one finds what the first has signed. Throws the refusal otherwise.
   */
  async unlessDone<T>(
    tx: Tx,
    examId: string,
    seen: SignerSeen,
    take: () => Promise<T>,
  ): Promise<{ readonly held: T } | { readonly done: Signed }> {
    try {
      return { held: await take() };
    } catch (refusal) {
      const version = refusal instanceof DomainError ? await this.madeFrom(tx, examId, seen) : undefined;
      if (!version) throw refusal;
      return { done: await this.answer(tx, version) };
    }
  }

  private async madeFrom(tx: Tx, examId: string, seen: SignerSeen): Promise<Standing | undefined> {
    const { fence, version, imageSet, annexes } = seen;
    const made = await tx.row<Standing>(MADE_FROM, [
      tx.ctx.countyId,
      examId,
      tx.ctx.actor.id,
      fence,
      version,
      imageSet,
    ]);
    return made && (annexes === undefined || carries(made, annexes)) ? made : undefined;
  }

  private async answer(tx: Tx, version: Standing): Promise<Signed> {
    const { exam_id: examId, state, id: versionId, number, kind, signed_at: signedAt } = version;
    const { content_sha256: contentSha256, verification_code: verificationCode } = version;
    const { results: lint } = await this.proofreading.advice(tx, examId, version, kind === 'addendum');
    return { examId, state, lint, versionId, number, kind, signedAt, contentSha256, verificationCode };
  }
}

/** Whoever names other opinions than those that went out wants to sign something else. An addendum carries new ones alone. */
const carries = ({ kind, annexes }: Standing, named: readonly string[]): boolean =>
  (annexes ?? []).every(({ annexId }) => named.includes(annexId)) &&
  (kind === 'addendum' || new Set(named).size === (annexes ?? []).length);

/**
 * A formal or preliminary report keeps claim and draft as they were when it was signed, until somebody claims the exam anew; an amendment
 * keeps its own, its fence raised by the step of signing. $1 county, $2 exam, $3 signer, $4 fence, $5 version, $6 image set.
 */
const MADE_FROM = `
  SELECT v.*, e.state FROM report_version v JOIN exam e ON e.id = v.exam_id
  WHERE v.county_id = $1 AND v.exam_id = $2 AND v.reviewer_id = $3 AND v.image_set = $6
    AND e.state = CASE v.kind WHEN 'preliminary' THEN 'PRELIM_ISSUED' ELSE 'SIGNED' END
    AND v.number = (SELECT max(number) FROM report_version WHERE county_id = $1 AND exam_id = $2)
    AND (v.kind IN ('final', 'preliminary') AND EXISTS (
        SELECT 1 FROM reading_item i JOIN report_draft d ON d.exam_id = i.exam_id
        WHERE i.county_id = $1 AND i.exam_id = $2 AND i.fence = $4 AND d.version = $5)
      OR EXISTS (
        SELECT 1 FROM report_amendment a WHERE a.county_id = $1 AND a.exam_id = $2 AND a.issued_id = v.id
          AND a.fence = $4 + 1 AND a.draft_version = $5))`;
