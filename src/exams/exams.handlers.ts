import { Injectable } from '@nestjs/common';
import type { Tx } from '../platform/database';
import type { Message, TransactionalHandler } from '../platform/outbox';
import { Assembly } from './images/assembly';
import { ASSEMBLE, FINISH_UPLOAD, FOLLOW_UPLOAD } from './exams.subscriptions';

/** Images of a study have come: its exam is found or made. */
@Injectable()
export class Assemble implements TransactionalHandler {
  readonly consumer = ASSEMBLE;
  constructor(private readonly assembly: Assembly) {}

  handle(tx: Tx, { subjectId }: Message): Promise<void> {
    return this.assembly.assemble(tx, subjectId, false);
  }
}

/** A manifest was announced for an accession number. */
@Injectable()
export class FollowUpload implements TransactionalHandler {
  readonly consumer = FOLLOW_UPLOAD;
  constructor(private readonly assembly: Assembly) {}

  handle(tx: Tx, { subjectId }: Message): Promise<void> {
    return this.assembly.uploadOpened(tx, subjectId);
  }
}

/** Every part of a manifest is stored: the images of its exams are known to be complete. */
@Injectable()
export class FinishUpload implements TransactionalHandler {
  readonly consumer = FINISH_UPLOAD;
  constructor(private readonly assembly: Assembly) {}

  handle(tx: Tx, { subjectId }: Message): Promise<void> {
    return this.assembly.uploadCompleted(tx, subjectId);
  }
}
