import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context';
import { Db, type Tx } from '../platform/database';
import { DomainError, type ErrorCategory } from '../platform/errors';
import { Audit, type AuditEntry } from './audit';

/** What was aimed at an existing thing and refused is worth a trace; a malformed or unknown one is not. */
const REFUSALS: readonly ErrorCategory[] = ['conflict', 'forbidden'];

type Subject = Pick<AuditEntry, 'subjectType' | 'subjectId'>;

/** One command on an exam, or on what `subjectType` names: one transaction; refused, it changes nothing and leaves its trace. */
@Injectable()
export class Commands {
  constructor(
    private readonly db: Db,
    private readonly audit: Audit,
  ) {}

  /**
   * Runs `work` in a transaction. A conflict or a lacking right rolls it back and is then written down, in a transaction
   * of its own, as `<action>.refused` with its code and the state it met; the error goes on to the caller.
   */
  async run<T>(
    ctx: Ctx,
    action: string,
    subjectId: string,
    work: (tx: Tx) => Promise<T>,
    subjectType = 'exam',
  ): Promise<T> {
    try {
      return await this.db.write(ctx, work);
    } catch (error) {
      const refused = error instanceof DomainError && REFUSALS.includes(error.kind.category);
      if (refused) await this.note(ctx, action, { subjectType, subjectId }, error);
      throw error;
    }
  }

  private async note(ctx: Ctx, action: string, subject: Subject, refusal: DomainError): Promise<void> {
    await this.db.write(ctx, (tx) =>
      this.audit.record(tx, {
        action: `${action}.refused`,
        ...subject,
        details: { code: refusal.code, ...refusal.params },
      }),
    );
  }
}
