import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import type { Ctx } from '../../platform/context';
import { Access, CurrentCtx, idParam } from '../../platform/http';
import {
  type Exchange,
  exchangeSchema,
  type LinkStudy,
  linkSchema,
  type Merge,
  mergeSchema,
  type Rebind,
  rebindSchema,
  type Split,
  splitSchema,
  type Undo,
  undoSchema,
} from '../exams.dto';
import { ImageMoves, type Moved } from './image-moves';
import { UndoMoves } from './undo-moves';

/** Commands that move images between exams; each answers the id by which it can be undone. */
@Controller('api/exams')
export class ImageMovesController {
  constructor(
    private readonly moves: ImageMoves,
    private readonly undoMoves: UndoMoves,
  ) {}

  @Post(':exam/link')
  @HttpCode(200)
  @Access({ permission: 'exam.rebind', scope: 'clinic' })
  link(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Body({ schema: linkSchema }) input: LinkStudy,
  ): Promise<Moved> {
    return this.moves.link(ctx, exam, input);
  }

  @Post(':exam/rebind')
  @HttpCode(200)
  @Access({ permission: 'exam.rebind', scope: 'clinic' })
  rebind(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Body({ schema: rebindSchema }) input: Rebind,
  ): Promise<Moved> {
    return this.moves.rebind(ctx, exam, input);
  }

  @Post(':exam/merge')
  @HttpCode(200)
  @Access({ permission: 'exam.rebind', scope: 'clinic' })
  merge(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Body({ schema: mergeSchema }) input: Merge,
  ): Promise<Moved> {
    return this.moves.merge(ctx, exam, input);
  }

  @Post(':exam/split')
  @HttpCode(200)
  @Access({ permission: 'exam.rebind', scope: 'clinic' })
  split(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Body({ schema: splitSchema }) input: Split,
  ): Promise<Moved> {
    return this.moves.split(ctx, exam, input);
  }

  @Post(':exam/exchange')
  @HttpCode(200)
  @Access({ permission: 'exam.rebind', scope: 'clinic' })
  exchange(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Body({ schema: exchangeSchema }) input: Exchange,
  ): Promise<Moved> {
    return this.moves.exchange(ctx, exam, input);
  }

  @Post(':exam/undo')
  @HttpCode(204)
  @Access({ permission: 'exam.rebind', scope: 'clinic' })
  undo(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Body({ schema: undoSchema }) input: Undo,
  ): Promise<void> {
    return this.undoMoves.undo(ctx, exam, input);
  }
}
