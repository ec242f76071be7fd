import { Body, Controller, Get, Head, Headers, HttpCode, Param, Patch, Post, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { Ctx } from '../platform/context';
import { commonErrors, DomainError } from '../platform/errors';
import { Access, type CicRequest, CurrentCtx, idParam } from '../platform/http';
import { Admission } from './admission';
import { type PartOffset, UploadParts } from './upload-parts';
import { emptySchema, type Manifest, manifestSchema, uidParam } from './uploads.dto';
import { type Completion, type Opened, UploadsService } from './uploads.service';

const PIECE_TYPE = 'application/offset+octet-stream';

/** The manifest door: announce, send what is missing in resumable pieces, complete. */
@Controller('api/uploads')
export class UploadsController {
  constructor(
    private readonly uploads: UploadsService,
    private readonly parts: UploadParts,
    private readonly admission: Admission,
  ) {}

  @Post()
  @Access({ permission: 'image.upload', scope: 'clinic' })
  open(@CurrentCtx() ctx: Ctx, @Body({ schema: manifestSchema }) manifest: Manifest): Promise<Opened> {
    return this.uploads.open(ctx, manifest);
  }

  @Get(':upload')
  @Access({ permission: 'image.upload', scope: 'clinic' })
  status(@CurrentCtx() ctx: Ctx, @Param('upload', idParam) upload: string): Promise<object> {
    return this.uploads.status(ctx, upload);
  }

  @Head(':upload/instances/:sop')
  @Access({ permission: 'image.upload', scope: 'clinic' })
  async offset(
    @CurrentCtx() ctx: Ctx,
    @Param('upload', idParam) upload: string,
    @Param('sop', uidParam) sop: string,
    @Res() res: Response,
  ): Promise<void> {
    tell(res, await this.parts.offset(ctx, upload, sop))
      .status(200)
      .end();
  }

  @Patch(':upload/instances/:sop')
  @Access({ permission: 'image.upload', scope: 'clinic' })
  async append(
    @CurrentCtx() ctx: Ctx,
    @Param('upload', idParam) upload: string,
    @Param('sop', uidParam) sop: string,
    @Headers('upload-offset') offset: string | undefined,
    @Req() req: CicRequest,
    @Res() res: Response,
  ): Promise<void> {
    const piece = { ...pieceOf(req, offset), body: req };
    tell(res, await this.admission.stream(ctx, () => this.parts.append(ctx, upload, sop, piece)))
      .status(204)
      .end();
  }

  @Post(':upload/complete')
  @HttpCode(200)
  @Access({ permission: 'image.upload', scope: 'clinic' })
  complete(
    @CurrentCtx() ctx: Ctx,
    @Param('upload', idParam) upload: string,
    @Body({ schema: emptySchema }) _body: unknown,
  ): Promise<Completion> {
    return this.uploads.complete(ctx, upload);
  }
}

/** @throws DomainError 415 for another media type, 400 for an offset that is no number */
function pieceOf(req: CicRequest, offset: string | undefined): { offset: number; contentLength: number | undefined } {
  if (req.headers['content-type']?.split(';')[0]?.trim().toLowerCase() !== PIECE_TYPE)
    throw new DomainError(commonErrors.unsupported_media, { field: 'Content-Type', expected: PIECE_TYPE });
  if (offset === undefined || !/^\d{1,15}$/.test(offset))
    throw new DomainError(commonErrors.invalid_input, { field: 'Upload-Offset', problem: '须为字节数' });
  const length = req.headers['content-length'];
  return { offset: Number(offset), contentLength: length === undefined ? undefined : Number(length) };
}

function tell(res: Response, { offset, length }: PartOffset): Response {
  return res.setHeader('Upload-Offset', String(offset)).setHeader('Upload-Length', String(length));
}
