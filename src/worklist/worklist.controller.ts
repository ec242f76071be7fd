import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { Ctx } from '../platform/context';
import { Access, CurrentCtx, idParam, SseStream } from '../platform/http';
import { ClaimService } from './claiming/claim.service';
import { HandbackService } from './claiming/handback.service';
import {
  type ClaimInput,
  claimSchema,
  type HeartbeatInput,
  heartbeatSchema,
  type NextInput,
  nextSchema,
  type ReleaseInput,
  releaseSchema,
  type ReturnInput,
  returnSchema,
  type WorklistInput,
  worklistSchema,
} from './worklist.dto';
import { WorklistQueries } from './list/worklist.queries';
import { WorklistStream } from './list/worklist.stream';

@Controller('api/worklist')
export class WorklistController {
  constructor(
    private readonly claims: ClaimService,
    private readonly handbacks: HandbackService,
    private readonly queries: WorklistQueries,
    private readonly changes: WorklistStream,
  ) {}

  @Get()
  @Access({ permission: 'worklist.read', scope: 'county' })
  list(@CurrentCtx() ctx: Ctx, @Query({ schema: worklistSchema }) input: WorklistInput): Promise<object> {
    return this.queries.list(ctx, input);
  }

  @Get('stream')
  @Access({ permission: 'worklist.read', scope: 'county' })
  stream(@CurrentCtx() ctx: Ctx, @Res() res: Response, @Headers('last-event-id') lastEventId?: string): Promise<void> {
    return this.changes.run(ctx, new SseStream(res), lastEventId);
  }

  /** 200 with the claim, or 204 when there is nothing for this reader. */
  @Post('next')
  @HttpCode(200)
  @Access({ permission: 'worklist.write', scope: 'county' })
  async next(
    @CurrentCtx() ctx: Ctx,
    @Body({ schema: nextSchema }) input: NextInput,
    @Res({ passthrough: true }) res: Response,
  ): Promise<object | undefined> {
    const claim = await this.claims.next(ctx, input);
    if (!claim) res.status(204);
    return claim;
  }

  @Post(':exam/claim')
  @HttpCode(200)
  @Access({ permission: 'worklist.write', scope: 'county' })
  claim(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) examId: string,
    @Body({ schema: claimSchema }) input: ClaimInput,
  ): Promise<object> {
    return this.claims.claim(ctx, examId, input);
  }

  @Post(':exam/heartbeat')
  @HttpCode(200)
  @Access({ permission: 'worklist.write', scope: 'county' })
  heartbeat(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) examId: string,
    @Body({ schema: heartbeatSchema }) input: HeartbeatInput,
  ): Promise<object> {
    return this.claims.heartbeat(ctx, examId, input);
  }

  @Post(':exam/release')
  @HttpCode(200)
  @Access({ permission: 'worklist.write', scope: 'county' })
  release(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) examId: string,
    @Body({ schema: releaseSchema }) input: ReleaseInput,
  ): Promise<object> {
    return this.handbacks.release(ctx, examId, input);
  }

  @Post(':exam/return')
  @HttpCode(200)
  @Access({ permission: 'exam.return', scope: 'county' })
  return(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) examId: string,
    @Body({ schema: returnSchema }) input: ReturnInput,
  ): Promise<object> {
    return this.handbacks.return(ctx, examId, input);
  }
}
