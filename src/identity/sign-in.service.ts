import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Pool } from 'pg';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { Audit } from '../audit';
import { Clock } from '../platform/clock';
import { Config } from '../platform/config';
import { type Ctx, systemCtx } from '../platform/context';
import { databaseLogins, Db, openPool } from '../platform/database';
import { DomainError } from '../platform/errors';
import { newId, newSecret, sha256 } from '../platform/ids';
import { identityErrors } from './identity.errors';
import { Session } from './identity.entities';
import { hashPassword, verifyPassword } from './passwords';

const NO_COUNTY = '00000000-0000-7000-8000-000000000000';
const FAILURES_PER_ACCOUNT = 5;
const FAILURES_PER_ADDRESS = 50;
const WINDOW_SECONDS = 15 * 60;

export interface SignedIn {
  readonly token: string;
  readonly csrfToken: string;
  readonly personId: string;
  readonly name: string;
}

/** Sign-in and sign-out. Only failures are throttled, per account and per address, across every api process. */
@Injectable()
export class SignInService implements OnApplicationShutdown {
  private readonly pool: Pool;
  private readonly perAccount: RateLimiterPostgres;
  private readonly perAddress: RateLimiterPostgres;
  /** Compared against when the user name is unknown, so that the answer takes as long. */
  private readonly decoy = hashPassword(newSecret());

  constructor(
    private readonly db: Db,
    private readonly audit: Audit,
    private readonly clock: Clock,
    config: Config,
  ) {
    this.pool = openPool({
      connectionString: databaseLogins(config).relay,
      max: 2,
      application_name: 'county-imaging-login',
    });
    const shared = {
      storeClient: this.pool,
      tableName: 'login_failure',
      tableCreated: true,
      clearExpiredByTimeout: false,
    };
    this.perAccount = new RateLimiterPostgres({
      ...shared,
      keyPrefix: 'account',
      points: FAILURES_PER_ACCOUNT,
      duration: WINDOW_SECONDS,
    });
    this.perAddress = new RateLimiterPostgres({
      ...shared,
      keyPrefix: 'address',
      points: FAILURES_PER_ADDRESS,
      duration: WINDOW_SECONDS,
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }

  /** Opens a session. A wrong name and a wrong password are told alike. */
  async signIn(
    input: { username: string; password: string },
    from: { ip: string; userAgent: string; requestId: string },
  ): Promise<SignedIn> {
    const account = sha256(input.username.toLowerCase());
    await this.refuseThrottled(account, from.ip);
    const person = await this.find(input.username);
    const right = await verifyPassword(person?.password_hash ?? (await this.decoy), input.password);
    if (!person?.active || !right) {
      await this.countFailure(account, from.ip, person, from.requestId);
      throw new DomainError(identityErrors.bad_credentials);
    }
    await this.perAccount.delete(account);
    return this.open(person, from);
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
    return this.db.relay(systemCtx('sign-in', NO_COUNTY, 'sign-in'), (tx) =>
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

  private async refuseThrottled(account: string, ip: string): Promise<void> {
    const [byAccount, byAddress] = await Promise.all([this.perAccount.get(account), this.perAddress.get(ip)]);
    const over = [
      byAccount && byAccount.consumedPoints >= FAILURES_PER_ACCOUNT ? byAccount : null,
      byAddress && byAddress.consumedPoints >= FAILURES_PER_ADDRESS ? byAddress : null,
    ].find((result) => result !== null);
    if (over)
      throw new DomainError(identityErrors.login_throttled, {
        retryAfterSeconds: Math.ceil(over.msBeforeNext / 1_000),
      });
  }

  private async countFailure(
    account: string,
    ip: string,
    person: PersonRow | undefined,
    requestId: string,
  ): Promise<void> {
    for (const [limiter, key] of [
      [this.perAccount, account],
      [this.perAddress, ip],
    ] as const) {
      // Over the limit is no error here: the next attempt is refused by `refuseThrottled`.
      await limiter.consume(key).catch((reason: unknown) => {
        if (!(reason instanceof RateLimiterRes)) throw reason;
      });
    }
    if (!person) return;
    await this.db.write(systemCtx('sign-in', person.county_id, requestId), (tx) =>
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
