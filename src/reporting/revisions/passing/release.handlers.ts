import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../platform/database';
import type { Message, Subscription, TransactionalHandler } from '../../../platform/outbox';
import { HOSPITAL_SILENT, READER_LEFT } from '../../../worklist';
import { AmendmentRelease } from './release';

export const RELEASE_OF_PERSON = 'reporting.release-of-person';
export const RELEASE_OF_HOSPITAL = 'reporting.release-of-hospital';

export const passingSubscriptions: readonly Subscription[] = [
  { consumer: RELEASE_OF_PERSON, event: READER_LEFT, queue: 'events' },
  { consumer: RELEASE_OF_HOSPITAL, event: HOSPITAL_SILENT, queue: 'events' },
];

@Injectable()
export class ReleaseOfPersonHandler implements TransactionalHandler {
  readonly consumer = RELEASE_OF_PERSON;

  constructor(private readonly release: AmendmentRelease) {}

  handle(tx: Tx, { subjectId, payload }: Message): Promise<void> {
    return this.release.ofPerson(tx, subjectId, { at: new Date(String(payload['at'])) });
  }
}

@Injectable()
export class ReleaseOfHospitalHandler implements TransactionalHandler {
  readonly consumer = RELEASE_OF_HOSPITAL;

  constructor(private readonly release: AmendmentRelease) {}

  handle(tx: Tx, { subjectId, payload }: Message): Promise<void> {
    return this.release.ofHospital(tx, subjectId, { lastSignAt: new Date(String(payload['lastSignAt'])) });
  }
}
