/** Ratios of used space, 0…1. */
export interface DiskThresholds {
  alarmAt: number;
  refuseImagesAt: number;
}

export const DEFAULT_DISK_THRESHOLDS: DiskThresholds = { alarmAt: 0.85, refuseImagesAt: 0.95 };

/** `refuse_images`: the room that is left is for requests and reports. */
export type DiskPressure = 'ok' | 'alarm' | 'refuse_images';

/** How full is too full. A ratio that cannot be read (NaN) counts as full: storing blindly is worse than refusing. */
export function diskPressure(usedRatio: number, thresholds: DiskThresholds = DEFAULT_DISK_THRESHOLDS): DiskPressure {
  if (!(usedRatio < thresholds.refuseImagesAt)) return 'refuse_images';
  return usedRatio < thresholds.alarmAt ? 'ok' : 'alarm';
}
