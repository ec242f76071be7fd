import { timingSafeEqual } from 'node:crypto';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { parseCookie } from 'cookie';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { Config } from '../platform/config';
import type { Ctx } from '../platform/context';
import { commonErrors, DomainError } from '../platform/errors';
import { ACCESS, type AccessRule, type CicRequest } from '../platform/http';
import { Accounts, type Authenticated, type LookUpFor, sameRights } from './accounts';
import { identityErrors } from './identity.errors';
import { RefusedAccess } from './refused-access';

export const SESSION_COOKIE = 'cic_session';
type LookUp = (purpose: LookUpFor) => Promise<Authenticated | undefined>;
type PermissionRule = Extract<AccessRule, { permission: string }>;
const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * The first thing behind routing and the only way in: deny by default. It finds out who calls (session cookie or gateway
 * key), checks the anti-forgery token of browsers, the route's permission and scope, and the rate of this caller.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly rate: RateLimiterMemory;

  constructor(
    private readonly reflector: Reflector,
    private readonly accounts: Accounts,
    private readonly refused: RefusedAccess,
    config: Config,
  ) {
    this.rate = new RateLimiterMemory({ points: config.env.REQUESTS_PER_SECOND, duration: 1 });
  }

  async canActivate(host: ExecutionContext): Promise<boolean> {
    const rule = this.reflector.get<AccessRule | undefined>(ACCESS, host.getHandler());
    if (!rule) throw new DomainError(commonErrors.forbidden);
    const req = host.switchToHttp().getRequest<CicRequest>();
    if ('public' in rule) return this.withinRate(`ip ${req.ip}`);
    const lookUp = this.lookUpOf(req);
    const caller = lookUp && (await this.authenticate(req, lookUp));
    if (!caller) throw new DomainError(commonErrors.unauthenticated);
    await this.withinRate(`actor ${caller.actor.id}`);
    if (caller.session && !READING.has(req.method)) checkCsrf(req, caller.session.csrfToken);
    const ctx: Ctx = {
      actor: caller.actor,
      countyId: caller.countyId,
      requestId: req.requestId,
      traceparent: traceparentOf(req),
      ip: req.ip,
    };
    if ('permission' in rule) await this.requirePermission(ctx, rule, req);
    req.ctx = ctx;
    req.stillAllowed = async () => {
      const now = await lookUp('look');
      return now !== undefined && sameRights(caller, now);
    };
    if (caller.session) req.session = caller.session;
    return true;
  }

  /** Refused, an attempt to change something leaves its trace; a screen that asks for what it may not see is none. */
  private async requirePermission(ctx: Ctx, rule: PermissionRule, req: CicRequest): Promise<void> {
    const { actor } = ctx;
    const inScope = rule.scope === 'clinic' || actor.countyWide || actor.hospitalIds.length > 0;
    if (inScope && actor.permissions.has(rule.permission)) return;
    const refusal = new DomainError(commonErrors.forbidden, { permission: rule.permission });
    if (!READING.has(req.method)) await this.refused.note(ctx, req, refusal);
    throw refusal;
  }

  /** Who calls. Each try costs a query, so an address may fail only so often before it is not looked up any more. */
  private async authenticate(req: CicRequest, lookUp: LookUp): Promise<Authenticated | undefined> {
    const failures = `failures of ip ${req.ip}`;
    const failed = await this.rate.get(failures);
    if (failed && failed.consumedPoints >= this.rate.points) throw limited();
    const caller = await lookUp('use');
    if (!caller) await this.withinRate(failures);
    return caller;
  }

  /** How to find out whose credential this request carries; undefined when it carries none. */
  private lookUpOf(req: CicRequest): LookUp | undefined {
    const authorization = req.headers.authorization;
    if (authorization !== undefined) {
      const key = /^Bearer ([\w-]{20,200})$/.exec(authorization)?.[1];
      return key === undefined ? undefined : (purpose) => this.accounts.byGatewayKey(key, purpose);
    }
    const token = parseCookie(req.headers.cookie ?? '')[SESSION_COOKIE];
    return token ? (purpose) => this.accounts.bySession(token, purpose) : undefined;
  }

  private async withinRate(key: string): Promise<true> {
    try {
      await this.rate.consume(key);
      return true;
    } catch (reason) {
      if (reason instanceof Error) throw reason;
      throw limited();
    }
  }
}

const limited = (): DomainError => new DomainError(commonErrors.rate_limited, { retryAfterSeconds: 1 });

function checkCsrf(req: CicRequest, expected: string): void {
  const given = Buffer.from(String(req.headers['x-csrf-token'] ?? ''));
  const wanted = Buffer.from(expected);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted))
    throw new DomainError(identityErrors.csrf_missing);
}

/** W3C trace context, passed on only when it is well-formed. */
function traceparentOf(req: CicRequest): string | undefined {
  const given = req.headers['traceparent'];
  return typeof given === 'string' && /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(given) ? given : undefined;
}
