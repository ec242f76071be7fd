import { Injectable } from '@nestjs/common';
import { Audit } from '../audit';
import { Clock } from '../platform/clock';
import { type Ctx, installationCtx, systemCtx } from '../platform/context';
import { Db } from '../platform/database';
import { DomainError } from '../platform/errors';
import { newId, newSecret, sha256 } from '../platform/ids';
import { identityErrors } from './identity.errors';
import { Session } from './identity.entities';
import { accountOf, LoginThrottle } from './login-throttle';
import { hashPassword, verifyPassword } from './passwords';

export interface SignedIn {
  readonly token: string;
  readonly csrfToken: string;
  readonly personId: string;
  readonly name: string;
}

/** Sign-in and sign-out. Only failures are throttled, per account and per address, across every api process. */
@Injectable()
export class SignInService {
  /** Compared against when the user name is unknown, so that the answer takes as long. */
  private readonly decoy = hashPassword(newSecret());

  constructor(
    private readonly db: Db,
    private readonly audit: Audit,
    private readonly clock: Clock,
    private readonly throttle: LoginThrottle,
  ) {}

  /** Opens a session. A wrong name and a wrong password are told alike. */
  async signIn(
    input: { username: string; password: string },
    from: { ip: string; userAgent: string; requestId: string },
  ): Promise<SignedIn> {
    const account = accountOf(input.username);
    const person = await this.throttle.inTurn(account, () => this.recognise(account, input, from));
    return this.open(person, from);
  }

  private async recognise(
    account: string,
    input: { username: string; password: string },
    from: { ip: string; userAgent: string; requestId: string },
  ): Promise<PersonRow> {
    const attempt = await this.throttle.begin(account, from.ip);
    const person = await this.find(input.username);
    const right = await verifyPassword(person?.password_hash ?? (await this.decoy), input.password);
    if (!person?.active || !right) {
      await this.recordFailure(person, from);
      throw new DomainError(identityErrors.bad_credentials);
    }
    await this.throttle.succeeded(attempt);
    return person;
  }

  async signOut(ctx: Ctx, sessionId: string): Promise<void> {
    await this.db.write(ctx, async (tx) => {
      await tx.change('UPDATE session SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL', [
        sessionId,
        this.clock.now(),
      ]);
      await this.audit.record(tx, { action: 'session.end', subjectType: 'session', subjectId: sessionId });
    });
  }

  private find(username: string): Promise<PersonRow | undefined> {
    return this.db.relay(installationCtx('sign-in'), (tx) =>
      tx.row<PersonRow>('SELECT id, county_id, name, password_hash, active FROM person WHERE username = $1', [
        username,
      ]),
    );
  }

  private async open(person: PersonRow, from: { ip: string; userAgent: string; requestId: string }): Promise<SignedIn> {
    const token = newSecret();
    const csrfToken = newSecret(18);
    const now = this.clock.now();
    const id = newId();
    await this.db.write(personCtx(person, from), async (tx) => {
      await tx.insert(Session, {
        id,
        county_id: person.county_id,
        person_id: person.id,
        token_hash: sha256(token),
        csrf_token: csrfToken,
        created_at: now,
        seen_at: now,
        ip: from.ip,
        user_agent: from.userAgent.slice(0, 300),
      });
      await this.audit.record(tx, { action: 'session.start', subjectType: 'session', subjectId: id });
    });
    return { token, csrfToken, personId: person.id, name: person.name };
  }

  private async recordFailure(
    person: PersonRow | undefined,
    { ip, requestId }: { ip: string; requestId: string },
  ): Promise<void> {
    if (!person) return;
    await this.db.write({ ...systemCtx('sign-in', person.county_id, requestId), ip }, (tx) =>
      this.audit.record(tx, { action: 'session.refused', subjectType: 'person', subjectId: person.id }),
    );
  }
}

interface PersonRow {
  id: string;
  county_id: string;
  name: string;
  password_hash: string;
  active: boolean;
}

function personCtx(person: PersonRow, from: { ip: string; requestId: string }): Ctx {
  const actor = {
    kind: 'person',
    id: person.id,
    name: person.name,
    permissions: new Set<string>(),
    clinicIds: [],
    hospitalIds: [],
    countyWide: false,
  } as const;
  return { actor, countyId: person.county_id, requestId: from.requestId, ip: from.ip };
}
