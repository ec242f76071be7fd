import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import type { Ctx } from '../../../platform/context';
import { Access, CurrentCtx, idParam } from '../../../platform/http';
import { type GiveAmendment, giveAmendmentSchema, type TakeAmendment, takeAmendmentSchema } from './passing.dto';
import { PassingService } from './passing.service';

/** A 更正 or 补充 changes hands. Who may is decided by rule, not by the route alone. */
@Controller('api/exams/:exam/report/amend')
export class PassingController {
  constructor(private readonly passing: PassingService) {}

  /** 接手: answers what the ordinary draft, submit and sign take from now on. */
  @Post('takeover')
  @HttpCode(200)
  @Access({ permission: 'report.addendum', scope: 'county' })
  take(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Body({ schema: takeAmendmentSchema }) input: TakeAmendment,
  ): Promise<object> {
    return this.passing.take(ctx, exam, input);
  }

  /** 交给指定医师 */
  @Post('handover')
  @HttpCode(200)
  @Access({ permission: 'report.addendum', scope: 'county' })
  give(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Body({ schema: giveAmendmentSchema }) input: GiveAmendment,
  ): Promise<object> {
    return this.passing.give(ctx, exam, input);
  }
}
