import { Injectable } from '@nestjs/common';
import { can, type Ctx } from '../../platform/context';
import { Drafts } from '../writing/drafts';
import { type DraftAdvice, Proofreading } from '../writing/proofreading';
import type { DraftInput, RejectInput, Seen, SignInput } from '../reporting.dto';
import { SigningService } from '../signing/signing.service';
import { SubmissionsService } from '../writing/submissions.service';
import { AmendmentSigning } from './amendment-signing.service';
import { Amendments } from './amendments';
import { AmendmentsService } from './amendments.service';

/**
 * The ordinary commands on a report: save, have it read, submit, take back, reject, sign. Where an amendment of a
 * signed report is open they mean its text, so that a client works on it as on any other.
 */
@Injectable()
export class ReportWork {
  constructor(
    private readonly amendments: Amendments,
    private readonly amending: AmendmentsService,
    private readonly amendmentSigning: AmendmentSigning,
    private readonly drafts: Drafts,
    private readonly submissions: SubmissionsService,
    private readonly signing: SigningService,
    private readonly proofreading: Proofreading,
  ) {}

  lint(ctx: Ctx, examId: string): Promise<DraftAdvice> {
    return this.proofreading.of(ctx, examId, async (tx) => {
      // The clinic's own doctor has his draft read; what becomes of the signed report is the centre's.
      const open = can(ctx, 'report.draft') ? await this.amendments.openOf(tx, examId) : undefined;
      if (open) return { ...open, version: open.draft_version, adds: open.kind === 'addendum' };
      const draft = await this.drafts.of(tx, examId);
      return draft && { ...draft, adds: false };
    });
  }

  async put(ctx: Ctx, examId: string, input: DraftInput): Promise<object> {
    return (await this.amends(ctx, examId))
      ? this.amending.put(ctx, examId, input)
      : this.drafts.put(ctx, examId, input);
  }

  async submit(ctx: Ctx, examId: string, seen: Seen): Promise<object> {
    return ((await this.amends(ctx, examId)) ? this.amending : this.submissions).submit(ctx, examId, seen);
  }

  async takeBack(ctx: Ctx, examId: string): Promise<object> {
    return ((await this.amends(ctx, examId)) ? this.amending : this.submissions).takeBack(ctx, examId);
  }

  async reject(ctx: Ctx, examId: string, input: RejectInput): Promise<object> {
    return ((await this.amends(ctx, examId)) ? this.amending : this.submissions).reject(ctx, examId, input);
  }

  async sign(ctx: Ctx, examId: string, { hospitalId, ...seen }: SignInput): Promise<object> {
    return (await this.amends(ctx, examId))
      ? this.amendmentSigning.sign(ctx, examId, { ...seen, hospitalId })
      : this.signing.sign(ctx, examId, seen);
  }

  private amends(ctx: Ctx, examId: string): Promise<boolean> {
    return this.amendments.isOpen(ctx, examId);
  }
}
