import { Module } from '@nestjs/common';
import { Notices } from './notices';
import { NoticesController } from './notices.controller';
import { NoticesQueries } from './notices.queries';
import { NoticesService } from './notices.service';
import { NoticesStream } from './notices.stream';

@Module({ providers: [Notices], exports: [Notices] })
export class NoticesModule {}

@Module({
  imports: [NoticesModule],
  controllers: [NoticesController],
  providers: [NoticesQueries, NoticesService, NoticesStream],
})
export class NoticesHttpModule {}
