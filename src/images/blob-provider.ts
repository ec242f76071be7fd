import type { FactoryProvider, ValueProvider } from '@nestjs/common';
import { type BlobStore, DiskBlobStore, type PartStore } from '../platform/blob';
import { Config } from '../platform/config';

/** Where the bytes of instances lie: {@link BlobStore}. */
export const BLOB_STORE = Symbol('BLOB_STORE');
/** Where parts of resumable uploads wait until they are whole: {@link PartStore}. */
export const PART_STORE = Symbol('PART_STORE');
/** The driver itself, for its own housekeeping. */
export const DISK_STORE = Symbol('DISK_STORE');

export const blobProviders: readonly (FactoryProvider | ValueProvider)[] = [
  { provide: DISK_STORE, inject: [Config], useFactory: (config: Config) => DiskBlobStore.at(config.blobDir) },
  { provide: BLOB_STORE, inject: [DISK_STORE], useFactory: (store: DiskBlobStore): BlobStore => store },
  { provide: PART_STORE, inject: [DISK_STORE], useFactory: (store: DiskBlobStore): PartStore => store.parts },
];
