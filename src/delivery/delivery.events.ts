import type { DomainEvent } from '../platform/outbox';
import type { ReportKind } from '../reporting';
import type { Delivery } from './delivery.entities';
import type { DeliveryState } from './delivery.state';

/** A delivery was acknowledged, seen, or given up (subject: the delivery). */
export const DELIVERY_PROGRESSED = 'DeliveryProgressed';

/** Plain facts for the clocks: T8 is `deliveredAt`, T9 is `seenAt`; ISO 8601. */
export interface DeliveryFacts {
  readonly examId: string;
  readonly versionNumber: number;
  /** Of the version, or that it was called back. */
  readonly kind: ReportKind | 'recalled';
  readonly state: DeliveryState;
  readonly deliveredAt: string | null;
  readonly seenAt: string | null;
}

export function deliveryProgressed(
  delivery: Pick<
    Delivery,
    'id' | 'exam_id' | 'version_number' | 'version_kind' | 'event' | 'state' | 'delivered_at' | 'seen_at'
  >,
): DomainEvent {
  const facts: DeliveryFacts = {
    examId: delivery.exam_id,
    versionNumber: delivery.version_number,
    kind: delivery.event === 'recalled' ? 'recalled' : delivery.version_kind,
    state: delivery.state,
    deliveredAt: delivery.delivered_at?.toISOString() ?? null,
    seenAt: delivery.seen_at?.toISOString() ?? null,
  };
  return { kind: DELIVERY_PROGRESSED, subjectId: delivery.id, payload: { ...facts } };
}
