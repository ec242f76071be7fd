import { pipeline } from 'node:stream/promises';
import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { Ctx } from '../platform/context';
import { Access, CurrentCtx, idParam } from '../platform/http';
import { type PrintInput, printSchema } from './sheets.dto';
import { inlineAs } from './sheet-name.rules';
import { SheetsService } from './sheets.service';

/** Signed versions on paper. */
@Controller('api/reports')
export class SheetsController {
  constructor(private readonly sheets: SheetsService) {}

  @Get(':version/pdf')
  @Access({ permission: 'report.read', scope: 'clinic' })
  async pdf(
    @CurrentCtx() ctx: Ctx,
    @Param('version', idParam) version: string,
    @Query({ schema: printSchema }) { paper }: PrintInput,
    @Res() res: Response,
  ): Promise<void> {
    const sheet = await this.sheets.open(ctx, version, paper);
    res.setHeader('Content-Type', 'application/pdf');
    res.setHeader('Content-Length', sheet.length);
    res.setHeader('Content-Disposition', inlineAs(sheet.name));
    await pipeline(sheet.bytes, res);
  }
}
