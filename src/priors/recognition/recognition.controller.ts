import { pipeline } from 'node:stream/promises';
import { Body, Controller, Get, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import type { Ctx } from '../../platform/context';
import { Access, CurrentCtx, idParam } from '../../platform/http';
import {
  type DecisionInput,
  decisionSchema,
  type ImagesList,
  imagesListSchema,
  type LookupInput,
  lookupSchema,
  type SettingInput,
  settingSchema,
} from '../priors.dto';
import { RecognitionImages } from './recognition-images';
import { Recognition } from './recognition.service';

const uidParam = { schema: z.string().regex(/^[0-9.]{1,64}$/, '不是有效的 UID') };

/** 检查结果互认 */
@Controller('api/recognition')
export class RecognitionController {
  constructor(
    private readonly recognition: Recognition,
    private readonly images: RecognitionImages,
  ) {}

  @Post('lookups')
  @Access({ permission: 'recognition.use', scope: 'clinic' })
  lookUp(@CurrentCtx() ctx: Ctx, @Body({ schema: lookupSchema }) input: LookupInput): Promise<object> {
    return this.recognition.lookUp(ctx, input);
  }

  @Post('lookups/:lookup/decision')
  @HttpCode(200)
  @Access({ permission: 'recognition.use', scope: 'clinic' })
  decide(
    @CurrentCtx() ctx: Ctx,
    @Param('lookup', idParam) lookup: string,
    @Body({ schema: decisionSchema }) input: DecisionInput,
  ): Promise<object> {
    return this.recognition.decide(ctx, lookup, input);
  }

  @Get('lookups/:lookup/exams/:exam/instances')
  @Access({ permission: 'recognition.use', scope: 'clinic' })
  instances(
    @CurrentCtx() ctx: Ctx,
    @Param('lookup', idParam) lookup: string,
    @Param('exam', idParam) exam: string,
    @Query({ schema: imagesListSchema }) input: ImagesList,
  ): Promise<object> {
    return this.images.list(ctx, lookup, exam, input);
  }

  @Get('lookups/:lookup/exams/:exam/instances/:instance')
  @Access({ permission: 'recognition.use', scope: 'clinic' })
  async instance(
    @CurrentCtx() ctx: Ctx,
    @Param('lookup', idParam) lookup: string,
    @Param('exam', idParam) exam: string,
    @Param('instance', uidParam) instance: string,
    @Res() res: Response,
  ): Promise<void> {
    const { bytes, length } = await this.images.open(ctx, lookup, exam, instance);
    res.setHeader('Content-Type', 'application/dicom');
    res.setHeader('Content-Length', length);
    await pipeline(bytes, res);
  }

  @Get('setting')
  @Access({ permission: 'county.read', scope: 'county' })
  setting(@CurrentCtx() ctx: Ctx): Promise<object> {
    return this.recognition.setting(ctx);
  }

  @Put('setting')
  @Access({ permission: 'report.policy', scope: 'county' })
  set(@CurrentCtx() ctx: Ctx, @Body({ schema: settingSchema }) input: SettingInput): Promise<object> {
    return this.recognition.set(ctx, input);
  }
}
