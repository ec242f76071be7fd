import { Module, type OnModuleInit } from '@nestjs/common';
import { ImagesModule } from '../images';
import { Handlers, Sweeps } from '../platform/outbox';
import { Admission } from './admission';
import { AnnounceHandler } from './announce.handler';
import { ClinicCharsets } from './clinic-charsets';
import { ExpireUploadsSweep } from './expire-uploads.sweep';
import { DicomwebOutModule } from './dicomweb-out.module';
import { Intake } from './intake';
import { StowController } from './stow.controller';
import { StowService } from './stow.service';
import { Studies } from './studies';
import { StudyFlags } from './study-flags';
import { StudyGrowth } from './study-growth';
import { StudyRegistry } from './study-registry';
import { StudyRows } from './study-rows';
import { UploadParts } from './upload-parts';
import { UploadRows } from './upload-rows';
import { Uploads } from './uploads';
import { UploadsController } from './uploads.controller';
import { UploadsService } from './uploads.service';

@Module({
  imports: [ImagesModule],
  providers: [Studies, Uploads, StudyRegistry, StudyRows, StudyGrowth, StudyFlags, Intake, ClinicCharsets],
  exports: [Studies, Uploads, StudyRegistry, Intake, ImagesModule],
})
export class StudiesModule {}

@Module({
  imports: [StudiesModule, DicomwebOutModule],
  controllers: [StowController, UploadsController],
  providers: [StowService, UploadsService, UploadParts, UploadRows, Admission],
})
export class StudiesHttpModule {}

@Module({ imports: [StudiesModule], providers: [AnnounceHandler, ExpireUploadsSweep] })
export class StudiesJobsModule implements OnModuleInit {
  constructor(
    private readonly handlers: Handlers,
    private readonly sweeps: Sweeps,
    private readonly announce: AnnounceHandler,
    private readonly expireUploads: ExpireUploadsSweep,
  ) {}

  onModuleInit(): void {
    this.handlers.register(this.announce);
    this.sweeps.register(this.expireUploads);
  }
}
