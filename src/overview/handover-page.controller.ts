import { Controller, Get, Query } from '@nestjs/common';
import type { Ctx } from '../platform/context';
import { Access, CurrentCtx } from '../platform/http';
import { WholeHandoverPage } from './handover-page';
import { type HandoverPageInput, handoverPageSchema } from './overview.dto';

@Controller('api/overview')
export class HandoverPageController {
  constructor(private readonly page: WholeHandoverPage) {}

  /** 交接班 */
  @Get('handover')
  @Access({ permission: 'worklist.read', scope: 'county' })
  show(@CurrentCtx() ctx: Ctx, @Query({ schema: handoverPageSchema }) input: HandoverPageInput): Promise<object> {
    return this.page.show(ctx, input);
  }
}
