import { ReadingItem } from './reading-item.entity';

/** A reading item for tests of rules: a routine chest film that waits to be written. */
export function sampleItem(changes: Partial<ReadingItem> = {}): ReadingItem {
  const queuedAt = new Date('2026-03-02T01:00:00Z');
  return Object.assign(new ReadingItem(), {
    exam_id: '01900000-0000-7000-8000-000000000001',
    county_id: '01900000-0000-7000-8000-00000000000a',
    clinic_id: '01900000-0000-7000-8000-00000000000b',
    state: 'QUEUED',
    state_rev: 2,
    exam_rev: 2,
    priority: 'ROUTINE',
    rank: 1,
    due_at: new Date('2026-03-02T02:00:00Z'),
    overdue: false,
    modality: 'DX',
    image_set: 1,
    identity_hold: false,
    hospital_id: null,
    assigned_person_id: null,
    assignment_reason: null,
    stage: 'write',
    holder_id: null,
    holder_hospital_id: null,
    fence: 0,
    lease_until: null,
    heartbeat_at: null,
    writer_id: null,
    writer_hospital_id: null,
    reserved_until: null,
    queued_at: queuedAt,
    claimed_at: null,
    submitted_at: null,
    review_claimed_at: null,
    signed_at: null,
    ...changes,
  } satisfies Partial<ReadingItem>);
}
