import { Body, Controller, Delete, Get, HttpCode, Param, Put, Query } from '@nestjs/common';
import type { Ctx } from '../../platform/context';
import { Access, CurrentCtx, idParam } from '../../platform/http';
import { type TeachingInput, type TeachingList, teachingListSchema, teachingSchema } from '../collaboration.dto';
import { TeachingService } from './teaching.service';

const MARK = { permission: 'teaching.mark', scope: 'county' } as const;

/** 带教 */
@Controller('api')
export class TeachingController {
  constructor(private readonly teaching: TeachingService) {}

  @Put('exams/:exam/teaching-mark')
  @Access(MARK)
  mark(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) examId: string,
    @Body({ schema: teachingSchema }) input: TeachingInput,
  ): Promise<object> {
    return this.teaching.mark(ctx, examId, input);
  }

  @Delete('exams/:exam/teaching-mark')
  @HttpCode(204)
  @Access(MARK)
  unmark(@CurrentCtx() ctx: Ctx, @Param('exam', idParam) examId: string): Promise<void> {
    return this.teaching.unmark(ctx, examId);
  }

  @Get('teaching-cases')
  @Access({ permission: 'worklist.read', scope: 'county' })
  list(@CurrentCtx() ctx: Ctx, @Query({ schema: teachingListSchema }) input: TeachingList): Promise<object> {
    return this.teaching.list(ctx, input);
  }
}
