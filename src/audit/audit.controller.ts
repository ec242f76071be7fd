import { Controller, Get, Query } from '@nestjs/common';
import type { Ctx } from '../platform/context';
import { Access, CurrentCtx } from '../platform/http';
import { type AuditList, auditListSchema } from './audit.dto';
import { AuditQueries } from './audit.queries';

@Controller('api/audit')
export class AuditController {
  constructor(private readonly queries: AuditQueries) {}

  @Get()
  @Access({ permission: 'audit.read', scope: 'county' })
  list(@CurrentCtx() ctx: Ctx, @Query({ schema: auditListSchema }) input: AuditList): Promise<object> {
    return this.queries.list(ctx, input);
  }
}
