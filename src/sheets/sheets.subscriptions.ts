import type { Subscription } from '../platform/outbox';
import { REPORT_SIGNED } from '../reporting';

export const RENDER_PDF = 'sheets.render-pdf';

export const sheetsSubscriptions: readonly Subscription[] = [
  { consumer: RENDER_PDF, event: REPORT_SIGNED, queue: 'documents' },
];
