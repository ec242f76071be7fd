import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { Ctx } from '../platform/context';
import { Access, CurrentCtx, idParam, SseStream } from '../platform/http';
import { type NoticeList, noticeListSchema, nothingSchema } from './notices.dto';
import { NoticesQueries } from './notices.queries';
import { NoticesService } from './notices.service';
import { NoticesStream } from './notices.stream';

/** Everybody's own notices and nobody else's, which is why being signed in is enough. */
@Controller('api/notices')
export class NoticesController {
  constructor(
    private readonly queries: NoticesQueries,
    private readonly service: NoticesService,
    private readonly screen: NoticesStream,
  ) {}

  @Get()
  @Access({ signedIn: true })
  list(@CurrentCtx() ctx: Ctx, @Query({ schema: noticeListSchema }) input: NoticeList): Promise<object> {
    return this.queries.list(ctx, input);
  }

  @Get('stream')
  @Access({ signedIn: true })
  stream(@CurrentCtx() ctx: Ctx, @Res() res: Response): Promise<void> {
    return this.screen.run(ctx, new SseStream(res));
  }

  @Post(':notice/read')
  @HttpCode(200)
  @Access({ signedIn: true })
  read(
    @CurrentCtx() ctx: Ctx,
    @Param('notice', idParam) noticeId: string,
    @Body({ schema: nothingSchema }) _: unknown,
  ): Promise<object> {
    return this.service.read(ctx, noticeId);
  }
}
