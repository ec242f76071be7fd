import type { ReportContent } from '../report-content';

/** Raised when a field changes its meaning or goes; fields may be added without. */
export const WEBHOOK_SCHEMA_VERSION = 1;

/**
 * The JSON of a webhook (Standard Webhooks: type, timestamp, data). It depends on the signed version alone, so every
 * attempt of a delivery sends the same bytes under the same `webhook-id`, which is the `deliveryId` in it.
 */
export function webhookBody(deliveryId: string, content: ReportContent): string {
  return JSON.stringify({
    type: content.kind === 'recalled' ? 'report.recalled' : 'report.signed',
    schemaVersion: WEBHOOK_SCHEMA_VERSION,
    timestamp: content.recalledAt ?? content.reportVersion.signedAt,
    data: { deliveryId, ...content },
  });
}
