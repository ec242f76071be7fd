import { Module } from '@nestjs/common';
import { DeliveryModule } from '../delivery';
import { ExamsModule } from '../exams';
import { ReportingModule } from '../reporting';
import { WorklistModule } from '../worklist';
import { ExamPage } from './exam-page';
import { OverviewController } from './overview.controller';

@Module({
  imports: [ExamsModule, WorklistModule, ReportingModule, DeliveryModule],
  controllers: [OverviewController],
  providers: [ExamPage],
})
export class OverviewHttpModule {}
