import { Module } from '@nestjs/common';
import { ExamsModule } from '../exams';
import { ImagesModule } from '../images';
import { NoticesModule } from '../notices';
import { QualityModule } from '../quality';
import { ReportingModule } from '../reporting';
import { KnownPersonsModule } from './persons/known-persons';
import { LinkPatients } from './persons/link-patients.handler';
import { PersonLinks } from './persons/person-links';
import { PersonLinksQueries } from './persons/person-links.queries';
import { PriorExams } from './prior-exams.queries';
import { PriorsController } from './priors.controller';
import { RecognitionImages } from './recognition/recognition-images';
import { RecognitionController } from './recognition/recognition.controller';
import { Recognition } from './recognition/recognition.service';

@Module({
  imports: [KnownPersonsModule, ExamsModule, NoticesModule, ReportingModule, ImagesModule, QualityModule],
  providers: [PersonLinks, PersonLinksQueries, PriorExams, Recognition, RecognitionImages],
  exports: [PersonLinks, PersonLinksQueries, PriorExams, Recognition, RecognitionImages],
})
class PriorsModule {}

@Module({
  imports: [PriorsModule],
  controllers: [PriorsController, RecognitionController],
})
export class PriorsHttpModule {}

@Module({ imports: [PriorsModule], providers: [LinkPatients] })
export class PriorsJobsModule {}
