import { Body, Controller, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import type { Ctx } from '../platform/context';
import { Access, CurrentCtx, idParam } from '../platform/http';
import { Drafts } from './drafts';
import {
  type DraftInput,
  draftSchema,
  type RejectInput,
  rejectSchema,
  type Seen,
  seenSchema,
  takeBackSchema,
} from './reporting.dto';
import { Reports } from './reports';
import { SigningService } from './signing.service';
import { SubmissionsService } from './submissions.service';

/** The report of one exam, from the first word to the signature. */
@Controller('api/exams/:exam/report')
export class ReportController {
  constructor(
    private readonly reports: Reports,
    private readonly drafts: Drafts,
    private readonly submissions: SubmissionsService,
    private readonly signing: SigningService,
  ) {}

  @Get()
  @Access({ permission: 'report.read', scope: 'clinic' })
  report(@CurrentCtx() ctx: Ctx, @Param('exam', idParam) exam: string): Promise<object> {
    return this.reports.report(ctx, exam);
  }

  @Put('draft')
  @Access({ permission: 'report.draft', scope: 'county' })
  save(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Body({ schema: draftSchema }) input: DraftInput,
  ): Promise<object> {
    return this.drafts.put(ctx, exam, input);
  }

  @Post('submit')
  @HttpCode(200)
  @Access({ permission: 'report.submit', scope: 'county' })
  submit(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Body({ schema: seenSchema }) seen: Seen,
  ): Promise<object> {
    return this.submissions.submit(ctx, exam, seen);
  }

  @Post('takeback')
  @HttpCode(200)
  @Access({ permission: 'report.submit', scope: 'county' })
  takeBack(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Body({ schema: takeBackSchema }) _seen: unknown,
  ): Promise<object> {
    return this.submissions.takeBack(ctx, exam);
  }

  @Post('reject')
  @HttpCode(200)
  @Access({ permission: 'report.sign', scope: 'county' })
  reject(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Body({ schema: rejectSchema }) input: RejectInput,
  ): Promise<object> {
    return this.submissions.reject(ctx, exam, input);
  }

  @Post('sign')
  @HttpCode(200)
  @Access({ permission: 'report.sign', scope: 'county' })
  sign(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Body({ schema: seenSchema }) seen: Seen,
  ): Promise<object> {
    return this.signing.sign(ctx, exam, seen);
  }
}
