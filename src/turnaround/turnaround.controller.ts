import { Controller, Get, Query } from '@nestjs/common';
import type { Ctx } from '../platform/context';
import { Access, CurrentCtx } from '../platform/http';
import { type OpenInput, openSchema, type SummaryInput, summarySchema } from './turnaround.dto';
import { TurnaroundQueries } from './turnaround.queries';

@Controller('api/turnaround')
export class TurnaroundController {
  constructor(private readonly queries: TurnaroundQueries) {}

  @Get('summary')
  @Access({ permission: 'turnaround.read', scope: 'county' })
  summary(@CurrentCtx() ctx: Ctx, @Query({ schema: summarySchema }) input: SummaryInput): Promise<object> {
    return this.queries.summary(ctx, input);
  }

  @Get('open')
  @Access({ permission: 'turnaround.read', scope: 'county' })
  open(@CurrentCtx() ctx: Ctx, @Query({ schema: openSchema }) input: OpenInput): Promise<object> {
    return this.queries.listOpen(ctx, input);
  }
}
