import { pipeline } from 'node:stream/promises';
import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { Ctx } from '../platform/context';
import { Access, type CicRequest, CurrentCtx, idParam } from '../platform/http';
import { codeParam, type PrintInput, printSchema } from './reporting.dto';
import { inlineAs } from './sheet-name.rules';
import { SheetsService } from './sheets.service';
import { Verification, type Verified } from './verification';

/** Signed versions on paper, and whether a paper is what was signed. */
@Controller('api')
export class SheetsController {
  constructor(
    private readonly sheets: SheetsService,
    private readonly verification: Verification,
  ) {}

  @Get('reports/:version/pdf')
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

  @Get('verify/:code')
  @Access({ public: true, why: 'whoever holds a printed report may ask whether it is genuine; no name is told' })
  verify(@Param('code', codeParam) code: string, @Req() req: CicRequest): Promise<Verified> {
    return this.verification.verify(code, { ip: req.ip ?? '', requestId: req.requestId });
  }
}
