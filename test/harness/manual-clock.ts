import { Clock } from '../../src/platform/clock';

/** A clock that tests move by hand; it never goes by itself. */
export class ManualClock extends Clock {
  constructor(private time: Date = new Date('2026-03-02T01:00:00Z')) {
    super();
  }

  now(): Date {
    return new Date(this.time);
  }

  advance(milliseconds: number): Date {
    this.time = new Date(this.time.getTime() + milliseconds);
    return this.now();
  }

  set(time: Date): void {
    this.time = time;
  }
}

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
