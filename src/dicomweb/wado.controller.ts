import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Config } from '../platform/config';
import type { Ctx } from '../platform/context';
import { Access, type CicRequest, CurrentCtx } from '../platform/http';
import { type DicomwebAnswer, sendAnswer, type Wish, wishOf } from './dicomweb-http';
import { frameListParam, tagParam, uidParam } from './dicomweb.dto';
import { WadoFrames } from './wado-frames';
import { WadoMetadata } from './wado-metadata';
import { WadoService } from './wado.service';

const READ = { permission: 'image.read', scope: 'clinic' } as const;
const SERIES = 'studies/:study/series/:series';
const INSTANCE = `${SERIES}/instances/:instance`;

/** WADO-RS (PS3.18 §10.4): instances, metadata, frames and bulk data, all as they are stored. */
@Controller('dicomweb')
export class WadoController {
  constructor(
    private readonly wado: WadoService,
    private readonly metadata: WadoMetadata,
    private readonly pixels: WadoFrames,
    private readonly config: Config,
  ) {}

  @Get('studies/:study')
  @Access(READ)
  study(
    @CurrentCtx() ctx: Ctx,
    @Req() req: CicRequest,
    @Res() res: Response,
    @Param('study', uidParam) study: string,
  ): Promise<void> {
    return this.answer(req, res, (wish) => this.wado.retrieve(ctx, { study }, wish));
  }

  @Get(SERIES)
  @Access(READ)
  series(
    @CurrentCtx() ctx: Ctx,
    @Req() req: CicRequest,
    @Res() res: Response,
    @Param('study', uidParam) study: string,
    @Param('series', uidParam) series: string,
  ): Promise<void> {
    return this.answer(req, res, (wish) => this.wado.retrieve(ctx, { study, series }, wish));
  }

  @Get(INSTANCE)
  @Access(READ)
  instance(
    @CurrentCtx() ctx: Ctx,
    @Req() req: CicRequest,
    @Res() res: Response,
    @Param('study', uidParam) study: string,
    @Param('series', uidParam) series: string,
    @Param('instance', uidParam) instance: string,
  ): Promise<void> {
    return this.answer(req, res, (wish) => this.wado.retrieve(ctx, { study, series, instance }, wish));
  }

  @Get('studies/:study/metadata')
  @Access(READ)
  studyMetadata(
    @CurrentCtx() ctx: Ctx,
    @Req() req: CicRequest,
    @Res() res: Response,
    @Param('study', uidParam) study: string,
  ): Promise<void> {
    return this.answer(req, res, (wish) => this.metadata.retrieve(ctx, { study }, wish));
  }

  @Get(`${SERIES}/metadata`)
  @Access(READ)
  seriesMetadata(
    @CurrentCtx() ctx: Ctx,
    @Req() req: CicRequest,
    @Res() res: Response,
    @Param('study', uidParam) study: string,
    @Param('series', uidParam) series: string,
  ): Promise<void> {
    return this.answer(req, res, (wish) => this.metadata.retrieve(ctx, { study, series }, wish));
  }

  @Get(`${INSTANCE}/metadata`)
  @Access(READ)
  instanceMetadata(
    @CurrentCtx() ctx: Ctx,
    @Req() req: CicRequest,
    @Res() res: Response,
    @Param('study', uidParam) study: string,
    @Param('series', uidParam) series: string,
    @Param('instance', uidParam) instance: string,
  ): Promise<void> {
    return this.answer(req, res, (wish) => this.metadata.retrieve(ctx, { study, series, instance }, wish));
  }

  @Get(`${INSTANCE}/frames/:frames`)
  @Access(READ)
  frames(
    @CurrentCtx() ctx: Ctx,
    @Req() req: CicRequest,
    @Res() res: Response,
    @Param('study', uidParam) study: string,
    @Param('series', uidParam) series: string,
    @Param('instance', uidParam) instance: string,
    @Param('frames', frameListParam) frames: string,
  ): Promise<void> {
    return this.answer(req, res, (wish) => this.pixels.frames(ctx, { study, series, instance }, frames, wish));
  }

  @Get(`${INSTANCE}/bulkdata/:tag`)
  @Access(READ)
  bulkData(
    @CurrentCtx() ctx: Ctx,
    @Req() req: CicRequest,
    @Res() res: Response,
    @Param('study', uidParam) study: string,
    @Param('series', uidParam) series: string,
    @Param('instance', uidParam) instance: string,
    @Param('tag', tagParam) tag: string,
  ): Promise<void> {
    return this.answer(req, res, (wish) => this.pixels.bulkData(ctx, { study, series, instance }, tag, wish));
  }

  private async answer(req: CicRequest, res: Response, make: (wish: Wish) => Promise<DicomwebAnswer>): Promise<void> {
    await sendAnswer(req, res, await make(wishOf(req, this.config)));
  }
}
