import { pipeline } from 'node:stream/promises';
import { Controller, Delete, Get, HttpCode, Param, Put, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { Ctx } from '../../platform/context';
import { Access, type CicRequest, CurrentCtx, idParam } from '../../platform/http';
import { HandwritingService } from './handwriting.service';

/** Everybody's own, and everybody's for who manages people. */
const OWN = { permission: 'person.handwriting', scope: 'clinic' } as const;

/** 手写签名 of people who write or sign reports. A picture is the body itself; its type is what its bytes say. */
@Controller('api/people/:person/signature-image')
export class HandwritingController {
  constructor(private readonly handwriting: HandwritingService) {}

  @Put()
  @Access(OWN)
  put(@CurrentCtx() ctx: Ctx, @Param('person', idParam) person: string, @Req() req: CicRequest): Promise<object> {
    const length = req.headers['content-length'];
    return this.handwriting.put(ctx, person, {
      contentLength: length === undefined ? undefined : Number(length),
      body: req,
    });
  }

  @Get()
  @Access(OWN)
  async open(@CurrentCtx() ctx: Ctx, @Param('person', idParam) person: string, @Res() res: Response): Promise<void> {
    const picture = await this.handwriting.open(ctx, person);
    res.setHeader('Content-Type', picture.mediaType);
    res.setHeader('Content-Length', picture.bytes);
    res.setHeader('ETag', `"${picture.sha256}"`);
    res.setHeader('X-Content-Type-Options', 'nosniff');
    await pipeline(picture.stream, res);
  }

  @Delete()
  @HttpCode(204)
  @Access(OWN)
  end(@CurrentCtx() ctx: Ctx, @Param('person', idParam) person: string): Promise<void> {
    return this.handwriting.end(ctx, person);
  }
}
