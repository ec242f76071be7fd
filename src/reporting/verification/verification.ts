import { Injectable } from '@nestjs/common';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { localDate } from '../../platform/clock';
import { installationCtx } from '../../platform/context';
import { Db } from '../../platform/database';
import { DomainError } from '../../platform/errors';
import { evidenceByCode } from './evidence';
import { Guesses, tooMany, WINDOW_SECONDS } from './guesses';
import { maskName } from './masking.rules';
import { REPORT_KIND_NAMES, type ReportKind } from '../report.state';
import { type SignatureView, signatureView } from '../report-view';
import { reportingErrors } from '../reporting.errors';
import { readVerificationCode } from './verification-code.rules';
import {
  type Evidence,
  type Fault,
  faultsOf,
  type Standing,
  standingOf,
  type Verdict,
  verdictOf,
  verificationMessage,
} from './verification.rules';

/** A clinic that goes through its sheets, behind one address, is far below this; a flood is not. */
const QUESTIONS = 600;

export interface Verified {
  readonly code: string;
  readonly kind: ReportKind;
  readonly kindName: string;
  readonly number: number;
  /** 审签日期, the day in China. */
  readonly signedOn: string;
  readonly patientName: string;
  readonly centreName: string;
  readonly standing: Standing;
  /** 更正中: it stands as long as the correction that is on its way is not signed. */
  readonly amending: boolean;
  /** 身份存疑: it is being looked into whose images the report was read from. */
  readonly inDoubt: boolean;
  /** Number and kind of the newest version that has taken its place; an addendum takes none. */
  readonly supersededBy: number | null;
  readonly supersededByKind: ReportKind | null;
  /** Numbers of the addenda to be read with it. */
  readonly addenda: readonly number[];
  /** False when what is stored is no longer what was signed. */
  readonly intact: boolean;
  /** What is wrong with it; empty when intact. */
  readonly faults: readonly Fault[];
  /** Standing and intactness in one word. */
  readonly verdict: Verdict;
  /** A sentence in Chinese for whoever holds the sheet. */
  readonly message: string;
  /** null: signed before there were electronic signatures. */
  readonly signature: SignatureView | null;
  /** When it was sealed into its county's chain; null: not yet. */
  readonly sealedAt: Date | null;
}

/** Answers strangers who hold a sheet in hand: what was signed under this code, without telling about whom. */
@Injectable()
export class Verification {
  private readonly questions = new RateLimiterMemory({ points: QUESTIONS, duration: WINDOW_SECONDS });
  private readonly guesses = new Guesses();

  constructor(private readonly db: Db) {}

  /**
   * Looks over all counties, for a sheet may be shown anywhere. Throws `unknown_code`, and `rate_limited` for an address
   * that guesses, or floods.
   */
  async verify(typed: string, from: { readonly ip: string; readonly requestId: string }): Promise<Verified> {
    await this.withinRate(from.ip);
    const evidence = await this.guesses.look(from.ip, () => this.evidence(typed, from.requestId));
    return verified(evidence, faultsOf(evidence));
  }

  /** Everything that is known of the version of this code. Throws `unknown_code`. */
  async evidence(typed: string, requestId: string): Promise<Evidence> {
    const code = readVerificationCode(typed);
    const found = code && (await this.db.relay(installationCtx('verify', requestId), (tx) => evidenceByCode(tx, code)));
    if (!found) throw new DomainError(reportingErrors.unknown_code);
    return found;
  }

  private async withinRate(ip: string): Promise<void> {
    try {
      await this.questions.consume(ip);
    } catch (reason) {
      if (reason instanceof Error) throw reason;
      throw tooMany();
    }
  }
}

/** What a stranger is told of a version and the faults that were found with it. */
export function verified(row: Evidence, faults: readonly Fault[]): Verified {
  const standing = standingOf(row);
  const verdict = verdictOf(standing, faults);
  return {
    code: row.verification_code,
    kind: row.kind,
    kindName: REPORT_KIND_NAMES[row.kind],
    number: row.number,
    signedOn: localDate(row.signed_at),
    patientName: maskName(row.subject.patientName),
    centreName: row.subject.centreName,
    standing,
    amending: row.amending_since !== null,
    inDoubt: row.doubted_since !== null,
    supersededBy: row.superseded_by,
    supersededByKind: row.superseded_by_kind,
    addenda: row.addenda,
    intact: faults.length === 0,
    faults,
    verdict,
    message: verificationMessage(row, verdict),
    signature: signatureView(row),
    sealedAt: row.sealed_at,
  };
}
