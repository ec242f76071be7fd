import { commonErrors, DomainError } from '../../platform/errors';
import { reportingErrors } from '../reporting.errors';

export const WINDOW_SECONDS = 60;
/** A person mistypes a few codes a minute; 80 random bits are out of reach at any rate. */
const WRONG_CODES = 10;

export const tooMany = (): DomainError =>
  new DomainError(commonErrors.rate_limited, { retryAfterSeconds: WINDOW_SECONDS });

interface Address {
  /** Questions that have come and are not answered. */
  here: number;
  /** Places taken by codes that were none, for the rest of the minute after the first of them. */
  wrong: number;
  /** Places taken by codes that are being looked up. */
  looking: number;
  /** Of those that are here, what wakes them that wait for a place. */
  waiting: (() => void)[];
}

/**
 * Each address has {@link WRONG_CODES} places. A code takes one while it is looked up; a wrong one keeps it for the rest of
 * the minute, any other gives it to the next that waits. So no more wrong codes are ever looked up, however many come at the
 * same moment, and right ones wait for each other at most. Few can wait: the questions of an address are limited too.
 */
export class Guesses {
  private readonly addresses = new Map<string, Address>();

  /** Answers what `lookUp` does. Throws `rate_limited` without asking it where wrong codes hold every place. */
  async look<T>(ip: string, lookUp: () => Promise<T>): Promise<T> {
    const address = this.addressOf(ip);
    address.here += 1;
    try {
      await this.place(address);
      return await this.lookedUp(ip, address, lookUp);
    } finally {
      address.here -= 1;
      this.forget(ip, address);
    }
  }

  /** Takes a place, as soon as there is one; nothing else happens between finding it free and taking it. */
  private async place(address: Address): Promise<void> {
    while (address.wrong + address.looking >= WRONG_CODES) {
      if (address.wrong >= WRONG_CODES) throw tooMany();
      await new Promise<void>((resolve) => address.waiting.push(resolve));
    }
    address.looking += 1;
  }

  private async lookedUp<T>(ip: string, address: Address, lookUp: () => Promise<T>): Promise<T> {
    try {
      return await lookUp();
    } catch (error) {
      if (error instanceof DomainError && error.kind === reportingErrors.unknown_code) this.keepPlace(ip, address);
      throw error;
    } finally {
      address.looking -= 1;
      wakeAll(address);
    }
  }

  private addressOf(ip: string): Address {
    const known = this.addresses.get(ip);
    if (known) return known;
    const address: Address = { here: 0, wrong: 0, looking: 0, waiting: [] };
    this.addresses.set(ip, address);
    return address;
  }

  private keepPlace(ip: string, address: Address): void {
    address.wrong += 1;
    if (address.wrong > 1) return;
    const minute = setTimeout(() => {
      address.wrong = 0;
      wakeAll(address);
      this.forget(ip, address);
    }, WINDOW_SECONDS * 1_000);
    minute.unref();
  }

  private forget(ip: string, { here, wrong }: Address): void {
    if (here === 0 && wrong === 0) this.addresses.delete(ip);
  }
}

/** Something has changed: whoever waits looks for himself. */
function wakeAll(address: Address): void {
  for (const wake of address.waiting.splice(0)) wake();
}
