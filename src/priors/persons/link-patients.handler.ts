import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Tx } from '../../platform/database';
import { Handlers, type Message, type TransactionalHandler } from '../../platform/outbox';
import { PersonLinks } from './person-links';
import { LINK_PATIENTS } from '../priors.subscriptions';

/** Looks, whenever an exam says who its patient is, whether he is known elsewhere. */
@Injectable()
export class LinkPatients implements TransactionalHandler, OnModuleInit {
  readonly consumer = LINK_PATIENTS;

  constructor(
    private readonly links: PersonLinks,
    private readonly handlers: Handlers,
  ) {}

  onModuleInit(): void {
    this.handlers.register(this);
  }

  handle(tx: Tx, { subjectId }: Message): Promise<void> {
    return this.links.propose(tx, subjectId);
  }
}
