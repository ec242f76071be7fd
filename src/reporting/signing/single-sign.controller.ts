import { Body, Controller, Get, Put } from '@nestjs/common';
import type { Ctx } from '../../platform/context';
import { Access, CurrentCtx } from '../../platform/http';
import { type SingleSignInput, singleSignSchema } from '../reporting.dto';
import { SingleSigning } from './single-sign.service';

@Controller('api/single-sign')
export class SingleSignController {
  constructor(private readonly singleSigning: SingleSigning) {}

  @Get()
  @Access({ permission: 'worklist.read', scope: 'county' })
  list(@CurrentCtx() ctx: Ctx): Promise<object> {
    return this.singleSigning.list(ctx);
  }

  @Put()
  @Access({ permission: 'report.policy', scope: 'county' })
  set(@CurrentCtx() ctx: Ctx, @Body({ schema: singleSignSchema }) input: SingleSignInput): Promise<object> {
    return this.singleSigning.set(ctx, input);
  }
}
