import { Injectable } from '@nestjs/common';
import { Audit } from '../audit';
import type { Ctx } from '../platform/context';
import { Db, type Tx } from '../platform/database';
import { DomainError, type ErrorCategory } from '../platform/errors';

const REFUSALS: readonly ErrorCategory[] = ['conflict', 'forbidden'];

/** Runs commands on a report: each is one transaction, and one that is refused leaves a trace although nothing changed. */
@Injectable()
export class Attempts {
  constructor(
    private readonly db: Db,
    private readonly audit: Audit,
  ) {}

  /**
   * Runs `work` in a transaction. A conflict or a lacking right rolls it back and is then written down, in a transaction
   * of its own, as `<action>.refused` with its code and the state it met.
   */
  async run<T>(ctx: Ctx, action: string, examId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    try {
      return await this.db.write(ctx, work);
    } catch (error) {
      const refused = error instanceof DomainError && REFUSALS.includes(error.kind.category);
      if (refused) await this.note(ctx, action, examId, error);
      throw error;
    }
  }

  private async note(ctx: Ctx, action: string, examId: string, refusal: DomainError): Promise<void> {
    await this.db.write(ctx, (tx) =>
      this.audit.record(tx, {
        action: `${action}.refused`,
        subjectType: 'exam',
        subjectId: examId,
        details: { code: refusal.code, ...refusal.params },
      }),
    );
  }
}
