import type { DomainEvent } from '../platform/outbox';

export const CLINIC_OPENED = 'ClinicOpened';

/** A clinic was added: who delivers to clinics makes its inbox ready. */
export const clinicOpened = (clinicId: string): DomainEvent => ({ kind: CLINIC_OPENED, subjectId: clinicId });
