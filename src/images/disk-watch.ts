import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { type BlobStore, diskPressure, type DiskPressure } from '../platform/blob';
import { Config } from '../platform/config';
import { commonErrors, DomainError } from '../platform/errors';
import { Logger } from '../platform/logging';
import { Metrics } from '../platform/metrics';
import { BLOB_STORE } from './blob-provider';

/** `statfs` is cheap, but not once per instance. */
const FRESH_MS = 1_000;
const LOOK_EVERY_MS = 15_000;
const LEVEL: Readonly<Record<DiskPressure, number>> = { ok: 0, alarm: 1, refuse_images: 2 };

/**
 * Watches how full the image disk is. From DISK_ALARM_RATIO on it raises an alarm (metric, log), from DISK_REFUSE_RATIO
 * on images are refused while requests, reports and deliveries go on: the room that is left is theirs.
 */
@Injectable()
export class DiskWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly ratio;
  private readonly level;
  private timer: NodeJS.Timeout | undefined;
  private pressure: DiskPressure = 'ok';
  private looked: { at: number; done: Promise<DiskPressure> } | undefined;

  constructor(
    @Inject(BLOB_STORE) private readonly store: BlobStore,
    private readonly config: Config,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.ratio = metrics.gauge('cic_disk_used_ratio', 'Share of the image disk in use, 0 to 1');
    this.level = metrics.gauge('cic_disk_pressure', '0 fine, 1 alarm, 2 images are refused');
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.look();
    // A look that fails is repeated; a scrape meanwhile shows the last one.
    this.timer = setInterval(() => void this.look().catch(() => undefined), LOOK_EVERY_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** @throws DomainError `disk_full` (507) when no images may be taken in now */
  async admitImages(): Promise<void> {
    if ((await this.look()) === 'refuse_images') throw new DomainError(commonErrors.disk_full);
  }

  private look(): Promise<DiskPressure> {
    const now = performance.now();
    if (!this.looked || now - this.looked.at > FRESH_MS) this.looked = { at: now, done: this.measure() };
    return this.looked.done;
  }

  private async measure(): Promise<DiskPressure> {
    const { usedRatio, freeBytes } = await this.store.usage();
    const { DISK_ALARM_RATIO: alarmAt, DISK_REFUSE_RATIO: refuseImagesAt } = this.config.env;
    const pressure = diskPressure(usedRatio, { alarmAt, refuseImagesAt });
    this.ratio.set(usedRatio);
    this.level.set(LEVEL[pressure]);
    if (pressure !== this.pressure) {
      this.logger.warn({ usedRatio, freeBytes, pressure }, 'pressure on the image disk has changed');
      this.pressure = pressure;
    }
    return pressure;
  }
}
