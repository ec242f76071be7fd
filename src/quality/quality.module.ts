import { Module } from '@nestjs/common';
import { ExamsModule } from '../exams';
import { WorklistModule } from '../worklist';
import { ImageGrades } from './image-grades';
import { ImageQualityController } from './image-quality.controller';
import { ImageQualityQueries } from './image-quality.queries';
import { ImageQualityService } from './image-quality.service';

/** What other slices read. */
@Module({ providers: [ImageGrades], exports: [ImageGrades] })
export class QualityModule {}

@Module({
  imports: [ExamsModule, WorklistModule],
  controllers: [ImageQualityController],
  providers: [ImageQualityQueries, ImageQualityService],
})
export class QualityHttpModule {}
