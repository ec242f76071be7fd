import { Body, Controller, Get, Put } from '@nestjs/common';
import type { Ctx } from '../../platform/context';
import { Access, CurrentCtx } from '../../platform/http';
import { type PreliminaryPolicyInput, preliminaryPolicySchema } from '../reporting.dto';
import { PreliminaryPolicies } from './preliminary-policy.service';

@Controller('api/preliminary-policy')
export class PreliminaryPolicyController {
  constructor(private readonly policies: PreliminaryPolicies) {}

  @Get()
  @Access({ permission: 'worklist.read', scope: 'county' })
  list(@CurrentCtx() ctx: Ctx): Promise<object> {
    return this.policies.list(ctx);
  }

  @Put()
  @Access({ permission: 'report.policy', scope: 'county' })
  set(
    @CurrentCtx() ctx: Ctx,
    @Body({ schema: preliminaryPolicySchema }) input: PreliminaryPolicyInput,
  ): Promise<object> {
    return this.policies.set(ctx, input);
  }
}
