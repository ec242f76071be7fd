import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { Ctx } from '../../platform/context';
import { Access, CurrentCtx, idParam } from '../../platform/http';
import {
  type ClosePatientNotice,
  closePatientNoticeSchema,
  type ListInput,
  listSchema,
  nothingSchema,
} from '../critical.dto';
import { PatientNoticesQueries } from './patient-notices.queries';
import { PatientNoticesService } from './patient-notices.service';

@Controller('api')
export class PatientNoticesController {
  constructor(
    private readonly service: PatientNoticesService,
    private readonly queries: PatientNoticesQueries,
  ) {}

  @Get('patient-notices')
  @Access({ permission: 'critical.read', scope: 'clinic' })
  list(@CurrentCtx() ctx: Ctx, @Query({ schema: listSchema }) input: ListInput): Promise<object> {
    return this.queries.list(ctx, input);
  }

  @Post('critical/:critical/patient-notice')
  @HttpCode(200)
  @Access({ permission: 'critical.handle', scope: 'clinic' })
  open(
    @CurrentCtx() ctx: Ctx,
    @Param('critical', idParam) id: string,
    @Body({ schema: nothingSchema }) _: unknown,
  ): Promise<object> {
    return this.service.openForCritical(ctx, id);
  }

  @Post('patient-notices/:patientNotice/close')
  @HttpCode(200)
  @Access({ permission: 'critical.handle', scope: 'clinic' })
  close(
    @CurrentCtx() ctx: Ctx,
    @Param('patientNotice', idParam) id: string,
    @Body({ schema: closePatientNoticeSchema }) input: ClosePatientNotice,
  ): Promise<object> {
    return this.service.close(ctx, id, input);
  }
}
