import { Injectable } from '@nestjs/common';
import { DiskWatch } from '../images';
import type { Ctx } from '../platform/context';
import { commonErrors, DomainError } from '../platform/errors';
import { Metrics } from '../platform/metrics';
import { intakeErrors } from './intake.errors';

/** Streams of one caller, and of all: each costs a few hundred KiB of buffers for as long as its line takes. */
export const MAX_STREAMS_PER_CALLER = 32;
const MAX_STREAMS = 128;
const RETRY_SECONDS = 2;

/** Who may send image bytes now, and for which clinic. */
@Injectable()
export class Admission {
  private readonly running = new Map<string, number>();
  private total = 0;
  private readonly streams;

  constructor(
    private readonly disk: DiskWatch,
    metrics: Metrics,
  ) {
    this.streams = metrics.gauge('cic_upload_streams', 'Requests that are receiving image bytes');
  }

  /**
   * Runs `work` while it counts against the caller's streams.
   * @throws DomainError `disk_full` (507), `uploads_running` (429), `uploads_full` (503), with Retry-After
   */
  async stream<T>(ctx: Ctx, work: () => Promise<T>): Promise<T> {
    await this.disk.admitImages();
    const caller = ctx.actor.id ?? 'system';
    const running = this.running.get(caller) ?? 0;
    if (running >= MAX_STREAMS_PER_CALLER)
      throw new DomainError(intakeErrors.uploads_running, { retryAfterSeconds: RETRY_SECONDS });
    if (this.total >= MAX_STREAMS)
      throw new DomainError(intakeErrors.uploads_full, { retryAfterSeconds: RETRY_SECONDS });
    this.count(caller, 1);
    try {
      return await work();
    } finally {
      this.count(caller, -1);
    }
  }

  private count(caller: string, change: 1 | -1): void {
    const running = (this.running.get(caller) ?? 0) + change;
    if (running === 0) this.running.delete(caller);
    else this.running.set(caller, running);
    this.total += change;
    this.streams.set(this.total);
  }
}

/**
 * The clinic whose rows the caller's images become: a gateway's own, a person's only one, or the one named among them.
 * @throws DomainError `clinic_required`; `not_found` for a clinic that is not the caller's
 */
export function sendingClinic(ctx: Ctx, named?: string): string {
  const clinics = ctx.actor.clinicIds;
  if (named !== undefined) {
    if (!clinics.some((id) => id === named)) throw new DomainError(commonErrors.not_found, { field: 'clinic' });
    return named;
  }
  const [only, ...others] = clinics;
  if (only === undefined || others.length > 0) throw new DomainError(intakeErrors.clinic_required, { field: 'clinic' });
  return only;
}
