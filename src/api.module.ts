import { Module } from '@nestjs/common';
import { AuditHttpModule } from './audit';
import { DeliveryHttpModule } from './delivery';
import { ExamsHttpModule } from './exams';
import { IdentityHttpModule } from './identity';
import { OverviewHttpModule } from './overview';
import { ReportingHttpModule } from './reporting';
import { StudiesHttpModule } from './studies';
import { TenancyHttpModule } from './tenancy';
import { TurnaroundHttpModule } from './turnaround';
import { WorklistHttpModule } from './worklist';

/** Every slice's HTTP module, nothing else. */
@Module({
  imports: [
    IdentityHttpModule,
    TenancyHttpModule,
    AuditHttpModule,
    StudiesHttpModule,
    ExamsHttpModule,
    WorklistHttpModule,
    ReportingHttpModule,
    DeliveryHttpModule,
    TurnaroundHttpModule,
    OverviewHttpModule,
  ],
})
export class ApiModule {}
