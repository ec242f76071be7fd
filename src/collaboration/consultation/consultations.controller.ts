import { pipeline } from 'node:stream/promises';
import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { Ctx } from '../../platform/context';
import { Access, CurrentCtx, idParam } from '../../platform/http';
import {
  type BoxInput,
  boxSchema,
  type CloseInput,
  type ConfirmationInput,
  confirmationSchema,
  closeSchema,
  type ConsultInput,
  consultSchema,
  type InstitutionInput,
  institutionSchema,
  nothingSchema,
  type OpinionInput,
  opinionSchema,
  type PageInput,
  pageSchema,
  type ReasonInput,
  reasonSchema,
} from '../collaboration.dto';
import { ConsultationAnswers } from './consultation-answers.service';
import { ConsultationRequests } from './consultation-requests.service';
import { ConsultImages } from './consult-images';
import { ConsultationsQueries } from './consultations.queries';
import { Institutions } from './institutions';

const ASK = { permission: 'consult.ask', scope: 'county' } as const;
const ANSWER = { permission: 'consult.answer', scope: 'county' } as const;
const READ = { permission: 'consult.read', scope: 'county' } as const;

/** 会诊: asked from the reading list, answered from the asked hospital's box. */
@Controller('api')
export class ConsultationsController {
  constructor(
    private readonly requests: ConsultationRequests,
    private readonly answers: ConsultationAnswers,
    private readonly queries: ConsultationsQueries,
    private readonly consultImages: ConsultImages,
    private readonly institutions: Institutions,
  ) {}

  @Get('consult-institutions')
  @Access({ permission: 'institution.read', scope: 'county' })
  institutionList(@CurrentCtx() ctx: Ctx): Promise<object> {
    return this.institutions.list(ctx);
  }

  @Post('consult-institutions')
  @Access({ permission: 'site.manage', scope: 'county' })
  register(@CurrentCtx() ctx: Ctx, @Body({ schema: institutionSchema }) input: InstitutionInput): Promise<object> {
    return this.institutions.register(ctx, input);
  }

  @Post('worklist/:exam/consult')
  @Access(ASK)
  ask(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) examId: string,
    @Body({ schema: consultSchema }) input: ConsultInput,
  ): Promise<object> {
    return this.requests.ask(ctx, examId, input);
  }

  @Get('consultations')
  @Access(READ)
  box(@CurrentCtx() ctx: Ctx, @Query({ schema: boxSchema }) input: BoxInput): Promise<object> {
    return this.queries.box(ctx, input);
  }

  @Get('consultations/:consultation')
  @Access(READ)
  one(@CurrentCtx() ctx: Ctx, @Param('consultation', idParam) id: string): Promise<object> {
    return this.queries.one(ctx, id);
  }

  @Get('consultations/:consultation/images')
  @Access(READ)
  images(
    @CurrentCtx() ctx: Ctx,
    @Param('consultation', idParam) id: string,
    @Query({ schema: pageSchema }) input: PageInput,
  ): Promise<object> {
    return this.consultImages.list(ctx, id, input);
  }

  @Get('consultations/:consultation/images/:image')
  @Access(ANSWER)
  async image(
    @CurrentCtx() ctx: Ctx,
    @Param('consultation', idParam) id: string,
    @Param('image', idParam) imageId: string,
    @Res() res: Response,
  ): Promise<void> {
    const { stream, bytes } = await this.consultImages.open(ctx, id, imageId);
    res.setHeader('Content-Type', 'application/dicom');
    res.setHeader('Content-Length', bytes);
    await pipeline(stream, res);
  }

  @Post('consultations/:consultation/accept')
  @HttpCode(200)
  @Access(ANSWER)
  accept(
    @CurrentCtx() ctx: Ctx,
    @Param('consultation', idParam) id: string,
    @Body({ schema: nothingSchema }) _: unknown,
  ): Promise<object> {
    return this.answers.accept(ctx, id);
  }

  @Post('consultations/:consultation/decline')
  @HttpCode(200)
  @Access(ANSWER)
  decline(
    @CurrentCtx() ctx: Ctx,
    @Param('consultation', idParam) id: string,
    @Body({ schema: reasonSchema }) input: ReasonInput,
  ): Promise<object> {
    return this.answers.decline(ctx, id, input);
  }

  @Post('consultations/:consultation/answer')
  @HttpCode(200)
  @Access(ANSWER)
  answer(
    @CurrentCtx() ctx: Ctx,
    @Param('consultation', idParam) id: string,
    @Body({ schema: opinionSchema }) input: OpinionInput,
  ): Promise<object> {
    return this.answers.answer(ctx, id, input);
  }

  @Post('consultations/:consultation/revise')
  @HttpCode(200)
  @Access(ANSWER)
  revise(
    @CurrentCtx() ctx: Ctx,
    @Param('consultation', idParam) id: string,
    @Body({ schema: opinionSchema }) input: OpinionInput,
  ): Promise<object> {
    return this.answers.revise(ctx, id, input);
  }

  @Post('consultations/:consultation/co-sign')
  @HttpCode(200)
  @Access(ANSWER)
  coSign(
    @CurrentCtx() ctx: Ctx,
    @Param('consultation', idParam) id: string,
    @Body({ schema: confirmationSchema }) input: ConfirmationInput,
  ): Promise<object> {
    return this.answers.coSign(ctx, id, input);
  }

  @Post('consultations/:consultation/withdraw')
  @HttpCode(200)
  @Access(ANSWER)
  withdraw(
    @CurrentCtx() ctx: Ctx,
    @Param('consultation', idParam) id: string,
    @Body({ schema: reasonSchema }) input: ReasonInput,
  ): Promise<object> {
    return this.answers.withdraw(ctx, id, input);
  }

  @Post('consultations/:consultation/cancel')
  @HttpCode(200)
  @Access(ASK)
  cancel(
    @CurrentCtx() ctx: Ctx,
    @Param('consultation', idParam) id: string,
    @Body({ schema: reasonSchema }) input: ReasonInput,
  ): Promise<object> {
    return this.requests.cancel(ctx, id, input);
  }

  @Post('consultations/:consultation/close')
  @HttpCode(200)
  @Access(ASK)
  close(
    @CurrentCtx() ctx: Ctx,
    @Param('consultation', idParam) id: string,
    @Body({ schema: closeSchema }) input: CloseInput,
  ): Promise<object> {
    return this.requests.close(ctx, id, input);
  }
}
