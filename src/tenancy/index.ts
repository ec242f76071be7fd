export { TenancyModule, TenancyHttpModule } from './tenancy.module';
export { TenancyService } from './tenancy.service';
export type { OpenCounty, OpenedCounty } from './tenancy.service';
export { TenancyQueries } from './tenancy.queries';
export { Clinic, ClinicAgreement, County, Hospital } from './tenancy.entities';
export type { ReadingMode } from './tenancy.entities';
export { CLINIC_OPENED } from './tenancy.events';
