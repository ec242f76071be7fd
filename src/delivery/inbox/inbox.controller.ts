import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import type { Response } from 'express';
import type { Ctx } from '../../platform/context';
import { Access, CurrentCtx, CurrentStanding, idParam, SseStream, type StillAllowed } from '../../platform/http';
import { type Acknowledgement, AcknowledgementsService } from './acknowledgements.service';
import { type InboxInput, inboxSchema, type InboxStreamInput, inboxStreamSchema, nothingSchema } from '../delivery.dto';
import { clinicOf, type InboxPage, InboxService } from './inbox.service';

const READERS = `
What an entry holds depends on who asks. With the clinic's gateway key it brings the whole text (\`report\`, \`changes\`): that
is machine-to-machine delivery, which the ack makes DELIVERED and nobody has seen yet, so the signer may still call the report
back; an entry of kind \`recalled\` follows, on which the clinic's system takes the text off its screens. With a person's
session the text stays out (\`report\` and \`changes\` are null, \`mustOpen\` is true) and a page left open closes nothing: the
person opens it by \`reportUrl\`, \`pdfUrl\` or \`POST /api/inbox/{delivery}/seen\`, and from that look on it can only be corrected.
A sheet that the gateway downloads ends the time to call it back as well: paper comes back from no printer.`.trim();

@Controller('api/inbox')
export class InboxController {
  constructor(
    private readonly inbox: InboxService,
    private readonly acknowledgements: AcknowledgementsService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Signed reports of a clinic, by pull or long poll', description: READERS })
  @Access({ permission: 'inbox.read', scope: 'clinic' })
  pull(
    @CurrentCtx() ctx: Ctx,
    @CurrentStanding() stillAllowed: StillAllowed,
    @Query({ schema: inboxSchema }) input: InboxInput,
    @Res({ passthrough: true }) res: Response,
  ): Promise<InboxPage> {
    return this.inbox.pull(ctx, input, { gone: goneSignal(res), stillAllowed });
  }

  @Get('stream')
  @ApiOperation({ summary: 'The same as server-sent events, one `report` per entry', description: READERS })
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
  @ApiOperation({
    summary: 'The clinic’s system has the report: DELIVERED',
    description: 'Says nothing of a person: until one has opened the report, its signer may call it back.',
  })
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
  @ApiOperation({
    summary: 'A named person of the clinic has opened the report: SEEN',
    description: 'Refused to a gateway key. From then on the report is corrected, no more called back.',
  })
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
