import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import { Config } from '../platform/config';
import type { Ctx } from '../platform/context';
import { Access, type CicRequest, CurrentCtx } from '../platform/http';
import { sendAnswer, wishOf } from './dicomweb-http';
import { chosen, JSON_OFFERS } from './dicomweb-media.rules';
import { uidParam } from './dicomweb.dto';
import { QidoQueries } from './qido.queries';
import { type QueryParameters, type SearchPlace, searchOf } from './qido.rules';

const value = z.union([z.string(), z.array(z.string())]);
/** Any other parameter is an attribute to match, by keyword or tag; `searchOf` knows which there are. */
const searchQuery = z
  .object({
    limit: z.string().optional(),
    offset: z.string().optional(),
    fuzzymatching: z.string().optional(),
    includefield: value.optional(),
    accept: z.string().optional(),
  })
  .catchall(value);
const READ = { permission: 'image.read', scope: 'clinic' } as const;

/** QIDO-RS (PS3.18 §10.6). No match is 200 with an empty array, which every client understands, not 204. */
@Controller('dicomweb')
export class QidoController {
  constructor(
    private readonly queries: QidoQueries,
    private readonly config: Config,
  ) {}

  @Get('studies')
  @Access(READ)
  studies(
    @CurrentCtx() ctx: Ctx,
    @Req() req: CicRequest,
    @Res() res: Response,
    @Query({ schema: searchQuery }) query: QueryParameters,
  ): Promise<void> {
    return this.search(ctx, req, res, { level: 'study' }, query);
  }

  @Get('series')
  @Access(READ)
  series(
    @CurrentCtx() ctx: Ctx,
    @Req() req: CicRequest,
    @Res() res: Response,
    @Query({ schema: searchQuery }) query: QueryParameters,
  ): Promise<void> {
    return this.search(ctx, req, res, { level: 'series' }, query);
  }

  @Get('instances')
  @Access(READ)
  instances(
    @CurrentCtx() ctx: Ctx,
    @Req() req: CicRequest,
    @Res() res: Response,
    @Query({ schema: searchQuery }) query: QueryParameters,
  ): Promise<void> {
    return this.search(ctx, req, res, { level: 'instance' }, query);
  }

  @Get('studies/:study/series')
  @Access(READ)
  seriesOfStudy(
    @CurrentCtx() ctx: Ctx,
    @Req() req: CicRequest,
    @Res() res: Response,
    @Param('study', uidParam) study: string,
    @Query({ schema: searchQuery }) query: QueryParameters,
  ): Promise<void> {
    return this.search(ctx, req, res, { level: 'series', study }, query);
  }

  @Get('studies/:study/instances')
  @Access(READ)
  instancesOfStudy(
    @CurrentCtx() ctx: Ctx,
    @Req() req: CicRequest,
    @Res() res: Response,
    @Param('study', uidParam) study: string,
    @Query({ schema: searchQuery }) query: QueryParameters,
  ): Promise<void> {
    return this.search(ctx, req, res, { level: 'instance', study }, query);
  }

  @Get('studies/:study/series/:series/instances')
  @Access(READ)
  instancesOfSeries(
    @CurrentCtx() ctx: Ctx,
    @Req() req: CicRequest,
    @Res() res: Response,
    @Param('study', uidParam) study: string,
    @Param('series', uidParam) series: string,
    @Query({ schema: searchQuery }) query: QueryParameters,
  ): Promise<void> {
    return this.search(ctx, req, res, { level: 'instance', study, series }, query);
  }

  private async search(
    ctx: Ctx,
    req: CicRequest,
    res: Response,
    place: SearchPlace,
    query: QueryParameters,
  ): Promise<void> {
    const wish = wishOf(req, this.config);
    const { mediaType } = chosen(wish.accept, JSON_OFFERS);
    const { results, more } = await this.queries.search(ctx, searchOf(place, query), wish.service);
    // PS3.18 §8.3.4.4.1; how many are left is not counted, because counting costs more than the page.
    const warning = `299 ${wish.service}: There are additional results that can be requested`;
    const content = Buffer.from(JSON.stringify(results));
    await sendAnswer(req, res, {
      status: 200,
      headers: {
        'Content-Type': mediaType,
        'Content-Length': String(content.length),
        ...(more ? { Warning: warning } : {}),
      },
      body: () => once(content),
    });
  }
}

async function* once(content: Buffer): AsyncGenerator<Buffer, void, undefined> {
  yield content;
}
