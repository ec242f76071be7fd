import { Body, Controller, Get, HttpCode, Param, Patch, Post, Put } from '@nestjs/common';
import type { Ctx } from '../platform/context';
import { Access, CurrentCtx, idParam } from '../platform/http';
import {
  type Agreement,
  agreementSchema,
  type ChangeClinic,
  changeClinicSchema,
  type ChangeHospital,
  changeHospitalSchema,
  type CreateClinic,
  createClinicSchema,
  type CreateHospital,
  createHospitalSchema,
} from './tenancy.dto';
import { TenancyQueries } from './tenancy.queries';
import { TenancyService } from './tenancy.service';

@Controller('api')
export class TenancyController {
  constructor(
    private readonly service: TenancyService,
    private readonly queries: TenancyQueries,
  ) {}

  @Get('counties')
  @Access({ permission: 'county.read', scope: 'county' })
  counties(@CurrentCtx() ctx: Ctx): Promise<object> {
    return this.queries.counties(ctx);
  }

  @Get('hospitals')
  @Access({ permission: 'site.read', scope: 'clinic' })
  hospitals(@CurrentCtx() ctx: Ctx): Promise<object> {
    return this.queries.hospitals(ctx);
  }

  @Post('hospitals')
  @Access({ permission: 'site.manage', scope: 'county' })
  createHospital(
    @CurrentCtx() ctx: Ctx,
    @Body({ schema: createHospitalSchema }) input: CreateHospital,
  ): Promise<object> {
    return this.service.createHospital(ctx, input);
  }

  @Patch('hospitals/:hospital')
  @HttpCode(204)
  @Access({ permission: 'site.manage', scope: 'county' })
  changeHospital(
    @CurrentCtx() ctx: Ctx,
    @Param('hospital', idParam) id: string,
    @Body({ schema: changeHospitalSchema }) input: ChangeHospital,
  ): Promise<void> {
    return this.service.changeHospital(ctx, id, input);
  }

  @Get('clinics')
  @Access({ permission: 'site.read', scope: 'clinic' })
  clinics(@CurrentCtx() ctx: Ctx): Promise<object> {
    return this.queries.clinics(ctx);
  }

  @Post('clinics')
  @Access({ permission: 'site.manage', scope: 'county' })
  createClinic(@CurrentCtx() ctx: Ctx, @Body({ schema: createClinicSchema }) input: CreateClinic): Promise<object> {
    return this.service.createClinic(ctx, input);
  }

  @Patch('clinics/:clinic')
  @HttpCode(204)
  @Access({ permission: 'site.manage', scope: 'county' })
  changeClinic(
    @CurrentCtx() ctx: Ctx,
    @Param('clinic', idParam) id: string,
    @Body({ schema: changeClinicSchema }) input: ChangeClinic,
  ): Promise<void> {
    return this.service.changeClinic(ctx, id, input);
  }

  @Put('clinics/:clinic/modes')
  @HttpCode(204)
  @Access({ permission: 'site.manage', scope: 'county' })
  agree(
    @CurrentCtx() ctx: Ctx,
    @Param('clinic', idParam) id: string,
    @Body({ schema: agreementSchema }) input: Agreement,
  ): Promise<void> {
    return this.service.agree(ctx, id, input);
  }
}
