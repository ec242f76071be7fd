import { Injectable } from '@nestjs/common';
import { DELIVERY_PROGRESSED, type DeliveryFacts } from '../delivery';
import { EXAM_CHANGED, type ExamFacts } from '../exams';
import { Clock } from '../platform/clock';
import type { Tx } from '../platform/database';
import type { Message, Subscription, TransactionalHandler } from '../platform/outbox';
import { REPORT_SIGNED, type SignedFacts } from '../reporting';
import { READING_PROGRESSED, type ReadingFacts } from '../worklist';

const CONSUMERS = {
  exam: 'turnaround.exam',
  reading: 'turnaround.reading',
  signed: 'turnaround.signed',
  delivery: 'turnaround.delivery',
} as const;

/** Nobody waits for statistics: they have a queue of their own, so that they never stand in front of a report. */
export const turnaroundSubscriptions: readonly Subscription[] = [
  { consumer: CONSUMERS.exam, event: EXAM_CHANGED, queue: 'readmodels' },
  { consumer: CONSUMERS.reading, event: READING_PROGRESSED, queue: 'readmodels' },
  { consumer: CONSUMERS.signed, event: REPORT_SIGNED, queue: 'readmodels' },
  { consumer: CONSUMERS.delivery, event: DELIVERY_PROGRESSED, queue: 'readmodels' },
];

/** Keeps the clocks from what events say. Each statement may run twice and in any order: newer facts win, first times stay. */
@Injectable()
export class ClockKeeper {
  constructor(private readonly clock: Clock) {}

  get handlers(): readonly TransactionalHandler[] {
    return [
      { consumer: CONSUMERS.exam, handle: (tx, message) => this.exam(tx, message) },
      { consumer: CONSUMERS.reading, handle: (tx, message) => this.reading(tx, message) },
      { consumer: CONSUMERS.signed, handle: (tx, message) => this.signed(tx, message) },
      { consumer: CONSUMERS.delivery, handle: (tx, message) => this.delivery(tx, message) },
    ];
  }

  private async exam(tx: Tx, message: Message): Promise<void> {
    const facts = message.payload as unknown as ExamFacts;
    await tx.change(
      `INSERT INTO exam_clock AS c (exam_id, county_id, clinic_id, modality, priority, source, state, exam_rev, returned_seconds, t0, t1, t2, t3, updated_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
       ON CONFLICT (exam_id) DO UPDATE SET clinic_id = excluded.clinic_id, modality = excluded.modality, priority = excluded.priority,
         source = excluded.source, state = excluded.state, exam_rev = excluded.exam_rev, returned_seconds = excluded.returned_seconds,
         t0 = excluded.t0, t1 = excluded.t1, t2 = excluded.t2, t3 = excluded.t3, updated_at = excluded.updated_at
       WHERE c.exam_rev < excluded.exam_rev`,
      [
        message.subjectId,
        tx.ctx.countyId,
        facts.clinicId,
        facts.modality ?? '',
        facts.priority,
        facts.source,
        facts.state,
        facts.rev,
        facts.returnedSeconds,
        facts.t0,
        facts.t1,
        facts.t2,
        facts.t3,
        this.clock.now(),
      ],
    );
  }

  private async reading(tx: Tx, message: Message): Promise<void> {
    const facts = message.payload as unknown as ReadingFacts;
    await tx.change(
      `INSERT INTO exam_clock AS c (exam_id, county_id, hospital_id, due_at, reading_rev, t4, t5, t6, updated_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       ON CONFLICT (exam_id) DO UPDATE SET hospital_id = excluded.hospital_id, due_at = excluded.due_at, reading_rev = excluded.reading_rev,
         t4 = excluded.t4, t5 = excluded.t5, t6 = excluded.t6, updated_at = excluded.updated_at
       WHERE c.reading_rev < excluded.reading_rev`,
      [
        message.subjectId,
        tx.ctx.countyId,
        facts.hospitalId,
        facts.dueAt,
        facts.rev,
        facts.t4,
        facts.t5,
        facts.t6,
        this.clock.now(),
      ],
    );
  }

  private async signed(tx: Tx, message: Message): Promise<void> {
    const facts = message.payload as unknown as SignedFacts;
    await this.first(tx, facts.examId, facts.kind === 'preliminary' ? 't7_preliminary' : 't7', facts.signedAt);
  }

  private async delivery(tx: Tx, message: Message): Promise<void> {
    const facts = message.payload as unknown as DeliveryFacts;
    // The clinic is served by the formal report: a preliminary one, or the news of a recall, starts neither of its clocks.
    if (facts.kind === 'preliminary' || facts.kind === 'recalled') return;
    if (facts.deliveredAt) await this.first(tx, facts.examId, 't8', facts.deliveredAt);
    if (facts.seenAt) await this.first(tx, facts.examId, 't9', facts.seenAt);
  }

  /** Keeps the earliest of the times told for one clock. */
  private async first(
    tx: Tx,
    examId: string,
    column: 't7_preliminary' | 't7' | 't8' | 't9',
    at: string,
  ): Promise<void> {
    await tx.change(
      `INSERT INTO exam_clock AS c (exam_id, county_id, ${column}, updated_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (exam_id) DO UPDATE SET ${column} = least(c.${column}, excluded.${column}), updated_at = excluded.updated_at`,
      [examId, tx.ctx.countyId, at, this.clock.now()],
    );
  }
}
