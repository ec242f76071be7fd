import { Global, Module } from '@nestjs/common';
import { ExamsModule, StandingReports } from '../../exams';
import { NoticesModule } from '../../notices';
import { ReportingModule } from '../reporting.module';
import { VoidReports } from './void-reports';

/** Global, because exams below ask without knowing who answers; apart, because whoever answers asks the exams. */
@Global()
@Module({
  imports: [ReportingModule, ExamsModule, NoticesModule],
  providers: [{ provide: StandingReports, useClass: VoidReports }],
  exports: [StandingReports],
})
export class StandingReportsModule {}
