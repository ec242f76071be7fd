import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { Ctx } from '../../platform/context';
import { Access, CurrentCtx, idParam } from '../../platform/http';
import {
  type FlagImportant,
  flagImportantSchema,
  type FollowUpInput,
  followUpSchema,
  type ListInput,
  listSchema,
  nothingSchema,
  type ReasonInput,
  reasonSchema,
} from '../critical.dto';
import { ImportantQueries } from './important.queries';
import { ImportantService } from './important.service';

@Controller('api')
export class ImportantController {
  constructor(
    private readonly service: ImportantService,
    private readonly queries: ImportantQueries,
  ) {}

  @Post('exams/:exam/important')
  @HttpCode(200)
  @Access({ permission: 'critical.confirm', scope: 'county' })
  flag(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) examId: string,
    @Body({ schema: flagImportantSchema }) input: FlagImportant,
  ): Promise<object> {
    return this.service.flag(ctx, examId, input);
  }

  @Get('important')
  @Access({ permission: 'critical.read', scope: 'clinic' })
  list(@CurrentCtx() ctx: Ctx, @Query({ schema: listSchema }) input: ListInput): Promise<object> {
    return this.queries.list(ctx, input);
  }

  @Post('important/:important/receive')
  @HttpCode(200)
  @Access({ permission: 'critical.handle', scope: 'clinic' })
  receive(
    @CurrentCtx() ctx: Ctx,
    @Param('important', idParam) id: string,
    @Body({ schema: nothingSchema }) _: unknown,
  ): Promise<object> {
    return this.service.receive(ctx, id);
  }

  @Post('important/:important/follow-up')
  @HttpCode(200)
  @Access({ permission: 'critical.handle', scope: 'clinic' })
  followUp(
    @CurrentCtx() ctx: Ctx,
    @Param('important', idParam) id: string,
    @Body({ schema: followUpSchema }) input: FollowUpInput,
  ): Promise<object> {
    return this.service.followUp(ctx, id, input);
  }

  @Post('important/:important/close')
  @HttpCode(200)
  @Access({ permission: 'critical.handle', scope: 'clinic' })
  close(
    @CurrentCtx() ctx: Ctx,
    @Param('important', idParam) id: string,
    @Body({ schema: reasonSchema }) input: ReasonInput,
  ): Promise<object> {
    return this.service.close(ctx, id, input);
  }
}
