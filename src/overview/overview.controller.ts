import { Controller, Get, Param } from '@nestjs/common';
import type { Ctx } from '../platform/context';
import { Access, CurrentCtx, idParam } from '../platform/http';
import { ExamPage } from './exam-page';

@Controller('api/exams')
export class OverviewController {
  constructor(private readonly page: ExamPage) {}

  @Get(':exam')
  @Access({ permission: 'exam.read', scope: 'clinic' })
  show(@CurrentCtx() ctx: Ctx, @Param('exam', idParam) exam: string): Promise<object> {
    return this.page.show(ctx, exam);
  }
}
