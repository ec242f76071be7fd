export { Upload, UploadInstance } from './intake.entities';
export type { PartState, UploadState } from './intake.entities';
export { UPLOAD_COMPLETED, UPLOAD_OPENED } from './intake.events';
export { IntakeHttpModule, IntakeJobsModule, IntakeModule } from './intake.module';
export { Uploads } from './uploads';
export type { UploadBrief } from './uploads';
