import { Injectable } from '@nestjs/common';
import { Commands } from '../../audit';
import { Voiding } from '../../exams';
import type { Ctx } from '../../platform/context';
import { DomainError } from '../../platform/errors';
import type { VoidInput } from './revisions.dto';
import { revisionErrors } from './revisions.errors';

/** 作废 of a report, which voids its exam: nobody else's images become right by it. */
@Injectable()
export class VoidService {
  constructor(
    private readonly commands: Commands,
    private readonly voiding: Voiding,
  ) {}

  /**
   * By a chief or the county's administrator. Throws `no_report_stands`, `exam_state_conflict`, `void_forbidden`,
   * `wrong_hospital`, `hospital_missing`.
   */
  async void(ctx: Ctx, examId: string, deed: VoidInput): Promise<object> {
    return this.commands.run(ctx, 'report.void', examId, async (tx) => {
      const { reported } = await this.voiding.voidIn(tx, examId, deed);
      if (!reported) throw new DomainError(revisionErrors.no_report_stands);
      return { examId, state: 'VOID' };
    });
  }
}
