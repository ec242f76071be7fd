import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import type { Ctx } from '../platform/context';
import { Access, CurrentCtx, idParam } from '../platform/http';
import {
  type AcknowledgeInput,
  acknowledgeSchema,
  type CallInput,
  callSchema,
  type CloseInput,
  closeSchema,
  type ConfirmInput,
  confirmSchema,
  type CriticalListInput,
  criticalListSchema,
  type HandleInput,
  handleSchema,
  type MarkInput,
  markSchema,
  type NotifyInput,
  notifySchema,
  type Period,
  periodSchema,
  type ReasonInput,
  reasonSchema,
  type SettingsInput,
  settingsSchema,
} from './critical.dto';
import { CriticalQueries } from './list/critical.queries';
import { CriticalService } from './critical.service';
import { MarkingService } from './marking.service';
import { Settings } from './settings';

/** Critical values. Commands answer the value as it is afterwards. */
@Controller('api')
export class CriticalController {
  constructor(
    private readonly marking: MarkingService,
    private readonly service: CriticalService,
    private readonly queries: CriticalQueries,
    private readonly settings: Settings,
  ) {}

  @Post('exams/:exam/critical')
  @HttpCode(200)
  @Access({ permission: 'critical.report', scope: 'clinic' })
  mark(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) examId: string,
    @Body({ schema: markSchema }) input: MarkInput,
  ): Promise<object> {
    return this.marking.mark(ctx, examId, input);
  }

  @Get('critical')
  @Access({ permission: 'critical.read', scope: 'clinic' })
  list(@CurrentCtx() ctx: Ctx, @Query({ schema: criticalListSchema }) input: CriticalListInput): Promise<object> {
    return this.queries.list(ctx, input);
  }

  @Get('critical/summary')
  @Access({ permission: 'turnaround.read', scope: 'county' })
  summary(@CurrentCtx() ctx: Ctx, @Query({ schema: periodSchema }) input: Period): Promise<object> {
    return this.queries.summary(ctx, input);
  }

  @Get('critical/settings')
  @Access({ permission: 'critical.read', scope: 'clinic' })
  readSettings(@CurrentCtx() ctx: Ctx): Promise<object> {
    return this.settings.read(ctx);
  }

  @Put('critical/settings')
  @Access({ permission: 'critical.manage', scope: 'county' })
  changeSettings(@CurrentCtx() ctx: Ctx, @Body({ schema: settingsSchema }) input: SettingsInput): Promise<object> {
    return this.settings.change(ctx, input);
  }

  @Get('critical/:critical')
  @Access({ permission: 'critical.read', scope: 'clinic' })
  detail(@CurrentCtx() ctx: Ctx, @Param('critical', idParam) id: string): Promise<object> {
    return this.queries.detail(ctx, id);
  }

  @Post('critical/:critical/confirm')
  @HttpCode(200)
  @Access({ permission: 'critical.confirm', scope: 'county' })
  confirm(
    @CurrentCtx() ctx: Ctx,
    @Param('critical', idParam) id: string,
    @Body({ schema: confirmSchema }) input: ConfirmInput,
  ): Promise<object> {
    return this.marking.confirm(ctx, id, input);
  }

  @Post('critical/:critical/notify')
  @HttpCode(200)
  @Access({ permission: 'critical.confirm', scope: 'county' })
  notify(
    @CurrentCtx() ctx: Ctx,
    @Param('critical', idParam) id: string,
    @Body({ schema: notifySchema }) input: NotifyInput,
  ): Promise<object> {
    return this.service.notify(ctx, id, input);
  }

  @Post('critical/:critical/calls')
  @HttpCode(200)
  @Access({ permission: 'critical.confirm', scope: 'county' })
  call(
    @CurrentCtx() ctx: Ctx,
    @Param('critical', idParam) id: string,
    @Body({ schema: callSchema }) input: CallInput,
  ): Promise<object> {
    return this.service.call(ctx, id, input);
  }

  @Post('critical/:critical/acknowledge')
  @HttpCode(200)
  @Access({ permission: 'critical.acknowledge', scope: 'clinic' })
  acknowledge(
    @CurrentCtx() ctx: Ctx,
    @Param('critical', idParam) id: string,
    @Body({ schema: acknowledgeSchema }) input: AcknowledgeInput,
  ): Promise<object> {
    return this.service.acknowledge(ctx, id, input);
  }

  @Post('critical/:critical/handle')
  @HttpCode(200)
  @Access({ permission: 'critical.handle', scope: 'clinic' })
  handle(
    @CurrentCtx() ctx: Ctx,
    @Param('critical', idParam) id: string,
    @Body({ schema: handleSchema }) input: HandleInput,
  ): Promise<object> {
    return this.service.handle(ctx, id, input);
  }

  @Post('critical/:critical/close')
  @HttpCode(200)
  @Access({ permission: 'critical.handle', scope: 'clinic' })
  close(
    @CurrentCtx() ctx: Ctx,
    @Param('critical', idParam) id: string,
    @Body({ schema: closeSchema }) input: CloseInput,
  ): Promise<object> {
    return this.service.close(ctx, id, input);
  }

  @Post('critical/:critical/dismiss')
  @HttpCode(200)
  @Access({ permission: 'critical.confirm', scope: 'county' })
  dismiss(
    @CurrentCtx() ctx: Ctx,
    @Param('critical', idParam) id: string,
    @Body({ schema: reasonSchema }) input: ReasonInput,
  ): Promise<object> {
    return this.service.dismiss(ctx, id, input);
  }
}
