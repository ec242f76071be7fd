import { Controller, Get, Param, Query } from '@nestjs/common';
import { type ExamItem, type ListExams, listExamsSchema } from '../exams';
import type { Ctx } from '../platform/context';
import type { Page } from '../platform/database';
import { Access, CurrentCtx, idParam } from '../platform/http';
import { ExamList } from './exam-list';
import { ExamPage } from './exam-page';

@Controller('api/exams')
export class OverviewController {
  constructor(
    private readonly list: ExamList,
    private readonly page: ExamPage,
  ) {}

  @Get()
  @Access({ permission: 'exam.read', scope: 'clinic' })
  exams(@CurrentCtx() ctx: Ctx, @Query({ schema: listExamsSchema }) input: ListExams): Promise<Page<ExamItem>> {
    return this.list.page(ctx, input);
  }

  @Get(':exam')
  @Access({ permission: 'exam.read', scope: 'clinic' })
  show(@CurrentCtx() ctx: Ctx, @Param('exam', idParam) exam: string): Promise<object> {
    return this.page.show(ctx, exam);
  }
}
