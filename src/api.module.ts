import { Module } from '@nestjs/common';
import { AuditHttpModule } from './audit';
import { CollaborationHttpModule } from './collaboration';
import { CriticalHttpModule } from './critical';
import { DeliveryHttpModule } from './delivery';
import { DicomwebHttpModule } from './dicomweb';
import { ExamsHttpModule } from './exams';
import { IdentityHttpModule } from './identity';
import { IntakeHttpModule } from './intake';
import { LintHttpModule } from './lint';
import { NoticesHttpModule } from './notices';
import { OverviewHttpModule } from './overview';
import { PriorsHttpModule } from './priors';
import { QualityHttpModule } from './quality';
import { ReportingHttpModule } from './reporting';
import { SheetsHttpModule } from './sheets';
import { SignatureHttpModule } from './signature';
import { RostersHttpModule } from './rosters';
import { TemplatesHttpModule } from './templates';
import { TenancyHttpModule } from './tenancy';
import { TurnaroundHttpModule } from './turnaround';
import { WorklistHttpModule } from './worklist';

/** Every slice's HTTP module, nothing else. */
@Module({
  imports: [
    IdentityHttpModule,
    TenancyHttpModule,
    NoticesHttpModule,
    AuditHttpModule,
    IntakeHttpModule,
    DicomwebHttpModule,
    TemplatesHttpModule,
    ExamsHttpModule,
    RostersHttpModule,
    WorklistHttpModule,
    LintHttpModule,
    SignatureHttpModule,
    ReportingHttpModule,
    SheetsHttpModule,
    QualityHttpModule,
    PriorsHttpModule,
    DeliveryHttpModule,
    CriticalHttpModule,
    CollaborationHttpModule,
    TurnaroundHttpModule,
    OverviewHttpModule,
  ],
})
export class ApiModule {}
