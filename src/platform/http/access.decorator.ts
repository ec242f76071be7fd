import { createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { Request } from 'express';
import type { Ctx } from '../context';

export const ACCESS = 'cic:access';

/**
 * What a route asks of its caller. `scope` says whose rows it can touch: `clinic` = of the clinics in the caller's
 * grants (people of hospitals and of the county see the whole county), `county` = the caller must belong to a hospital
 * or to the county itself. A public route says why it may be public.
 */
export type AccessRule =
  | { readonly permission: string; readonly scope: 'clinic' | 'county' }
  | { readonly signedIn: true }
  | { readonly public: true; readonly why: string };

/** Mandatory on every route; the guard refuses a route without it, and a reflection test finds it before that. */
export const Access = (rule: AccessRule): MethodDecorator => SetMetadata(ACCESS, rule);

/** A request after the guard has passed it. */
export interface CicRequest extends Request {
  requestId: string;
  ctx?: Ctx;
  session?: { readonly id: string; readonly csrfToken: string };
  /** Asks anew whether the caller would be let in, and with the same rights. Missing on public routes. */
  stillAllowed?: StillAllowed;
}

export type StillAllowed = () => Promise<boolean>;

/** The caller's context, as the guard worked it out. */
export const CurrentCtx = createParamDecorator((_: unknown, host: ExecutionContext): Ctx => {
  const { ctx } = host.switchToHttp().getRequest<CicRequest>();
  if (!ctx) throw new Error('a public route has no context');
  return ctx;
});

/** The session of the signed-in person; undefined for machines. */
export const CurrentSession = createParamDecorator(
  (_: unknown, host: ExecutionContext) => host.switchToHttp().getRequest<CicRequest>().session,
);

/** For an answer that is given long after its question: whether the caller may still have it. */
export const CurrentStanding = createParamDecorator((_: unknown, host: ExecutionContext): StillAllowed => {
  const { stillAllowed } = host.switchToHttp().getRequest<CicRequest>();
  if (!stillAllowed) throw new Error('a public route has no caller to ask about');
  return stillAllowed;
});
