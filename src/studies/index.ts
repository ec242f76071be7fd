export { searchLetters, searchName, sameName } from './name-search.rules';
export type { SearchName } from './name-search.rules';
export { Studies } from './studies';
export { DicomSeries, DicomStudy, StudyFlag, Upload, UploadInstance } from './studies.entities';
export type { PartState, StudyFlagCode, UploadState } from './studies.entities';
export { IMAGES_RECEIVED, imagesReceived, UPLOAD_COMPLETED, UPLOAD_OPENED } from './studies.events';
export { StudiesHttpModule, StudiesJobsModule, StudiesModule } from './studies.module';
export { studiesSubscriptions } from './studies.subscriptions';
