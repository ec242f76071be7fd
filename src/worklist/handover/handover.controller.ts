import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { Ctx } from '../../platform/context';
import { Access, CurrentCtx, idParam } from '../../platform/http';
import {
  type HandoverInput,
  type HandoverList,
  handoverListSchema,
  handoverSchema,
  type OffDutyInput,
  offDutySchema,
  type OnDutyInput,
  onDutySchema,
  type ParkInput,
  parkSchema,
  type TakeoverInput,
  takeoverSchema,
  type UnparkInput,
  unparkSchema,
} from './handover.dto';
import { HandoverQueries } from './handover.queries';
import { HandoverService } from './handover.service';
import { OffDutyService } from './off-duty.service';
import { Parking } from './parking';
import { TakeoverService } from './takeover.service';

/**
 * How work changes hands. Who may is decided by rule, not by the route alone: a chief always, a reader in his own
 * matters.
 */
@Controller('api/worklist')
export class HandoverController {
  constructor(
    private readonly takeovers: TakeoverService,
    private readonly parking: Parking,
    private readonly offDuties: OffDutyService,
    private readonly handovers: HandoverService,
    private readonly queries: HandoverQueries,
  ) {}

  @Get('handover')
  @Access({ permission: 'worklist.read', scope: 'county' })
  list(@CurrentCtx() ctx: Ctx, @Query({ schema: handoverListSchema }) input: HandoverList): Promise<object> {
    return this.queries.page(ctx, input);
  }

  @Post('handover')
  @HttpCode(200)
  @Access({ permission: 'worklist.read', scope: 'county' })
  handOver(@CurrentCtx() ctx: Ctx, @Body({ schema: handoverSchema }) input: HandoverInput): Promise<object> {
    return this.handovers.handOver(ctx, input);
  }

  @Post('off-duty')
  @HttpCode(200)
  @Access({ permission: 'worklist.read', scope: 'county' })
  offDuty(@CurrentCtx() ctx: Ctx, @Body({ schema: offDutySchema }) input: OffDutyInput): Promise<object> {
    return this.offDuties.leave(ctx, input);
  }

  @Post('on-duty')
  @HttpCode(200)
  @Access({ permission: 'worklist.read', scope: 'county' })
  onDuty(@CurrentCtx() ctx: Ctx, @Body({ schema: onDutySchema }) input: OnDutyInput): Promise<object> {
    return this.offDuties.comeBack(ctx, input);
  }

  @Post(':exam/takeover')
  @HttpCode(200)
  @Access({ permission: 'worklist.read', scope: 'county' })
  takeover(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) examId: string,
    @Body({ schema: takeoverSchema }) input: TakeoverInput,
  ): Promise<object> {
    return this.takeovers.takeover(ctx, examId, input);
  }

  @Post(':exam/park')
  @HttpCode(200)
  @Access({ permission: 'worklist.write', scope: 'county' })
  park(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) examId: string,
    @Body({ schema: parkSchema }) input: ParkInput,
  ): Promise<object> {
    return this.parking.park(ctx, examId, input);
  }

  @Post(':exam/unpark')
  @HttpCode(200)
  @Access({ permission: 'worklist.write', scope: 'county' })
  unpark(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) examId: string,
    @Body({ schema: unparkSchema }) input: UnparkInput,
  ): Promise<object> {
    return this.parking.unpark(ctx, examId, input);
  }
}
