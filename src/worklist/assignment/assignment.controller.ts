import { Body, Controller, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import type { Ctx } from '../../platform/context';
import { Access, CurrentCtx, idParam } from '../../platform/http';
import { AssignmentLog } from './assignment-log';
import {
  type AssignInput,
  assignmentPolicySchema,
  type AssignmentPolicyInput,
  assignSchema,
  type SlaInput,
  slaSchema,
} from './assignment.dto';
import { AssignmentService } from './assignment.service';
import { PolicyService } from './policy.service';

@Controller('api')
export class AssignmentController {
  constructor(
    private readonly assignments: AssignmentService,
    private readonly policy: PolicyService,
    private readonly log: AssignmentLog,
  ) {}

  @Post('worklist/:exam/assign')
  @HttpCode(200)
  @Access({ permission: 'worklist.manage', scope: 'county' })
  assign(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) examId: string,
    @Body({ schema: assignSchema }) input: AssignInput,
  ): Promise<object> {
    return this.assignments.assign(ctx, examId, input);
  }

  /** Who was to read the exam, since when and why; newest first. */
  @Get('worklist/:exam/assignments')
  @Access({ permission: 'worklist.read', scope: 'county' })
  history(@CurrentCtx() ctx: Ctx, @Param('exam', idParam) examId: string): Promise<object> {
    return this.log.ofExam(ctx, examId);
  }

  @Get('sla')
  @Access({ permission: 'worklist.read', scope: 'county' })
  sla(@CurrentCtx() ctx: Ctx): Promise<object> {
    return this.policy.sla(ctx);
  }

  @Put('sla')
  @Access({ permission: 'sla.manage', scope: 'county' })
  changeSla(@CurrentCtx() ctx: Ctx, @Body({ schema: slaSchema }) input: SlaInput): Promise<object> {
    return this.policy.changeSla(ctx, input);
  }

  @Get('assignment')
  @Access({ permission: 'worklist.read', scope: 'county' })
  assignment(@CurrentCtx() ctx: Ctx): Promise<object> {
    return this.policy.assignment(ctx);
  }

  @Put('assignment')
  @Access({ permission: 'sla.manage', scope: 'county' })
  changeAssignment(
    @CurrentCtx() ctx: Ctx,
    @Body({ schema: assignmentPolicySchema }) input: AssignmentPolicyInput,
  ): Promise<object> {
    return this.policy.changeAssignment(ctx, input);
  }
}
