export { Audit } from './audit';
export type { AuditEntry } from './audit';
export { Commands, NotTheirs } from './commands';
export { AuditEvent } from './audit-event.entity';
export { AuditModule, AuditHttpModule, AuditJobsModule } from './audit.module';
export { Sealer } from './sealer';
export type { ChainReport } from './sealer';
