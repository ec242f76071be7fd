import { Module } from '@nestjs/common';
import { LibraryImport } from './library';
import { LibraryService } from './library.service';
import { PhrasesController } from './phrases.controller';
import { PhrasesService } from './phrases.service';
import { Templates } from './templates';
import { TemplatesController } from './templates.controller';
import { TemplatesQueries } from './templates.queries';
import { TemplatesService } from './templates.service';

@Module({ providers: [Templates, LibraryImport], exports: [Templates, LibraryImport] })
export class TemplatesModule {}

@Module({
  imports: [TemplatesModule],
  controllers: [TemplatesController, PhrasesController],
  providers: [TemplatesService, TemplatesQueries, LibraryService, PhrasesService],
})
export class TemplatesHttpModule {}
