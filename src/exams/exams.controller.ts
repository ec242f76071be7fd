import { Body, Controller, HttpCode, Param, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { Ctx } from '../platform/context';
import { Access, CurrentCtx, idParam } from '../platform/http';
import { ExamCommands } from './commands/exam-commands.service';
import { ExamDoor } from './exam-door';
import type { ExamView } from './exam.view';
import { ExamFlags } from './commands/exam-flags';
import {
  type ChangeMode,
  type ChangePriority,
  modeSchema,
  prioritySchema,
  type Reason,
  reasonSchema,
  type RegisterExam,
  registerExamSchema,
  type Resolve,
  resolveSchema,
  type Resubmit,
  resubmitSchema,
  type Supplement,
  supplementSchema,
  type Urge,
  urgeSchema,
  type VoidExam,
  voidSchema,
} from './exams.dto';
import { ExamsQueries } from './exams.queries';
import { IdentityHold } from './commands/identity-hold.service';
import { Voiding } from './commands/voiding';

/**
 * The JSON door and the commands that do not move images; exams are read in src/overview. Commands answer the exam as
 * it is afterwards.
 */
@Controller('api/exams')
export class ExamsController {
  constructor(
    private readonly door: ExamDoor,
    private readonly commands: ExamCommands,
    private readonly identityHold: IdentityHold,
    private readonly voiding: Voiding,
    private readonly flags: ExamFlags,
    private readonly queries: ExamsQueries,
  ) {}

  /** 201 for a new exam, 200 for one that was known. */
  @Post()
  @Access({ permission: 'exam.create', scope: 'clinic' })
  async register(
    @CurrentCtx() ctx: Ctx,
    @Body({ schema: registerExamSchema }) input: RegisterExam,
    @Res({ passthrough: true }) res: Response,
  ): Promise<ExamView> {
    const { created, exam } = await this.door.register(ctx, input);
    res.status(created ? 201 : 200);
    return exam;
  }

  @Post(':exam/withdraw')
  @HttpCode(200)
  @Access({ permission: 'exam.manage', scope: 'clinic' })
  async withdraw(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Body({ schema: reasonSchema }) input: Reason,
  ): Promise<ExamView> {
    await this.commands.withdraw(ctx, exam, input);
    return this.queries.view(ctx, exam);
  }

  @Post(':exam/resubmit')
  @HttpCode(200)
  @Access({ permission: 'exam.manage', scope: 'clinic' })
  async resubmit(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Body({ schema: resubmitSchema }) input: Resubmit,
  ): Promise<ExamView> {
    await this.commands.resubmit(ctx, exam, input);
    return this.queries.view(ctx, exam);
  }

  @Post(':exam/supplement')
  @HttpCode(200)
  @Access({ permission: 'exam.manage', scope: 'clinic' })
  async supplement(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Body({ schema: supplementSchema }) input: Supplement,
  ): Promise<ExamView> {
    await this.commands.supplement(ctx, exam, input);
    return this.queries.view(ctx, exam);
  }

  @Post(':exam/urge')
  @HttpCode(200)
  @Access({ permission: 'exam.urge', scope: 'clinic' })
  async urge(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Body({ schema: urgeSchema }) input: Urge,
  ): Promise<ExamView> {
    await this.commands.urge(ctx, exam, input);
    return this.queries.view(ctx, exam);
  }

  @Post(':exam/priority')
  @HttpCode(200)
  @Access({ permission: 'exam.priority', scope: 'county' })
  async priority(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Body({ schema: prioritySchema }) input: ChangePriority,
  ): Promise<ExamView> {
    await this.commands.changePriority(ctx, exam, input);
    return this.queries.view(ctx, exam);
  }

  @Post(':exam/mode')
  @HttpCode(200)
  @Access({ permission: 'exam.mode', scope: 'clinic' })
  async mode(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Body({ schema: modeSchema }) input: ChangeMode,
  ): Promise<ExamView> {
    await this.commands.changeMode(ctx, exam, input);
    return this.queries.view(ctx, exam);
  }

  @Post(':exam/hold')
  @HttpCode(200)
  @Access({ permission: 'exam.hold', scope: 'clinic' })
  async hold(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Body({ schema: reasonSchema }) input: Reason,
  ): Promise<ExamView> {
    await this.identityHold.hold(ctx, exam, input);
    return this.queries.view(ctx, exam);
  }

  @Post(':exam/release')
  @HttpCode(200)
  @Access({ permission: 'exam.hold', scope: 'clinic' })
  async release(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Body({ schema: reasonSchema }) input: Reason,
  ): Promise<ExamView> {
    await this.identityHold.release(ctx, exam, input);
    return this.queries.view(ctx, exam);
  }

  @Post(':exam/void')
  @HttpCode(200)
  @Access({ permission: 'exam.void', scope: 'county' })
  async void(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Body({ schema: voidSchema }) input: VoidExam,
  ): Promise<ExamView> {
    await this.voiding.void(ctx, exam, input);
    return this.queries.view(ctx, exam);
  }

  @Post(':exam/flags/:flag/resolve')
  @HttpCode(204)
  @Access({ permission: 'exam.hold', scope: 'clinic' })
  resolve(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Param('flag', idParam) flag: string,
    @Body({ schema: resolveSchema }) input: Resolve,
  ): Promise<void> {
    return this.flags.resolve(ctx, exam, flag, input);
  }
}
