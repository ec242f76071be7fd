import { Module, type OnModuleInit } from '@nestjs/common';
import { ImagesModule } from '../images';
import { Handlers } from '../platform/outbox';
import { Admission } from './admission';
import { AnnounceHandler } from './announce.handler';
import { ClinicCharsets } from './clinic-charsets';
import { DicomwebOutModule } from './dicomweb-out.module';
import { Intake } from './intake';
import { StowController } from './stow.controller';
import { StowService } from './stow.service';
import { Studies } from './studies';
import { StudyFlags } from './study-flags';
import { StudyGrowth } from './study-growth';
import { StudyRegistry } from './study-registry';
import { StudyRows } from './study-rows';

@Module({
  imports: [ImagesModule],
  providers: [Studies, StudyRegistry, StudyRows, StudyGrowth, StudyFlags, Intake, ClinicCharsets],
  exports: [Studies, StudyRegistry, Intake, ImagesModule],
})
export class StudiesModule {}

@Module({
  imports: [StudiesModule, DicomwebOutModule],
  controllers: [StowController],
  providers: [StowService, Admission],
})
export class StudiesHttpModule {}

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
