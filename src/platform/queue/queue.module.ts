import { Global, Module } from '@nestjs/common';
import { QueueHub } from './queue-hub';

/** Imported by the worker role alone: an api process never talks to the queue, so a queue that is down cannot stop it. */
@Global()
@Module({ providers: [QueueHub], exports: [QueueHub] })
export class QueueModule {}
