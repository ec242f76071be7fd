import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Pool } from 'pg';
import { Clock } from '../platform/clock';
import { Config } from '../platform/config';
import { databaseLogins, openPool } from '../platform/database';
import { DomainError } from '../platform/errors';
import { sha256 } from '../platform/ids';
import { identityErrors } from './identity.errors';

export const FAILURES_PER_ACCOUNT = 5;
export const FAILURES_PER_ADDRESS = 50;
const WINDOW_MS = 15 * 60_000;

/** What tries of one account count under; a user name that nobody has counts alike. */
export const accountOf = (username: string): string => sha256(username.toLowerCase());

/** A point taken from the budget of a key, in the window that ends at `expire` (milliseconds since 1970). */
interface Point {
  readonly key: string;
  readonly expire: string;
}

/** A try to sign in that may go on to the password. */
export interface Attempt {
  readonly account: Point;
  readonly address: Point;
}

/**
 * How often a password may be guessed, per account and per address, across every api process. A try is counted before the
 * password is looked at and given back when it was right: guesses sent side by side get no further than one after another.
 */
@Injectable()
export class LoginThrottle implements OnApplicationShutdown {
  private readonly pool: Pool;
  /** The end of the last try of each account that is being looked at. */
  private readonly turns = new Map<string, Promise<void>>();

  constructor(
    private readonly clock: Clock,
    config: Config,
  ) {
    this.pool = openPool({
      connectionString: databaseLogins(config).relay,
      max: 2,
      application_name: 'county-imaging-login',
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }

  /**
   * One try of an account after another, so that right passwords at the same moment never stand in each other's way: only
   * failures are throttled. Tries at other processes are counted before they are looked at, and given back.
   */
  async inTurn<T>(account: string, attempt: () => Promise<T>): Promise<T> {
    const before = this.turns.get(account) ?? Promise.resolve();
    const mine = before.then(attempt);
    const over = mine.then(
      () => undefined,
      () => undefined,
    );
    this.turns.set(account, over);
    try {
      return await mine;
    } finally {
      if (this.turns.get(account) === over) this.turns.delete(account);
    }
  }

  /** Counts a try. @throws DomainError `login_throttled`; such a try counts nowhere */
  async begin(account: string, ip: string): Promise<Attempt> {
    const ofAccount = await this.take(`account:${account}`, FAILURES_PER_ACCOUNT);
    try {
      return { account: ofAccount, address: await this.take(`address:${ip}`, FAILURES_PER_ADDRESS) };
    } catch (error) {
      // The password is not looked at: that must not count against the account.
      await this.giveBack(ofAccount);
      throw error;
    }
  }

  /** The password was right: the try does not count, and neither do the failures of this account before it. */
  async succeeded({ account, address }: Attempt): Promise<void> {
    await this.pool.query('DELETE FROM login_failure WHERE key = $1', [account.key]);
    await this.giveBack(address);
  }

  /** One statement, so that of many at the same time no more than `limit` get a point. */
  private async take(key: string, limit: number): Promise<Point> {
    const now = this.clock.now().getTime();
    const { rows } = await this.pool.query<{ expire: string }>(
      `INSERT INTO login_failure AS had (key, points, expire) VALUES ($1, 1, $2)
       ON CONFLICT (key) DO UPDATE SET
         points = CASE WHEN had.expire <= $3 THEN 1 ELSE had.points + 1 END,
         expire = CASE WHEN had.expire <= $3 THEN excluded.expire ELSE had.expire END
       WHERE had.expire <= $3 OR had.points < $4
       RETURNING expire`,
      [key, now + WINDOW_MS, now, limit],
    );
    if (rows[0]) return { key, expire: rows[0].expire };
    throw new DomainError(identityErrors.login_throttled, { retryAfterSeconds: await this.secondsLeft(key, now) });
  }

  /** Only in the window in which it was taken: a later one owes nothing. */
  private async giveBack({ key, expire }: Point): Promise<void> {
    await this.pool.query('UPDATE login_failure SET points = points - 1 WHERE key = $1 AND expire = $2', [key, expire]);
  }

  private async secondsLeft(key: string, now: number): Promise<number> {
    const { rows } = await this.pool.query<{ expire: string }>('SELECT expire FROM login_failure WHERE key = $1', [
      key,
    ]);
    return Math.max(1, Math.ceil((Number(rows[0]?.expire ?? now) - now) / 1_000));
  }
}
