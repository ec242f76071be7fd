export { BlobError, type BlobErrorCode } from './blob-error';
export { blobKey, checkedBlobKey, partsOfBlobKey, type BlobKey, type BlobKeyParts } from './blob-key';
export type {
  AppendResult,
  BlobStat,
  BlobStore,
  BlobUsage,
  ByteRange,
  PartStore,
  ReceivedBlob,
  ReceiveOptions,
} from './blob-store';
export { DiskBlobStore } from './disk-blob-store';
export type { DiskPartStore } from './disk-part-store';
export { DEFAULT_DISK_THRESHOLDS, diskPressure, type DiskPressure, type DiskThresholds } from './disk-pressure.rules';
