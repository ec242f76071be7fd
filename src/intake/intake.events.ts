import type { DomainEvent } from '../platform/outbox';

/** A manifest was announced (subject: the upload). */
export const UPLOAD_OPENED = 'UploadOpened';
/** Every instance of a manifest is stored (subject: the upload). */
export const UPLOAD_COMPLETED = 'UploadCompleted';

export const uploadOpened = (uploadId: string): DomainEvent => ({ kind: UPLOAD_OPENED, subjectId: uploadId });
export const uploadCompleted = (uploadId: string): DomainEvent => ({ kind: UPLOAD_COMPLETED, subjectId: uploadId });
