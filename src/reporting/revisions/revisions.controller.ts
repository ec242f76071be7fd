import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { Ctx } from '../../platform/context';
import { Access, CurrentCtx, idParam } from '../../platform/http';
import { type SignerSeen, signerSeenSchema } from '../reporting.dto';
import { AmendmentsService } from './amendments.service';
import { DemographicsService } from './demographics.service';
import { LateImagesTasks } from './late-images';
import { PreliminaryService } from './preliminary.service';
import { RecallService } from './recall.service';
import {
  type AddendumInput,
  addendumSchema,
  type AmendInput,
  amendSchema,
  type Confirm,
  type ConfirmDemographics,
  confirmDemographicsSchema,
  confirmSchema,
  type DemographicsInput,
  demographicsSchema,
  type OpenList,
  openListSchema,
  type Reason,
  reasonSchema,
  type VoidInput,
  voidSchema,
} from './revisions.dto';
import { RevisionsQueries } from './revisions.queries';
import { VoidService } from './void.service';

/** What becomes of a report beside and after its formal signature. */
@Controller('api/exams/:exam/report')
export class RevisionsController {
  constructor(
    private readonly preliminaries: PreliminaryService,
    private readonly recalls: RecallService,
    private readonly amendments: AmendmentsService,
    private readonly voids: VoidService,
    private readonly demographics: DemographicsService,
  ) {}

  /** 临时报告 */
  @Post('preliminary')
  @HttpCode(200)
  @Access({ permission: 'report.submit', scope: 'county' })
  preliminary(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Body({ schema: signerSeenSchema }) seen: SignerSeen,
  ): Promise<object> {
    return this.preliminaries.issue(ctx, exam, seen);
  }

  /** 召回 */
  @Post('recall')
  @HttpCode(200)
  @Access({ permission: 'report.recall', scope: 'county' })
  recall(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Body({ schema: reasonSchema }) input: Reason,
  ): Promise<object> {
    return this.recalls.recall(ctx, exam, input);
  }

  /** 更正: answers what the ordinary draft, submit and sign take from now on. */
  @Post('amend')
  @HttpCode(200)
  @Access({ permission: 'report.sign', scope: 'county' })
  amend(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Body({ schema: amendSchema }) input: AmendInput,
  ): Promise<object> {
    return this.amendments.amend(ctx, exam, input);
  }

  /** 取消更正或补充 */
  @Post('amend/cancel')
  @HttpCode(200)
  @Access({ permission: 'report.addendum', scope: 'county' })
  cancel(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Body({ schema: reasonSchema }) input: Reason,
  ): Promise<object> {
    return this.amendments.cancel(ctx, exam, input);
  }

  /** 补充: handed to another doctor, who signs it. */
  @Post('addendum')
  @HttpCode(200)
  @Access({ permission: 'report.addendum', scope: 'county' })
  addendum(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Body({ schema: addendumSchema }) input: AddendumInput,
  ): Promise<object> {
    return this.amendments.add(ctx, exam, input);
  }

  /** 作废 */
  @Post('void')
  @HttpCode(200)
  @Access({ permission: 'exam.void', scope: 'county' })
  void(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Body({ schema: voidSchema }) input: VoidInput,
  ): Promise<object> {
    return this.voids.void(ctx, exam, input);
  }

  /** 信息更正, asked for by the clinic. */
  @Post('demographics')
  @HttpCode(200)
  @Access({ permission: 'report.demographics', scope: 'clinic' })
  ask(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Body({ schema: demographicsSchema }) input: DemographicsInput,
  ): Promise<object> {
    return this.demographics.ask(ctx, exam, input);
  }

  @Post('demographics/:request/confirm')
  @HttpCode(200)
  @Access({ permission: 'report.sign', scope: 'county' })
  confirm(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Param('request', idParam) request: string,
    @Body({ schema: confirmDemographicsSchema }) input: ConfirmDemographics,
  ): Promise<object> {
    return this.demographics.confirm(ctx, exam, request, input);
  }

  @Post('demographics/:request/decline')
  @HttpCode(200)
  @Access({ permission: 'report.sign', scope: 'county' })
  decline(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Param('request', idParam) request: string,
    @Body({ schema: reasonSchema }) input: Reason,
  ): Promise<object> {
    return this.demographics.decline(ctx, exam, request, input);
  }
}

/** The lists of what is open after a signature, and what a version changed. */
@Controller('api')
export class OpenRevisionsController {
  constructor(
    private readonly queries: RevisionsQueries,
    private readonly lateImages: LateImagesTasks,
  ) {}

  @Get('amendments')
  @Access({ permission: 'worklist.read', scope: 'county' })
  amendments(@CurrentCtx() ctx: Ctx, @Query({ schema: openListSchema }) input: OpenList): Promise<object> {
    return this.queries.amendments(ctx, input);
  }

  @Get('demographics')
  @Access({ permission: 'worklist.read', scope: 'county' })
  demographics(@CurrentCtx() ctx: Ctx, @Query({ schema: openListSchema }) input: OpenList): Promise<object> {
    return this.queries.demographics(ctx, input);
  }

  /** A clinic's own requests. */
  @Get('demographics/own')
  @Access({ permission: 'report.demographics', scope: 'clinic' })
  ownDemographics(@CurrentCtx() ctx: Ctx, @Query({ schema: openListSchema }) input: OpenList): Promise<object> {
    return this.queries.demographics(ctx, input);
  }

  @Get('late-images')
  @Access({ permission: 'worklist.read', scope: 'county' })
  late(@CurrentCtx() ctx: Ctx, @Query({ schema: openListSchema }) input: OpenList): Promise<object> {
    return this.queries.lateImages(ctx, input);
  }

  /** 确认无变化 */
  @Post('late-images/:task/confirm')
  @HttpCode(200)
  @Access({ permission: 'report.sign', scope: 'county' })
  confirm(
    @CurrentCtx() ctx: Ctx,
    @Param('task', idParam) task: string,
    @Body({ schema: confirmSchema }) input: Confirm,
  ): Promise<object> {
    return this.lateImages.confirm(ctx, task, input);
  }

  /** 修改痕迹 against the version before it. */
  @Get('reports/:version/changes')
  @Access({ permission: 'report.read', scope: 'clinic' })
  changes(@CurrentCtx() ctx: Ctx, @Param('version', idParam) version: string): Promise<object> {
    return this.queries.changes(ctx, version);
  }
}
