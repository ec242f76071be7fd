import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { Ctx } from '../platform/context';
import { Access, CurrentCtx, idParam } from '../platform/http';
import { PersonLinks } from './persons/person-links';
import { PersonLinksQueries } from './persons/person-links.queries';
import { PriorExams } from './prior-exams.queries';
import {
  type DecideInput,
  decideSchema,
  type LinkInput,
  linkSchema,
  type LinksList,
  linksListSchema,
  type PriorsList,
  priorsListSchema,
} from './priors.dto';

/** Who is the same person, and what else is known of him. */
@Controller('api')
export class PriorsController {
  constructor(
    private readonly priors: PriorExams,
    private readonly links: PersonLinks,
    private readonly queries: PersonLinksQueries,
  ) {}

  /** 既往检查, over all clinics: for the readers of the county. */
  @Get('exams/:exam/priors')
  @Access({ permission: 'worklist.read', scope: 'county' })
  list(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Query({ schema: priorsListSchema }) input: PriorsList,
  ): Promise<object> {
    return this.priors.list(ctx, exam, input);
  }

  @Get('person-links')
  @Access({ permission: 'identity.link', scope: 'county' })
  review(@CurrentCtx() ctx: Ctx, @Query({ schema: linksListSchema }) input: LinksList): Promise<object> {
    return this.queries.list(ctx, input);
  }

  @Post('person-links')
  @Access({ permission: 'identity.link', scope: 'county' })
  link(@CurrentCtx() ctx: Ctx, @Body({ schema: linkSchema }) input: LinkInput): Promise<object> {
    return this.links.link(ctx, input);
  }

  @Post('person-links/:link/confirm')
  @HttpCode(200)
  @Access({ permission: 'identity.link', scope: 'county' })
  confirm(
    @CurrentCtx() ctx: Ctx,
    @Param('link', idParam) link: string,
    @Body({ schema: decideSchema }) input: DecideInput,
  ): Promise<object> {
    return this.links.decide(ctx, link, 'confirm', input);
  }

  @Post('person-links/:link/refuse')
  @HttpCode(200)
  @Access({ permission: 'identity.link', scope: 'county' })
  refuse(
    @CurrentCtx() ctx: Ctx,
    @Param('link', idParam) link: string,
    @Body({ schema: decideSchema }) input: DecideInput,
  ): Promise<object> {
    return this.links.decide(ctx, link, 'refuse', input);
  }

  @Post('person-links/:link/undo')
  @HttpCode(200)
  @Access({ permission: 'identity.link', scope: 'county' })
  undo(
    @CurrentCtx() ctx: Ctx,
    @Param('link', idParam) link: string,
    @Body({ schema: decideSchema }) input: DecideInput,
  ): Promise<object> {
    return this.links.decide(ctx, link, 'undo', input);
  }
}
