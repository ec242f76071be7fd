import { Module } from '@nestjs/common';
import { CriticalModule } from '../critical';
import { DeliveryModule } from '../delivery';
import { ExamsModule } from '../exams';
import { ReportingModule } from '../reporting';
import { WorklistModule } from '../worklist';
import { ExamList } from './exam-list';
import { ExamPage } from './exam-page';
import { WholeHandoverPage } from './handover-page';
import { HandoverPageController } from './handover-page.controller';
import { OverviewController } from './overview.controller';

@Module({
  imports: [ExamsModule, WorklistModule, ReportingModule, DeliveryModule, CriticalModule],
  controllers: [OverviewController, HandoverPageController],
  providers: [ExamList, ExamPage, WholeHandoverPage],
})
export class OverviewHttpModule {}
