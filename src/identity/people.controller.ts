import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import type { Ctx } from '../platform/context';
import { Access, CurrentCtx, idParam } from '../platform/http';
import { GatewayKeysService } from './gateway-keys.service';
import {
  type ChangePerson,
  changePersonSchema,
  type CreateKey,
  createKeySchema,
  type CreatePerson,
  createPersonSchema,
  type PeopleList,
  peopleListSchema,
} from './identity.dto';
import { IdentityQueries } from './identity.queries';
import { PeopleService } from './people.service';

@Controller('api')
export class PeopleController {
  constructor(
    private readonly people: PeopleService,
    private readonly keys: GatewayKeysService,
    private readonly queries: IdentityQueries,
  ) {}

  @Get('people')
  @Access({ permission: 'people.manage', scope: 'county' })
  list(@CurrentCtx() ctx: Ctx, @Query({ schema: peopleListSchema }) input: PeopleList): Promise<object> {
    return this.queries.people(ctx, input);
  }

  @Post('people')
  @Access({ permission: 'people.manage', scope: 'county' })
  create(@CurrentCtx() ctx: Ctx, @Body({ schema: createPersonSchema }) input: CreatePerson): Promise<object> {
    return this.people.create(ctx, input);
  }

  @Patch('people/:person')
  @HttpCode(204)
  @Access({ permission: 'people.manage', scope: 'county' })
  change(
    @CurrentCtx() ctx: Ctx,
    @Param('person', idParam) person: string,
    @Body({ schema: changePersonSchema }) input: ChangePerson,
  ): Promise<void> {
    return this.people.change(ctx, person, input);
  }

  @Get('gateway-keys')
  @Access({ permission: 'key.manage', scope: 'county' })
  listKeys(@CurrentCtx() ctx: Ctx): Promise<object> {
    return this.queries.gatewayKeys(ctx);
  }

  @Post('gateway-keys')
  @Access({ permission: 'key.manage', scope: 'county' })
  createKey(@CurrentCtx() ctx: Ctx, @Body({ schema: createKeySchema }) input: CreateKey): Promise<object> {
    return this.keys.create(ctx, input);
  }

  @Post('gateway-keys/:key/revoke')
  @HttpCode(204)
  @Access({ permission: 'key.manage', scope: 'county' })
  revokeKey(@CurrentCtx() ctx: Ctx, @Param('key', idParam) key: string): Promise<void> {
    return this.keys.revoke(ctx, key);
  }
}
