import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context';
import { Db, type Tx } from '../platform/database';
import { commonErrors, DomainError, type ErrorCategory } from '../platform/errors';
import { Audit, type AuditEntry } from './audit';

/** What was aimed at an existing thing and refused is worth a trace; a malformed or unknown one is not. */
const REFUSALS: readonly ErrorCategory[] = ['conflict', 'forbidden'];

/** Aimed at an existing thing that is not this caller's to see: answered as if there were none, and worth the same trace. */
export class NotTheirs extends DomainError {
  constructor() {
    super(commonErrors.not_found);
  }
}

type Subject = Pick<AuditEntry, 'subjectType' | 'subjectId'>;

/**
 * One command on an exam, or on what `subjectType` names: one transaction; refused, it changes nothing and leaves its
 * trace.
 */
@Injectable()
export class Commands {
  constructor(
    private readonly db: Db,
    private readonly audit: Audit,
  ) {}

  /**
   * Runs `work` in a transaction. A conflict, a lacking right or {@link NotTheirs} rolls it back and is then written
   * down, in a transaction of its own, as `<action>.refused` with its code and the state it met; the error goes on to
   * the caller.
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
      if (error instanceof DomainError && isRefusal(error))
        await this.note(ctx, action, { subjectType, subjectId }, error);
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

function isRefusal(error: DomainError): boolean {
  return error instanceof NotTheirs || REFUSALS.includes(error.kind.category);
}
