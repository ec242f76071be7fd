import type { Subscription } from '../platform/outbox';
import { REPORT_OPENED, REPORT_RECALLED, REPORT_SIGNED } from '../reporting';
import { CLINIC_OPENED } from '../tenancy';

export const OPEN_INBOX = 'delivery.open-inbox';
export const FAN_OUT = 'delivery.fan-out';
export const WITHDRAW = 'delivery.withdraw';
export const OPENED = 'delivery.opened';
export const DRAIN = 'delivery.drain';

export const deliverySubscriptions: readonly Subscription[] = [
  { consumer: OPEN_INBOX, event: CLINIC_OPENED, queue: 'events' },
  // Somebody waits at the clinic: no upload and no slow endpoint stands in front of a signed report.
  { consumer: FAN_OUT, event: REPORT_SIGNED, queue: 'replies' },
  { consumer: WITHDRAW, event: REPORT_RECALLED, queue: 'replies' },
  { consumer: OPENED, event: REPORT_OPENED, queue: 'events' },
  // Subject: the lane. One run sees to everything that is due in it.
  { consumer: DRAIN, queue: 'delivery', coalesce: true },
];
