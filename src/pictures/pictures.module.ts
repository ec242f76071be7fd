import { Module } from '@nestjs/common';
import { BLOB_STORE, HeaderReader, ImagesModule } from '../images';
import type { BlobStore } from '../platform/blob';
import { Pictures } from './pictures';

/** Stored frames as JPEGs; for slices above, without routes of its own. */
@Module({
  imports: [ImagesModule],
  providers: [
    {
      provide: Pictures,
      inject: [BLOB_STORE, HeaderReader],
      useFactory: (store: BlobStore, reader: HeaderReader) => new Pictures(store, reader),
    },
  ],
  exports: [Pictures],
})
export class PicturesModule {}
