import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { Ctx } from '../../platform/context';
import { Access, CurrentCtx, idParam } from '../../platform/http';
import { Deliveries } from './deliveries';
import { type DeliveryList, deliveryListSchema, type Redrive, redriveSchema } from '../delivery.dto';
import { type Redriven, RedriveService } from './redrive.service';

@Controller('api/deliveries')
export class DeliveriesController {
  constructor(
    private readonly deliveries: Deliveries,
    private readonly redrives: RedriveService,
  ) {}

  @Get()
  @Access({ permission: 'delivery.read', scope: 'county' })
  list(@CurrentCtx() ctx: Ctx, @Query({ schema: deliveryListSchema }) input: DeliveryList): Promise<object> {
    return this.deliveries.list(ctx, input);
  }

  @Get(':delivery')
  @Access({ permission: 'delivery.read', scope: 'county' })
  one(@CurrentCtx() ctx: Ctx, @Param('delivery', idParam) delivery: string): Promise<object> {
    return this.deliveries.one(ctx, delivery);
  }

  @Post('redrive')
  @HttpCode(200)
  @Access({ permission: 'delivery.redrive', scope: 'county' })
  redrive(@CurrentCtx() ctx: Ctx, @Body({ schema: redriveSchema }) input: Redrive): Promise<Redriven> {
    return this.redrives.redrive(ctx, input);
  }
}
