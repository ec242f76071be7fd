import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import type { Ctx } from '../platform/context';
import { Access, CurrentCtx, idParam } from '../platform/http';
import { LibraryService } from './library.service';
import {
  type CreateTemplate,
  createTemplateSchema,
  type EditTemplate,
  editTemplateSchema,
  type ExportLibrary,
  exportSchema,
  type ImportLibrary,
  importSchema,
  type ListTemplates,
  listTemplatesSchema,
  type MoveTemplate,
  moveTemplateSchema,
  type OneTemplate,
  oneTemplateSchema,
  type RenderTemplate,
  renderSchema,
} from './templates.dto';
import { TemplatesQueries } from './templates.queries';
import { TemplatesService } from './templates.service';

/** Who may change what depends on the template's shelf, and is the service's to say. */
@Controller('api/templates')
export class TemplatesController {
  constructor(
    private readonly service: TemplatesService,
    private readonly queries: TemplatesQueries,
    private readonly library: LibraryService,
  ) {}

  @Get()
  @Access({ permission: 'template.use', scope: 'county' })
  list(@CurrentCtx() ctx: Ctx, @Query({ schema: listTemplatesSchema }) input: ListTemplates): Promise<object> {
    return this.queries.list(ctx, input);
  }

  @Post()
  @Access({ permission: 'template.use', scope: 'county' })
  create(@CurrentCtx() ctx: Ctx, @Body({ schema: createTemplateSchema }) input: CreateTemplate): Promise<object> {
    return this.service.create(ctx, input);
  }

  @Get('export')
  @Access({ permission: 'template.use', scope: 'county' })
  export(@CurrentCtx() ctx: Ctx, @Query({ schema: exportSchema }) input: ExportLibrary): Promise<object> {
    return this.library.export(ctx, input);
  }

  @Post('import')
  @HttpCode(200)
  @Access({ permission: 'template.use', scope: 'county' })
  import(@CurrentCtx() ctx: Ctx, @Body({ schema: importSchema }) input: ImportLibrary): Promise<object> {
    return this.library.import(ctx, input);
  }

  @Get(':template')
  @Access({ permission: 'template.use', scope: 'county' })
  one(
    @CurrentCtx() ctx: Ctx,
    @Param('template', idParam) id: string,
    @Query({ schema: oneTemplateSchema }) input: OneTemplate,
  ): Promise<object> {
    return this.queries.one(ctx, id, input);
  }

  @Put(':template')
  @Access({ permission: 'template.use', scope: 'county' })
  edit(
    @CurrentCtx() ctx: Ctx,
    @Param('template', idParam) id: string,
    @Body({ schema: editTemplateSchema }) input: EditTemplate,
  ): Promise<object> {
    return this.service.edit(ctx, id, input);
  }

  @Post(':template/publish')
  @HttpCode(200)
  @Access({ permission: 'template.use', scope: 'county' })
  publish(
    @CurrentCtx() ctx: Ctx,
    @Param('template', idParam) id: string,
    @Body({ schema: moveTemplateSchema }) input: MoveTemplate,
  ): Promise<object> {
    return this.service.publish(ctx, id, input);
  }

  @Post(':template/archive')
  @HttpCode(200)
  @Access({ permission: 'template.use', scope: 'county' })
  archive(
    @CurrentCtx() ctx: Ctx,
    @Param('template', idParam) id: string,
    @Body({ schema: moveTemplateSchema }) input: MoveTemplate,
  ): Promise<object> {
    return this.service.archive(ctx, id, input);
  }

  @Post(':template/restore')
  @HttpCode(200)
  @Access({ permission: 'template.use', scope: 'county' })
  restore(
    @CurrentCtx() ctx: Ctx,
    @Param('template', idParam) id: string,
    @Body({ schema: moveTemplateSchema }) input: MoveTemplate,
  ): Promise<object> {
    return this.service.restore(ctx, id, input);
  }

  @Post(':template/render')
  @HttpCode(200)
  @Access({ permission: 'template.use', scope: 'county' })
  render(
    @CurrentCtx() ctx: Ctx,
    @Param('template', idParam) id: string,
    @Body({ schema: renderSchema }) input: RenderTemplate,
  ): Promise<object> {
    return this.queries.render(ctx, id, input);
  }
}
