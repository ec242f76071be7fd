import { Module } from '@nestjs/common';
import { ImagesModule } from '../images';
import { NoticesModule } from '../notices';
import { ReportingModule } from '../reporting';
import { LinkPatients } from './link-patients.handler';
import { People } from './people';
import { PersonLinks } from './person-links';
import { PersonLinksQueries } from './person-links.queries';
import { PriorExams } from './prior-exams.queries';
import { PriorsController } from './priors.controller';
import { RecognitionImages } from './recognition-images';
import { RecognitionController } from './recognition.controller';
import { Recognition } from './recognition.service';

@Module({
  imports: [NoticesModule, ReportingModule, ImagesModule],
  providers: [People, PersonLinks, PersonLinksQueries, PriorExams, Recognition, RecognitionImages],
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
