import type { DomainEvent } from '../platform/outbox';

/** New images of a DICOM study are durable (subject: the study's row). Told once for a burst: look at the study. */
export const IMAGES_RECEIVED = 'ImagesReceived';
/** A manifest was announced (subject: the upload). */
export const UPLOAD_OPENED = 'UploadOpened';
/** Every instance of a manifest is stored (subject: the upload). */
export const UPLOAD_COMPLETED = 'UploadCompleted';

export const imagesReceived = (studyId: string): DomainEvent => ({ kind: IMAGES_RECEIVED, subjectId: studyId });
export const uploadOpened = (uploadId: string): DomainEvent => ({ kind: UPLOAD_OPENED, subjectId: uploadId });
export const uploadCompleted = (uploadId: string): DomainEvent => ({ kind: UPLOAD_COMPLETED, subjectId: uploadId });
