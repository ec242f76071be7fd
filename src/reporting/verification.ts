import { Injectable } from '@nestjs/common';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { installationCtx } from '../platform/context';
import { Db } from '../platform/database';
import { commonErrors, DomainError } from '../platform/errors';
import { localDate } from './local-date.rules';
import { maskName } from './masking.rules';
import { REPORT_KIND_NAMES, type ReportKind } from './report.state';
import { VERSION_ROWS, type VersionRow } from './report-view';
import { reportingErrors } from './reporting.errors';
import { contentSha256 } from './signed-content.rules';
import { readVerificationCode } from './verification-code.rules';

/** A person types a few codes a minute; 80 random bits are out of reach at any rate. */
const QUESTIONS = 30;
const WINDOW_SECONDS = 60;

export interface Verified {
  readonly code: string;
  readonly kind: ReportKind;
  readonly kindName: string;
  readonly number: number;
  /** 审签日期, the day in China. */
  readonly signedOn: string;
  readonly patientName: string;
  readonly centreName: string;
  readonly standing: 'in_force' | 'superseded' | 'void';
  readonly supersededBy: number | null;
  /** False when what is stored is no longer what was signed. */
  readonly intact: boolean;
}

/** Answers strangers who hold a sheet in hand: what was signed under this code, without telling about whom. */
@Injectable()
export class Verification {
  private readonly rate = new RateLimiterMemory({ points: QUESTIONS, duration: WINDOW_SECONDS });

  constructor(private readonly db: Db) {}

  /** Looks over all counties, for a sheet may be shown anywhere. Throws `unknown_code`, `rate_limited` per address. */
  async verify(typed: string, from: { readonly ip: string; readonly requestId: string }): Promise<Verified> {
    await this.withinRate(from.ip);
    const code = readVerificationCode(typed);
    const row = code && (await this.find(code, from.requestId));
    if (!row) throw new DomainError(reportingErrors.unknown_code);
    return verified(row);
  }

  private find(code: string, requestId: string): Promise<VersionRow | undefined> {
    return this.db.relay(installationCtx('verify', requestId), (tx) =>
      tx.row<VersionRow>(`${VERSION_ROWS} WHERE v.verification_code = $1`, [code]),
    );
  }

  private async withinRate(ip: string): Promise<void> {
    try {
      await this.rate.consume(ip);
    } catch (reason) {
      if (reason instanceof Error) throw reason;
      throw new DomainError(commonErrors.rate_limited, { retryAfterSeconds: WINDOW_SECONDS });
    }
  }
}

function verified(row: VersionRow): Verified {
  const replaced = row.superseded_by === null ? 'in_force' : 'superseded';
  return {
    code: row.verification_code,
    kind: row.kind,
    kindName: REPORT_KIND_NAMES[row.kind],
    number: row.number,
    signedOn: localDate(row.signed_at),
    patientName: maskName(row.subject.patientName),
    centreName: row.subject.centreName,
    standing: row.kind === 'void' ? 'void' : replaced,
    supersededBy: row.superseded_by,
    intact: contentSha256(row) === row.content_sha256,
  };
}
