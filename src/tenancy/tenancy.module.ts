import { Module } from '@nestjs/common';
import { TenancyController } from './tenancy.controller';
import { TenancyQueries } from './tenancy.queries';
import { TenancyService } from './tenancy.service';

@Module({ providers: [TenancyService, TenancyQueries], exports: [TenancyService, TenancyQueries] })
export class TenancyModule {}

@Module({ imports: [TenancyModule], controllers: [TenancyController] })
export class TenancyHttpModule {}
