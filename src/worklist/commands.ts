import { Injectable } from '@nestjs/common';
import { Audit } from '../audit';
import type { Ctx } from '../platform/context';
import { Db, type Tx } from '../platform/database';
import { DomainError } from '../platform/errors';

/** One command, one transaction; one that is refused changes nothing and still leaves its trace. */
@Injectable()
export class Commands {
  constructor(
    private readonly db: Db,
    private readonly audit: Audit,
  ) {}

  /**
   * Runs `work` in a transaction. When it ends in a conflict or lacks a right, `<action>.refused` is written down in a
   * transaction of its own, with the code and the state it met; the error goes on to the caller.
   */
  async run<T>(ctx: Ctx, action: string, examId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    try {
      return await this.db.write(ctx, work);
    } catch (error) {
      const refused = error instanceof DomainError && ['conflict', 'forbidden'].includes(error.kind.category);
      if (refused) await this.note(ctx, action, examId, error);
      throw error;
    }
  }

  private async note(ctx: Ctx, action: string, examId: string, refusal: DomainError): Promise<void> {
    const { state, fence, imageSet, hospitalId } = refusal.params;
    await this.db.write(ctx, (tx) =>
      this.audit.record(tx, {
        action: `${action}.refused`,
        subjectType: 'exam',
        subjectId: examId,
        details: { code: refusal.code, state, fence, imageSet, hospitalId },
      }),
    );
  }
}
