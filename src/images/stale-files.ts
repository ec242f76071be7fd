import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { DiskBlobStore } from '../platform/blob';
import { Clock } from '../platform/clock';
import { Logger } from '../platform/logging';
import { DISK_STORE } from './blob-provider';

/** A file being received is written to all the time: a connection that stands still is cut long before this. */
const STALE_MS = 15 * 60_000;
/** Uploads expire by their rows (7 days); this finds what a crash between row and files has left. */
const STALE_PARTS_MS = 30 * 24 * 3_600_000;
const LOOK_EVERY_MS = 3_600_000;

/** Removes what killed processes have left half-received; at start, and now and then. */
@Injectable()
export class StaleFiles implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(DISK_STORE) private readonly store: DiskBlobStore,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.sweep();
    this.timer = setInterval(() => void this.sweep(), LOOK_EVERY_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async sweep(): Promise<void> {
    const now = this.clock.now().getTime();
    try {
      const incoming = await this.store.sweepIncoming(new Date(now - STALE_MS));
      const uploads = await this.store.parts.sweepUploads(new Date(now - STALE_PARTS_MS));
      if (incoming + uploads > 0) this.logger.info({ incoming, uploads }, 'half-received files removed');
    } catch (error) {
      // Leftovers cost room, nothing else: no reason not to start.
      this.logger.failure(error, {}, 'half-received files could not be removed');
    }
  }
}
