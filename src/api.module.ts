import { Module } from '@nestjs/common';
import { AuditHttpModule } from './audit';
import { DeliveryHttpModule } from './delivery';
import { DicomwebHttpModule } from './dicomweb';
import { ExamsHttpModule } from './exams';
import { IdentityHttpModule } from './identity';
import { IntakeHttpModule } from './intake';
import { OverviewHttpModule } from './overview';
import { ReportingHttpModule } from './reporting';
import { SheetsHttpModule } from './sheets';
import { TenancyHttpModule } from './tenancy';
import { TurnaroundHttpModule } from './turnaround';
import { WorklistHttpModule } from './worklist';

/** Every slice's HTTP module, nothing else. */
@Module({
  imports: [
    IdentityHttpModule,
    TenancyHttpModule,
    AuditHttpModule,
    IntakeHttpModule,
    DicomwebHttpModule,
    ExamsHttpModule,
    WorklistHttpModule,
    ReportingHttpModule,
    SheetsHttpModule,
    DeliveryHttpModule,
    TurnaroundHttpModule,
    OverviewHttpModule,
  ],
})
export class ApiModule {}
