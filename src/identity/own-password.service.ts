import { Injectable } from '@nestjs/common';
import { Audit } from '../audit';
import { Clock } from '../platform/clock';
import { type Ctx, personOf } from '../platform/context';
import { Db } from '../platform/database';
import { commonErrors, DomainError } from '../platform/errors';
import type { OwnPasswordInput } from './identity.dto';
import { identityErrors } from './identity.errors';
import { accountOf, LoginThrottle } from './login-throttle';
import { hashPassword, requireGoodPassword, verifyPassword } from './passwords';

interface Account {
  readonly username: string;
  readonly password_hash: string;
}

/** A person's own password, which nobody but he should know: the one that he was given is for the first day. */
@Injectable()
export class OwnPassword {
  constructor(
    private readonly db: Db,
    private readonly audit: Audit,
    private readonly clock: Clock,
    private readonly throttle: LoginThrottle,
  ) {}

  /**
   * Sets a new password and ends every session of the person but `sessionId`. Wrong tries count like failed sign-ins: a screen
   * left open is no place to guess.
   * @throws DomainError `current_password_wrong`, `password_too_weak`, `login_throttled`; `forbidden` to a gateway
   */
  async change(ctx: Ctx, sessionId: string | undefined, input: OwnPasswordInput): Promise<void> {
    const { id } = personOf(ctx);
    const account = await this.accountOf(ctx, id);
    requireGoodPassword(account.username, input.newPassword, 'newPassword');
    const key = accountOf(account.username);
    await this.throttle.inTurn(key, () => this.requireCurrent(ctx, id, key, account, input.currentPassword));
    const passwordHash = await hashPassword(input.newPassword);
    await this.db.write(ctx, async (tx) => {
      // Whoever set another one meanwhile has the last word: it is not the password that was asked for above.
      const changed = await tx.change(
        'UPDATE person SET password_hash = $3 WHERE county_id = $1 AND id = $2 AND password_hash = $4',
        [ctx.countyId, id, passwordHash, account.password_hash],
      );
      if (changed !== 1) throw new DomainError(commonErrors.state_conflict);
      await tx.change(
        'UPDATE session SET ended_at = $2 WHERE person_id = $1 AND ended_at IS NULL AND id IS DISTINCT FROM $3::uuid',
        [id, this.clock.now(), sessionId ?? null],
      );
      await this.audit.record(tx, { action: 'person.password', subjectType: 'person', subjectId: id });
    });
  }

  private async requireCurrent(ctx: Ctx, id: string, key: string, account: Account, password: string): Promise<void> {
    const attempt = await this.throttle.begin(key, ctx.ip ?? '');
    if (await verifyPassword(account.password_hash, password)) return this.throttle.succeeded(attempt);
    await this.db.write(ctx, (tx) =>
      this.audit.record(tx, { action: 'person.password_refused', subjectType: 'person', subjectId: id }),
    );
    throw new DomainError(identityErrors.current_password_wrong, { field: 'currentPassword' });
  }

  private async accountOf(ctx: Ctx, id: string): Promise<Account> {
    const row = await this.db.read(ctx, (tx) =>
      tx.row<Account>('SELECT username, password_hash FROM person WHERE county_id = $1 AND id = $2', [
        ctx.countyId,
        id,
      ]),
    );
    if (!row) throw new DomainError(commonErrors.not_found);
    return row;
  }
}
