import { pipeline } from 'node:stream/promises';
import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { Ctx } from '../../platform/context';
import { Access, type CicRequest, CurrentCtx, idParam } from '../../platform/http';
import { type AttachmentInput, attachmentSchema, type ReasonInput, reasonSchema } from '../collaboration.dto';
import { attachmentAs } from './attachment.rules';
import { AttachmentsService } from './attachments.service';

const READ = { permission: 'exam.read', scope: 'clinic' } as const;
const WRITE = { permission: 'attachment.write', scope: 'clinic' } as const;

/** Papers of an exam. A file is the body itself; its type is what its first bytes say. */
@Controller('api/exams/:exam/attachments')
export class AttachmentsController {
  constructor(private readonly attachments: AttachmentsService) {}

  @Post()
  @Access(WRITE)
  add(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) examId: string,
    @Query({ schema: attachmentSchema }) input: AttachmentInput,
    @Req() req: CicRequest,
  ): Promise<object> {
    const length = req.headers['content-length'];
    const contentLength = length === undefined ? undefined : Number(length);
    return this.attachments.add(ctx, examId, { ...input, contentLength, body: req });
  }

  @Get()
  @Access(READ)
  list(@CurrentCtx() ctx: Ctx, @Param('exam', idParam) examId: string): Promise<object> {
    return this.attachments.list(ctx, examId);
  }

  @Get(':attachment')
  @Access(READ)
  async open(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) examId: string,
    @Param('attachment', idParam) attachmentId: string,
    @Res() res: Response,
  ): Promise<void> {
    const file = await this.attachments.open(ctx, examId, attachmentId);
    // Saved and never shown in our own origin: a clinic's file is not ours to vouch for.
    res.setHeader('Content-Type', file.mediaType);
    res.setHeader('Content-Length', file.bytes);
    res.setHeader('Content-Disposition', attachmentAs(file.name));
    res.setHeader('X-Content-Type-Options', 'nosniff');
    await pipeline(file.stream, res);
  }

  @Post(':attachment/withdraw')
  @HttpCode(200)
  @Access(WRITE)
  withdraw(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) examId: string,
    @Param('attachment', idParam) attachmentId: string,
    @Body({ schema: reasonSchema }) input: ReasonInput,
  ): Promise<object> {
    return this.attachments.withdraw(ctx, examId, attachmentId, input);
  }
}
