import { Body, Controller, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import type { Ctx } from '../platform/context';
import { Access, CurrentCtx, idParam } from '../platform/http';
import { ClinicWriting } from './writing/clinic-writing.service';
import {
  type ClinicDraftInput,
  clinicDraftSchema,
  type ClinicSubmitInput,
  clinicSubmitSchema,
  type DraftInput,
  draftSchema,
  type RejectInput,
  rejectSchema,
  type Seen,
  seenSchema,
  type SignInput,
  signSchema,
  takeBackSchema,
} from './reporting.dto';
import { Reports } from './reports';
import { ReportWork } from './revisions/report-work';
import { Trace } from './writing/trace';
import { Trainees } from './writing/trainees.service';

/** The report of one exam, from the first word to the signature. */
@Controller('api/exams/:exam/report')
export class ReportController {
  constructor(
    private readonly reports: Reports,
    private readonly work: ReportWork,
    private readonly clinicWriting: ClinicWriting,
    private readonly trainees: Trainees,
    private readonly trace: Trace,
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
    return this.work.put(ctx, exam, input);
  }

  /**
   * 校对: what the lint says of the text as it is saved, and what would keep the caller from going on with it. For whoever
   * may draft, and in review mode for the clinic that writes.
   */
  @Get('lint')
  @Access({ permission: 'report.read', scope: 'clinic' })
  lint(@CurrentCtx() ctx: Ctx, @Param('exam', idParam) exam: string): Promise<object> {
    return this.work.lint(ctx, exam);
  }

  /** 修改痕迹, for the readers of the county, and in review mode for the clinic that writes. */
  @Get('trace')
  @Access({ permission: 'report.read', scope: 'clinic' })
  history(@CurrentCtx() ctx: Ctx, @Param('exam', idParam) exam: string): Promise<object> {
    return this.trace.of(ctx, exam);
  }

  @Put('clinic-draft')
  @Access({ permission: 'report.write_at_clinic', scope: 'clinic' })
  saveAtClinic(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Body({ schema: clinicDraftSchema }) input: ClinicDraftInput,
  ): Promise<object> {
    return this.clinicWriting.put(ctx, exam, input);
  }

  @Post('clinic-submit')
  @HttpCode(200)
  @Access({ permission: 'report.write_at_clinic', scope: 'clinic' })
  submitAtClinic(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Body({ schema: clinicSubmitSchema }) seen: ClinicSubmitInput,
  ): Promise<object> {
    return this.clinicWriting.submit(ctx, exam, seen);
  }

  /** 收回: the clinic's own doctor, before a reviewer claims. */
  @Post('clinic-takeback')
  @HttpCode(200)
  @Access({ permission: 'report.write_at_clinic', scope: 'clinic' })
  takeBackAtClinic(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Body({ schema: takeBackSchema }) _seen: unknown,
  ): Promise<object> {
    return this.clinicWriting.takeBack(ctx, exam);
  }

  /** 呈交: a trainee to his supervisor. */
  @Post('present')
  @HttpCode(200)
  @Access({ permission: 'report.present', scope: 'county' })
  present(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Body({ schema: seenSchema }) seen: Seen,
  ): Promise<object> {
    return this.trainees.present(ctx, exam, seen);
  }

  @Post('submit')
  @HttpCode(200)
  @Access({ permission: 'report.submit', scope: 'county' })
  submit(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Body({ schema: seenSchema }) seen: Seen,
  ): Promise<object> {
    return this.work.submit(ctx, exam, seen);
  }

  @Post('takeback')
  @HttpCode(200)
  @Access({ permission: 'report.submit', scope: 'county' })
  takeBack(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Body({ schema: takeBackSchema }) _seen: unknown,
  ): Promise<object> {
    return this.work.takeBack(ctx, exam);
  }

  @Post('reject')
  @HttpCode(200)
  @Access({ permission: 'report.sign', scope: 'county' })
  reject(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Body({ schema: rejectSchema }) input: RejectInput,
  ): Promise<object> {
    return this.work.reject(ctx, exam, input);
  }

  @Post('sign')
  @HttpCode(200)
  @Access({ permission: 'report.sign', scope: 'county' })
  sign(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Body({ schema: signSchema }) seen: SignInput,
  ): Promise<object> {
    return this.work.sign(ctx, exam, seen);
  }
}
