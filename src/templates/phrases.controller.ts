import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import type { Ctx } from '../platform/context';
import { Access, CurrentCtx, idParam } from '../platform/http';
import { PhrasesService } from './phrases.service';
import {
  type ChangePhrase,
  changePhraseSchema,
  type CreatePhrase,
  createPhraseSchema,
  type ListPhrases,
  listPhrasesSchema,
  type RemovePhrase,
  removePhraseSchema,
} from './templates.dto';
import { TemplatesQueries } from './templates.queries';

@Controller('api/phrases')
export class PhrasesController {
  constructor(
    private readonly service: PhrasesService,
    private readonly queries: TemplatesQueries,
  ) {}

  @Get()
  @Access({ permission: 'template.use', scope: 'county' })
  list(@CurrentCtx() ctx: Ctx, @Query({ schema: listPhrasesSchema }) input: ListPhrases): Promise<object> {
    return this.queries.phrases(ctx, input);
  }

  @Post()
  @Access({ permission: 'template.use', scope: 'county' })
  create(@CurrentCtx() ctx: Ctx, @Body({ schema: createPhraseSchema }) input: CreatePhrase): Promise<object> {
    return this.service.create(ctx, input);
  }

  @Put(':phrase')
  @Access({ permission: 'template.use', scope: 'county' })
  change(
    @CurrentCtx() ctx: Ctx,
    @Param('phrase', idParam) id: string,
    @Body({ schema: changePhraseSchema }) input: ChangePhrase,
  ): Promise<object> {
    return this.service.change(ctx, id, input);
  }

  @Delete(':phrase')
  @HttpCode(204)
  @Access({ permission: 'template.use', scope: 'county' })
  remove(
    @CurrentCtx() ctx: Ctx,
    @Param('phrase', idParam) id: string,
    @Query({ schema: removePhraseSchema }) input: RemovePhrase,
  ): Promise<void> {
    return this.service.remove(ctx, id, input);
  }
}
