import { Injectable } from '@nestjs/common';
import { Audit } from '../audit';
import type { Ctx } from '../platform/context';
import { Db } from '../platform/database';
import type { DomainError } from '../platform/errors';
import type { CicRequest } from '../platform/http';
import { isUuid } from '../platform/ids';

/** Writes down who tried to change what his posts do not let him change. */
@Injectable()
export class RefusedAccess {
  constructor(
    private readonly db: Db,
    private readonly audit: Audit,
  ) {}

  /** One row about the thing that the path names (its innermost id), or about the route where it names none. */
  async note(ctx: Ctx, req: CicRequest, refusal: DomainError): Promise<void> {
    const [subjectType, subjectId] = Object.entries(req.params).findLast(([, value]) => isId(value)) ?? ['route', null];
    const details = { code: refusal.code, ...refusal.params, method: req.method, route: routeOf(req) };
    await this.db.write(ctx, (tx) =>
      this.audit.record(tx, { action: 'access.refused', subjectType, subjectId: subjectId as string | null, details }),
    );
  }
}

const isId = (value: unknown): boolean => typeof value === 'string' && isUuid(value);

/** The route as it is written, without the ids of this call. */
const routeOf = (req: CicRequest): string => (req.route as { path?: string } | undefined)?.path ?? '';
