import { Injectable } from '@nestjs/common';

/** The only source of the current time: business code asks it, tests move it, nothing else calls `new Date()`. */
export abstract class Clock {
  abstract now(): Date;
}

@Injectable()
export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }
}
