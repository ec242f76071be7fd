import { Module } from '@nestjs/common';
import { BLOB_STORE, blobProviders, PART_STORE } from './blob-provider';
import { DiskWatch } from './disk-watch';
import { HeaderReader } from './header-reader';
import { Images } from './images';
import { StaleFiles } from './stale-files';

@Module({
  providers: [...blobProviders, HeaderReader, Images, DiskWatch, StaleFiles],
  exports: [BLOB_STORE, PART_STORE, HeaderReader, Images, DiskWatch],
})
export class ImagesModule {}
