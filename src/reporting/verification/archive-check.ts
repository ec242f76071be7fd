import { Injectable } from '@nestjs/common';
import { installationCtx } from '../../platform/context';
import { Db } from '../../platform/database';
import { EVIDENCE_PAGE, evidencePage } from './evidence';
import { ReportChain, type ReportChainReport } from './report-chain';
import { SignedBlobs } from './signed-blobs';
import { type Verified, Verification, verified } from './verification';
import { type Evidence, type Fault, faultsOf } from './verification.rules';

const FIRST_ID = '00000000-0000-0000-0000-000000000000';

export interface CheckOptions {
  /** Also hashes the images and sheets in the blob store. */
  readonly images: boolean;
}

export interface CountyCheck {
  readonly code: string;
  readonly versions: number;
  readonly tampered: number;
  readonly chain: ReportChainReport;
}

/** The operator's look at what was signed: one version, or a whole county with its chain. */
@Injectable()
export class ArchiveCheck {
  constructor(
    private readonly db: Db,
    private readonly verification: Verification,
    private readonly chain: ReportChain,
    private readonly blobs: SignedBlobs,
  ) {}

  /** One version by its code. Throws `unknown_code`. */
  async version(code: string, options: CheckOptions): Promise<Verified> {
    const evidence = await this.verification.evidence(code, 'cli');
    return verified(evidence, await this.lookFor(options)(evidence));
  }

  /** The counties of the installation: all, or the one of this code. */
  counties(code?: string): Promise<{ id: string; code: string }[]> {
    return this.db.relay(installationCtx('verify'), (tx) =>
      tx.rows('SELECT id, code FROM county WHERE $1::text IS NULL OR code = $1 ORDER BY code', [code ?? null]),
    );
  }

  /** Every version of a county, page by page, and its chain; `tell` gets each one that is not as it was signed. */
  async county(
    { id, code }: { readonly id: string; readonly code: string },
    options: CheckOptions,
    tell: (found: Verified) => void,
  ): Promise<CountyCheck> {
    const look = this.lookFor(options);
    let versions = 0;
    let tampered = 0;
    for (let after = FIRST_ID, page: Evidence[] = []; ; after = page.at(-1)!.id) {
      page = await this.db.relay(installationCtx('verify'), (tx) => evidencePage(tx, id, after));
      for (const evidence of page) {
        const faults = await look(evidence);
        if (faults.length > 0) tell(verified(evidence, faults));
        tampered += faults.length > 0 ? 1 : 0;
      }
      versions += page.length;
      if (page.length < EVIDENCE_PAGE) break;
    }
    const chain = await this.db.relay(installationCtx('verify'), (tx) => this.chain.verify(tx, id));
    return { code, versions, tampered, chain };
  }

  private lookFor({ images }: CheckOptions): (evidence: Evidence) => Promise<Fault[]> {
    const files = images ? this.blobs.look() : () => Promise.resolve<Fault[]>([]);
    return async (evidence) => [...faultsOf(evidence), ...(await files(evidence))];
  }
}
