import { Module, type OnModuleInit } from '@nestjs/common';
import { ImagesModule } from '../images';
import { Sweeps } from '../platform/outbox';
import { StudiesModule } from '../studies';
import { Admission } from './admission';
import { ExpireUploadsSweep } from './expire-uploads.sweep';
import { Intake } from './intake';
import { StowController } from './stow.controller';
import { StowService } from './stow.service';
import { UploadParts } from './upload-parts';
import { UploadRows } from './upload-rows';
import { Uploads } from './uploads';
import { UploadsController } from './uploads.controller';
import { UploadsService } from './uploads.service';

/** What the slices above use: how far uploads have come. */
@Module({ providers: [Uploads], exports: [Uploads] })
export class IntakeModule {}

/** Images in: STOW-RS and uploads by manifest. */
@Module({
  imports: [ImagesModule, StudiesModule],
  controllers: [StowController, UploadsController],
  providers: [Intake, StowService, UploadsService, UploadParts, UploadRows, Admission],
})
export class IntakeHttpModule {}

@Module({ imports: [ImagesModule], providers: [ExpireUploadsSweep] })
export class IntakeJobsModule implements OnModuleInit {
  constructor(
    private readonly sweeps: Sweeps,
    private readonly expireUploads: ExpireUploadsSweep,
  ) {}

  onModuleInit(): void {
    this.sweeps.register(this.expireUploads);
  }
}
