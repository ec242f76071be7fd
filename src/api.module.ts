import { Module } from '@nestjs/common';
import { AuditHttpModule } from './audit';
import { IdentityHttpModule } from './identity';
import { TenancyHttpModule } from './tenancy';

/** Every slice's HTTP module, nothing else. */
@Module({ imports: [IdentityHttpModule, TenancyHttpModule, AuditHttpModule] })
export class ApiModule {}
