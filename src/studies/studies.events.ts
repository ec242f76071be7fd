import type { DomainEvent } from '../platform/outbox';

/** New images of a DICOM study are durable (subject: the study's row). Told once for a burst: look at the study. */
export const IMAGES_RECEIVED = 'ImagesReceived';

export const imagesReceived = (studyId: string): DomainEvent => ({ kind: IMAGES_RECEIVED, subjectId: studyId });
