import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { Ctx } from '../platform/context';
import { Access, CurrentCtx, idParam, SseStream } from '../platform/http';
import { type Acknowledgement, AcknowledgementsService } from './acknowledgements.service';
import { type InboxInput, inboxSchema, type InboxStreamInput, inboxStreamSchema, nothingSchema } from './delivery.dto';
import { clinicOf, type InboxPage, InboxService } from './inbox.service';

@Controller('api/inbox')
export class InboxController {
  constructor(
    private readonly inbox: InboxService,
    private readonly acknowledgements: AcknowledgementsService,
  ) {}

  @Get()
  @Access({ permission: 'inbox.read', scope: 'clinic' })
  pull(
    @CurrentCtx() ctx: Ctx,
    @Query({ schema: inboxSchema }) input: InboxInput,
    @Res({ passthrough: true }) res: Response,
  ): Promise<InboxPage> {
    return this.inbox.pull(ctx, input, goneSignal(res));
  }

  @Get('stream')
  @Access({ permission: 'inbox.read', scope: 'clinic' })
  async stream(
    @CurrentCtx() ctx: Ctx,
    @Query({ schema: inboxStreamSchema }) input: InboxStreamInput,
    @Res() res: Response,
    @Headers('last-event-id') lastEventId?: string,
  ): Promise<void> {
    // Asked before the stream opens, while there is still a status to answer with.
    const clinic = clinicOf(ctx, input.clinic);
    await this.inbox.stream(ctx, { ...input, clinic }, lastEventId, new SseStream(res));
  }

  @Post(':delivery/ack')
  @HttpCode(200)
  @Access({ permission: 'inbox.ack', scope: 'clinic' })
  acknowledge(
    @CurrentCtx() ctx: Ctx,
    @Param('delivery', idParam) delivery: string,
    @Body({ schema: nothingSchema }) _: unknown,
  ): Promise<Acknowledgement> {
    return this.acknowledgements.acknowledge(ctx, delivery);
  }

  @Post(':delivery/seen')
  @HttpCode(200)
  @Access({ permission: 'inbox.seen', scope: 'clinic' })
  see(
    @CurrentCtx() ctx: Ctx,
    @Param('delivery', idParam) delivery: string,
    @Body({ schema: nothingSchema }) _: unknown,
  ): Promise<Acknowledgement> {
    return this.acknowledgements.see(ctx, delivery);
  }
}

/** Aborted when the answer is through or the caller has hung up. */
function goneSignal(res: Response): AbortSignal {
  const gone = new AbortController();
  res.once('close', () => gone.abort());
  return gone.signal;
}
