import { Body, Controller, Get, HttpCode, Param, Patch, Post, Put, Query } from '@nestjs/common';
import type { Ctx } from '../../platform/context';
import { Access, CurrentCtx, idParam } from '../../platform/http';
import { ChannelsQueries } from './channels.queries';
import { ChannelsService } from './channels.service';
import {
  type AllowList,
  allowListSchema,
  type ChangeChannel,
  changeChannelSchema,
  type ChannelList,
  channelListSchema,
  type CreateChannel,
  createChannelSchema,
  type DisableChannel,
  disableChannelSchema,
  nothingSchema,
  type RotateSecret,
  rotateSecretSchema,
} from '../delivery.dto';

@Controller('api/channels')
export class ChannelsController {
  constructor(
    private readonly service: ChannelsService,
    private readonly queries: ChannelsQueries,
  ) {}

  @Get()
  @Access({ permission: 'delivery.read', scope: 'county' })
  list(@CurrentCtx() ctx: Ctx, @Query({ schema: channelListSchema }) input: ChannelList): Promise<object> {
    return this.queries.list(ctx, input);
  }

  @Post()
  @Access({ permission: 'channel.manage', scope: 'county' })
  create(@CurrentCtx() ctx: Ctx, @Body({ schema: createChannelSchema }) input: CreateChannel): Promise<object> {
    return this.service.create(ctx, input);
  }

  @Patch(':channel')
  @HttpCode(204)
  @Access({ permission: 'channel.manage', scope: 'county' })
  change(
    @CurrentCtx() ctx: Ctx,
    @Param('channel', idParam) id: string,
    @Body({ schema: changeChannelSchema }) input: ChangeChannel,
  ): Promise<void> {
    return this.service.change(ctx, id, input);
  }

  @Post(':channel/disable')
  @HttpCode(204)
  @Access({ permission: 'channel.manage', scope: 'county' })
  disable(
    @CurrentCtx() ctx: Ctx,
    @Param('channel', idParam) id: string,
    @Body({ schema: disableChannelSchema }) input: DisableChannel,
  ): Promise<void> {
    return this.service.disable(ctx, id, input);
  }

  @Post(':channel/enable')
  @HttpCode(204)
  @Access({ permission: 'channel.manage', scope: 'county' })
  enable(
    @CurrentCtx() ctx: Ctx,
    @Param('channel', idParam) id: string,
    @Body({ schema: nothingSchema }) _: unknown,
  ): Promise<void> {
    return this.service.enable(ctx, id);
  }

  @Post(':channel/rotate-secret')
  @HttpCode(200)
  @Access({ permission: 'channel.manage', scope: 'county' })
  rotateSecret(
    @CurrentCtx() ctx: Ctx,
    @Param('channel', idParam) id: string,
    @Body({ schema: rotateSecretSchema }) input: RotateSecret,
  ): Promise<object> {
    return this.service.rotateSecret(ctx, id, input);
  }

  @Get('allow-list/:clinic')
  @Access({ permission: 'endpoint.read', scope: 'county' })
  allowList(@CurrentCtx() ctx: Ctx, @Param('clinic', idParam) clinic: string): Promise<object> {
    return this.queries.allowList(ctx, clinic);
  }

  @Put('allow-list/:clinic')
  @HttpCode(204)
  @Access({ permission: 'endpoint.allow', scope: 'county' })
  allow(
    @CurrentCtx() ctx: Ctx,
    @Param('clinic', idParam) clinic: string,
    @Body({ schema: allowListSchema }) input: AllowList,
  ): Promise<void> {
    return this.service.allow(ctx, clinic, input);
  }
}
