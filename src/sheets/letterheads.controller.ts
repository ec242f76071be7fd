import { Body, Controller, Delete, Get, HttpCode, Param, Put } from '@nestjs/common';
import type { Ctx } from '../platform/context';
import { Access, CurrentCtx, idParam } from '../platform/http';
import { Letterheads } from './letterheads';
import { type LetterheadInput, letterheadSchema } from './sheets.dto';

/** Whose name stands at the head of the printed reports. */
@Controller('api/letterheads')
export class LetterheadsController {
  constructor(private readonly letterheads: Letterheads) {}

  @Get()
  @Access({ permission: 'county.read', scope: 'county' })
  list(@CurrentCtx() ctx: Ctx): Promise<object> {
    return this.letterheads.list(ctx);
  }

  @Put('county')
  @HttpCode(204)
  @Access({ permission: 'site.manage', scope: 'county' })
  setForCounty(@CurrentCtx() ctx: Ctx, @Body({ schema: letterheadSchema }) input: LetterheadInput): Promise<void> {
    return this.letterheads.set(ctx, null, input);
  }

  @Put('clinics/:clinic')
  @HttpCode(204)
  @Access({ permission: 'site.manage', scope: 'county' })
  setForClinic(
    @CurrentCtx() ctx: Ctx,
    @Param('clinic', idParam) clinic: string,
    @Body({ schema: letterheadSchema }) input: LetterheadInput,
  ): Promise<void> {
    return this.letterheads.set(ctx, clinic, input);
  }

  @Delete('clinics/:clinic')
  @HttpCode(204)
  @Access({ permission: 'site.manage', scope: 'county' })
  resetForClinic(@CurrentCtx() ctx: Ctx, @Param('clinic', idParam) clinic: string): Promise<void> {
    return this.letterheads.reset(ctx, clinic);
  }
}
