import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { Ctx } from '../../platform/context';
import { Access, CurrentCtx, idParam } from '../../platform/http';
import {
  type AnswerInput,
  answerSchema,
  type ArrangementInput,
  arrangementSchema,
  type BoxInput,
  boxSchema,
  nothingSchema,
  type ReasonInput,
  reasonSchema,
  type ReferralInput,
  referralSchema,
} from '../collaboration.dto';
import { ReferralsQueries } from './referrals.queries';
import { ReferralsService } from './referrals.service';

const READ = { permission: 'referral.read', scope: 'clinic' } as const;
const REQUEST = { permission: 'referral.request', scope: 'clinic' } as const;
const HANDLE = { permission: 'referral.handle', scope: 'county' } as const;

/** 转诊: asked for on a signed exam, handled from the hospital's box. */
@Controller('api')
export class ReferralsController {
  constructor(
    private readonly referrals: ReferralsService,
    private readonly queries: ReferralsQueries,
  ) {}

  @Post('exams/:exam/referrals')
  @Access(REQUEST)
  request(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) examId: string,
    @Body({ schema: referralSchema }) input: ReferralInput,
  ): Promise<object> {
    return this.referrals.request(ctx, examId, input);
  }

  @Get('referrals')
  @Access(READ)
  box(@CurrentCtx() ctx: Ctx, @Query({ schema: boxSchema }) input: BoxInput): Promise<object> {
    return this.queries.box(ctx, input);
  }

  @Get('referrals/:referral')
  @Access(READ)
  one(@CurrentCtx() ctx: Ctx, @Param('referral', idParam) id: string): Promise<object> {
    return this.queries.one(ctx, id);
  }

  @Post('referrals/:referral/accept')
  @HttpCode(200)
  @Access(HANDLE)
  accept(
    @CurrentCtx() ctx: Ctx,
    @Param('referral', idParam) id: string,
    @Body({ schema: arrangementSchema }) input: ArrangementInput,
  ): Promise<object> {
    return this.referrals.accept(ctx, id, input);
  }

  @Post('referrals/:referral/decline')
  @HttpCode(200)
  @Access(HANDLE)
  decline(
    @CurrentCtx() ctx: Ctx,
    @Param('referral', idParam) id: string,
    @Body({ schema: reasonSchema }) input: ReasonInput,
  ): Promise<object> {
    return this.referrals.decline(ctx, id, input);
  }

  @Post('referrals/:referral/arrive')
  @HttpCode(200)
  @Access(HANDLE)
  arrive(
    @CurrentCtx() ctx: Ctx,
    @Param('referral', idParam) id: string,
    @Body({ schema: nothingSchema }) _: unknown,
  ): Promise<object> {
    return this.referrals.arrive(ctx, id);
  }

  @Post('referrals/:referral/answer')
  @HttpCode(200)
  @Access(HANDLE)
  answer(
    @CurrentCtx() ctx: Ctx,
    @Param('referral', idParam) id: string,
    @Body({ schema: answerSchema }) input: AnswerInput,
  ): Promise<object> {
    return this.referrals.answer(ctx, id, input);
  }

  @Post('referrals/:referral/cancel')
  @HttpCode(200)
  @Access(REQUEST)
  cancel(
    @CurrentCtx() ctx: Ctx,
    @Param('referral', idParam) id: string,
    @Body({ schema: reasonSchema }) input: ReasonInput,
  ): Promise<object> {
    return this.referrals.cancel(ctx, id, input);
  }

  @Post('referrals/:referral/close')
  @HttpCode(200)
  @Access(READ)
  close(
    @CurrentCtx() ctx: Ctx,
    @Param('referral', idParam) id: string,
    @Body({ schema: nothingSchema }) _: unknown,
  ): Promise<object> {
    return this.referrals.close(ctx, id);
  }
}
