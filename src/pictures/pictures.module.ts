import { Module } from '@nestjs/common';
import { ImagesModule } from '../images';
import { Pictures } from './pictures';

/** Stored frames as JPEGs; for slices above, without routes of its own. */
@Module({ imports: [ImagesModule], providers: [Pictures], exports: [Pictures] })
export class PicturesModule {}
