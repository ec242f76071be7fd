import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import type { Ctx } from '../platform/context';
import { Access, CurrentCtx, idParam } from '../platform/http';
import { type GradeInput, gradeSchema } from './image-quality.dto';
import { ImageQualityQueries } from './image-quality.queries';
import { ImageQualityService } from './image-quality.service';

/** 图像质量 */
@Controller('api/exams/:exam/image-quality')
export class ImageQualityController {
  constructor(
    private readonly service: ImageQualityService,
    private readonly queries: ImageQualityQueries,
  ) {}

  /** What its images got and why: the clinic's feedback, and the reader's choice of grades and reasons. */
  @Get()
  @Access({ permission: 'exam.read', scope: 'clinic' })
  show(@CurrentCtx() ctx: Ctx, @Param('exam', idParam) exam: string): Promise<object> {
    return this.queries.show(ctx, exam);
  }

  @Put()
  @Access({ permission: 'quality.grade', scope: 'county' })
  grade(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Body({ schema: gradeSchema }) input: GradeInput,
  ): Promise<object> {
    return this.service.grade(ctx, exam, input);
  }
}
