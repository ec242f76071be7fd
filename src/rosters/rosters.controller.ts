import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import type { Ctx } from '../platform/context';
import { Access, CurrentCtx, idParam } from '../platform/http';
import {
  type LeaveInput,
  type LeaveList,
  leaveListSchema,
  leaveSchema,
  type OnDutyInput,
  onDutySchema,
  type PeopleList,
  peopleListSchema,
  type ShiftInput,
  type ShiftList,
  shiftListSchema,
  shiftSchema,
  type SpecialtiesInput,
  specialtiesSchema,
} from './rosters.dto';
import { RostersQueries } from './rosters.queries';
import { RostersService } from './rosters.service';

@Controller('api/rosters')
export class RostersController {
  constructor(
    private readonly service: RostersService,
    private readonly queries: RostersQueries,
  ) {}

  @Get()
  @Access({ permission: 'roster.manage', scope: 'county' })
  list(@CurrentCtx() ctx: Ctx, @Query({ schema: shiftListSchema }) input: ShiftList): Promise<object> {
    return this.queries.list(ctx, input);
  }

  /** Who is on duty now: every reader may know. */
  @Get('on-duty')
  @Access({ permission: 'worklist.read', scope: 'county' })
  onDuty(@CurrentCtx() ctx: Ctx, @Query({ schema: onDutySchema }) input: OnDutyInput): Promise<object> {
    return this.queries.onDuty(ctx, input);
  }

  @Post()
  @Access({ permission: 'roster.manage', scope: 'county' })
  add(@CurrentCtx() ctx: Ctx, @Body({ schema: shiftSchema }) input: ShiftInput): Promise<object> {
    return this.service.add(ctx, input);
  }

  @Get('leave')
  @Access({ permission: 'roster.manage', scope: 'county' })
  leave(@CurrentCtx() ctx: Ctx, @Query({ schema: leaveListSchema }) input: LeaveList): Promise<object> {
    return this.queries.leave(ctx, input);
  }

  @Post('leave')
  @Access({ permission: 'roster.manage', scope: 'county' })
  addLeave(@CurrentCtx() ctx: Ctx, @Body({ schema: leaveSchema }) input: LeaveInput): Promise<object> {
    return this.service.addLeave(ctx, input);
  }

  @Delete('leave/:leave')
  @HttpCode(204)
  @Access({ permission: 'roster.manage', scope: 'county' })
  removeLeave(@CurrentCtx() ctx: Ctx, @Param('leave', idParam) id: string): Promise<void> {
    return this.service.removeLeave(ctx, id);
  }

  @Get('people')
  @Access({ permission: 'roster.manage', scope: 'county' })
  people(@CurrentCtx() ctx: Ctx, @Query({ schema: peopleListSchema }) input: PeopleList): Promise<object> {
    return this.queries.people(ctx, input);
  }

  @Put('people/:person/specialties')
  @HttpCode(204)
  @Access({ permission: 'roster.manage', scope: 'county' })
  setSpecialties(
    @CurrentCtx() ctx: Ctx,
    @Param('person', idParam) id: string,
    @Body({ schema: specialtiesSchema }) input: SpecialtiesInput,
  ): Promise<void> {
    return this.service.setSpecialties(ctx, id, input);
  }

  @Put(':shift')
  @HttpCode(204)
  @Access({ permission: 'roster.manage', scope: 'county' })
  change(
    @CurrentCtx() ctx: Ctx,
    @Param('shift', idParam) id: string,
    @Body({ schema: shiftSchema }) input: ShiftInput,
  ): Promise<void> {
    return this.service.change(ctx, id, input);
  }

  @Delete(':shift')
  @HttpCode(204)
  @Access({ permission: 'roster.manage', scope: 'county' })
  remove(@CurrentCtx() ctx: Ctx, @Param('shift', idParam) id: string): Promise<void> {
    return this.service.remove(ctx, id);
  }
}
