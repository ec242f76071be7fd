import { Module, type OnModuleInit } from '@nestjs/common';
import { ImagesModule } from '../images';
import { Handlers } from '../platform/outbox';
import { AnnounceHandler } from './announce.handler';
import { ClinicCharsets } from './clinic-charsets';
import { Studies } from './studies';
import { StudyFlags } from './study-flags';
import { StudyGrowth } from './study-growth';
import { StudyRegistry } from './study-registry';
import { StudyRows } from './study-rows';

/** What the doors and the slices above use: registering instances, asking about studies. */
@Module({
  imports: [ImagesModule],
  providers: [Studies, StudyRegistry, StudyRows, StudyGrowth, StudyFlags, ClinicCharsets],
  exports: [Studies, StudyRegistry, ClinicCharsets, ImagesModule],
})
export class StudiesModule {}

@Module({ imports: [StudiesModule], providers: [AnnounceHandler] })
export class StudiesJobsModule implements OnModuleInit {
  constructor(
    private readonly handlers: Handlers,
    private readonly announce: AnnounceHandler,
  ) {}

  onModuleInit(): void {
    this.handlers.register(this.announce);
  }
}
