import { Module } from '@nestjs/common';
import { ExamsModule } from '../exams';
import { ImagesModule } from '../images';
import { NoticesModule } from '../notices';
import { QualityModule } from '../quality';
import { ReportingModule } from '../reporting';
import { KnownPersonsModule } from './known-persons';
import { LinkPatients } from './link-patients.handler';
import { PersonLinks } from './person-links';
import { PersonLinksQueries } from './person-links.queries';
import { PriorExams } from './prior-exams.queries';
import { PriorsController } from './priors.controller';
import { RecognitionImages } from './recognition-images';
import { RecognitionController } from './recognition.controller';
import { Recognition } from './recognition.service';

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
