export { Pictures } from './pictures';
export type { Picture, PictureRefusal, StoredFrame } from './pictures';
export { PicturesModule } from './pictures.module';
