import { Controller, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import { Config } from '../platform/config';
import type { Ctx } from '../platform/context';
import { Access, type CicRequest, CurrentCtx, uuid } from '../platform/http';
import { acceptsDicomJson } from './accept.rules';
import { stowAnswer, stowStatus } from './stow-answer.rules';
import { StowService } from './stow.service';
import { uidParam } from './uploads.dto';

const stowQuery = z.strictObject({ clinic: uuid.optional() });
type StowQuery = z.infer<typeof stowQuery>;

/** The STOW-RS door (PS3.18 §10.5): `multipart/related; type="application/dicom"`, streamed. */
@Controller('dicomweb')
export class StowController {
  constructor(
    private readonly stow: StowService,
    private readonly config: Config,
  ) {}

  @Post('studies')
  @Access({ permission: 'image.upload', scope: 'clinic' })
  store(
    @CurrentCtx() ctx: Ctx,
    @Req() req: CicRequest,
    @Res() res: Response,
    @Query({ schema: stowQuery }) query: StowQuery,
  ): Promise<void> {
    return this.answer(ctx, req, res, query);
  }

  @Post('studies/:study')
  @Access({ permission: 'image.upload', scope: 'clinic' })
  storeInStudy(
    @CurrentCtx() ctx: Ctx,
    @Req() req: CicRequest,
    @Res() res: Response,
    @Query({ schema: stowQuery }) query: StowQuery,
    @Param('study', uidParam) studyUid: string,
  ): Promise<void> {
    return this.answer(ctx, req, res, query, studyUid);
  }

  private async answer(ctx: Ctx, req: CicRequest, res: Response, query: StowQuery, studyUid?: string): Promise<void> {
    if (!acceptsDicomJson(req.headers.accept)) {
      // Said in the contract's form: an Accept that excludes JSON has no form of its own that we could answer in.
      res.status(406).json({
        code: 'not_acceptable',
        message: '只能以 application/dicom+json 应答',
        params: { field: 'Accept' },
        requestId: req.requestId,
      });
      return;
    }
    const result = await this.stow.receive(ctx, {
      contentType: req.headers['content-type'] ?? '',
      contentLength: req.headers['content-length'] === undefined ? undefined : Number(req.headers['content-length']),
      body: req,
      studyUid,
      clinic: query.clinic,
    });
    res.status(stowStatus(result)).setHeader('Content-Type', 'application/dicom+json');
    res.end(JSON.stringify(stowAnswer(result, this.base(req))));
  }

  /** Where the instances can be fetched: the configured public address, else the one that was called. */
  private base(req: CicRequest): string {
    const origin = this.config.env.PUBLIC_URL ?? `${req.protocol}://${req.get('host') ?? 'localhost'}`;
    return `${origin.replace(/\/$/, '')}/dicomweb`;
  }
}
