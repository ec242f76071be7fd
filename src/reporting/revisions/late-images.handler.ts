import { Injectable } from '@nestjs/common';
import { IMAGES_AFTER_SIGNING } from '../../exams';
import type { Tx } from '../../platform/database';
import type { Message, Subscription, TransactionalHandler } from '../../platform/outbox';
import { LateImagesTasks } from './late-images';
import { passingSubscriptions } from './passing/release.handlers';

export const OPEN_LATE_IMAGES = 'reporting.late-images';

export const reportingSubscriptions: readonly Subscription[] = [
  { consumer: OPEN_LATE_IMAGES, event: IMAGES_AFTER_SIGNING, queue: 'events' },
  ...passingSubscriptions,
];

@Injectable()
export class LateImagesHandler implements TransactionalHandler {
  readonly consumer = OPEN_LATE_IMAGES;

  constructor(private readonly tasks: LateImagesTasks) {}

  handle(tx: Tx, message: Message): Promise<void> {
    return this.tasks.open(tx, message.subjectId);
  }
}
