import type { Subscription } from '../platform/outbox';
import { REPORT_SIGNED } from './reporting.events';

export const RENDER_PDF = 'reporting.render-pdf';

export const reportingSubscriptions: readonly Subscription[] = [
  { consumer: RENDER_PDF, event: REPORT_SIGNED, queue: 'documents' },
];
