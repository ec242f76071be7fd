import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { Ctx } from '../../platform/context';
import { Access, CurrentCtx, idParam } from '../../platform/http';
import {
  type MessageInput,
  messageSchema,
  type PageInput,
  pageSchema,
  type ReadInput,
  readSchema,
} from '../collaboration.dto';
import { MessagesQueries } from './messages.queries';
import { MessagesService } from './messages.service';

const TALK = { permission: 'message.write', scope: 'clinic' } as const;

/** 沟通: only between people; a gateway has nothing to say. */
@Controller('api')
export class MessagesController {
  constructor(
    private readonly messages: MessagesService,
    private readonly queries: MessagesQueries,
  ) {}

  @Get('messages/unread')
  @Access(TALK)
  unread(@CurrentCtx() ctx: Ctx): Promise<object> {
    return this.queries.unread(ctx);
  }

  @Get('exams/:exam/messages')
  @Access(TALK)
  list(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) examId: string,
    @Query({ schema: pageSchema }) input: PageInput,
  ): Promise<object> {
    return this.queries.list(ctx, examId, input);
  }

  @Post('exams/:exam/messages')
  @Access(TALK)
  write(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) examId: string,
    @Body({ schema: messageSchema }) input: MessageInput,
  ): Promise<object> {
    return this.messages.write(ctx, examId, input);
  }

  @Post('exams/:exam/messages/read')
  @HttpCode(200)
  @Access(TALK)
  read(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) examId: string,
    @Body({ schema: readSchema }) input: ReadInput,
  ): Promise<object> {
    return this.messages.read(ctx, examId, input);
  }
}
