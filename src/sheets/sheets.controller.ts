import { pipeline } from 'node:stream/promises';
import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { Ctx } from '../platform/context';
import { Access, CurrentCtx, idParam } from '../platform/http';
import { type PrintInput, printSchema } from './sheets.dto';
import { inlineAs } from './sheet-name.rules';
import { DraftSheets } from './draft-sheets';
import { type Sheet, SheetsService } from './sheets.service';

/** Signed versions, and drafts of those who write them, on paper. */
@Controller('api')
export class SheetsController {
  constructor(
    private readonly sheets: SheetsService,
    private readonly drafts: DraftSheets,
  ) {}

  @Get('reports/:version/pdf')
  @Access({ permission: 'report.read', scope: 'clinic' })
  async pdf(
    @CurrentCtx() ctx: Ctx,
    @Param('version', idParam) version: string,
    @Query({ schema: printSchema }) { paper }: PrintInput,
    @Res() res: Response,
  ): Promise<void> {
    await send(await this.sheets.open(ctx, version, paper), res);
  }

  @Get('exams/:exam/report/draft.pdf')
  @Access({ permission: 'report.draft', scope: 'county' })
  async draft(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Query({ schema: printSchema }) { paper }: PrintInput,
    @Res() res: Response,
  ): Promise<void> {
    await send(await this.drafts.open(ctx, exam, paper), res);
  }
}

async function send(sheet: Sheet, res: Response): Promise<void> {
  res.setHeader('Content-Type', 'application/pdf');
  res.setHeader('Content-Length', sheet.length);
  res.setHeader('Content-Disposition', inlineAs(sheet.name));
  await pipeline(sheet.bytes, res);
}
