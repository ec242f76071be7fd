import { Injectable } from '@nestjs/common';
import { Deliveries, type DeliveryView } from '../delivery';
import { Exams } from '../exams';
import { can, type Ctx } from '../platform/context';
import { Reports, type ReportVersionView } from '../reporting';
import { type ItemView, WorklistQueries } from '../worklist';

/**
 * T0 exam start · T1 exam end · T2 first byte · T3 queued · T4 claimed · T5 submitted · T6 review claimed · T7 signed ·
 * T8 delivered · T9 seen; null while it has not come to that.
 */
export interface Timeline {
  readonly t0: Date | null;
  readonly t1: Date | null;
  readonly t2: Date | null;
  readonly t3: Date | null;
  readonly t4: Date | null;
  readonly t5: Date | null;
  readonly t6: Date | null;
  readonly t7: Date | null;
  readonly t8: Date | null;
  readonly t9: Date | null;
}

/** Everything about one exam on one page, gathered from the slices that know it; nothing is stored here. */
@Injectable()
export class ExamPage {
  constructor(
    private readonly exams: Exams,
    private readonly worklist: WorklistQueries,
    private readonly reports: Reports,
    private readonly deliveries: Deliveries,
  ) {}

  /** Throws `not_found` when the exam is not the caller's to see. */
  async show(ctx: Ctx, examId: string): Promise<object> {
    const exam = await this.exams.detail(ctx, examId);
    const [item, versions, deliveries] = await Promise.all([
      this.worklist.ofExam(ctx, examId),
      this.reports.ofExam(ctx, examId),
      this.deliveries.ofExam(ctx, examId),
    ]);
    return {
      ...exam,
      dueAt: item?.dueAt ?? null,
      overdue: item?.overdue ?? false,
      reading: item && can(ctx, 'worklist.read') ? reading(item) : readingForClinic(ctx, exam, item),
      reports: versions.map(versionLine),
      deliveries,
      timeline: timelineOf(exam, item, versions, deliveries),
    };
  }
}

const reading = (item: ItemView): object => ({
  badge: item.badge,
  parked: item.parked,
  takenOver: item.takenOver,
  idleAt: item.idleAt,
  stage: item.stage,
  fence: item.fence,
  holder: item.holder,
  leaseUntil: item.leaseUntil,
  writer: item.writer,
  assignment: item.assignment,
});

/**
 * A clinic sees which hospital reads its exam, not who holds the claim. Where its own doctor writes (review mode), he sees
 * why it came back to him, and until when it is his alone.
 */
function readingForClinic(ctx: Ctx, { mode }: { readonly mode: string }, item: ItemView | undefined): object | null {
  if (!item) return null;
  const seen = { stage: item.stage, hospital: (item.holder ?? item.writer)?.hospitalName ?? null };
  const writes = mode === 'review' && can(ctx, 'report.write_at_clinic');
  return writes ? { ...seen, badge: item.badge, reservedUntil: item.reservedUntil } : seen;
}

const versionLine = ({
  versionId,
  number,
  kind,
  supersededBy,
  signedAt,
  writer,
  reviewer,
  pdf,
}: ReportVersionView): object => ({
  versionId,
  number,
  kind,
  supersededBy,
  signedAt,
  writer: writer.name,
  reviewer: reviewer.name,
  pdfUrl: `/api/reports/${versionId}/pdf`,
  pdfReady: pdf !== null,
});

type ExamTimes = { examStart: Date | null; examEnd: Date | null; firstByteAt: Date | null; queuedAt: Date | null };

/** The clocks at their sources; T7 is the first signature, T8 and T9 the first delivery and the first look at it. */
export function timelineOf(
  exam: ExamTimes,
  item: Pick<ItemView, 'claimedAt' | 'submittedAt' | 'reviewClaimedAt'> | undefined,
  versions: readonly Pick<ReportVersionView, 'signedAt'>[],
  deliveries: readonly Pick<DeliveryView, 'deliveredAt' | 'seenAt'>[],
): Timeline {
  return {
    t0: exam.examStart,
    t1: exam.examEnd,
    t2: exam.firstByteAt,
    t3: exam.queuedAt,
    t4: item?.claimedAt ?? null,
    t5: item?.submittedAt ?? null,
    t6: item?.reviewClaimedAt ?? null,
    t7: earliest(versions.map(({ signedAt }) => signedAt)),
    t8: earliest(deliveries.map(({ deliveredAt }) => deliveredAt)),
    t9: earliest(deliveries.map(({ seenAt }) => seenAt)),
  };
}

function earliest(times: readonly (Date | null)[]): Date | null {
  return times.reduce((first, time) => (time && (!first || time < first) ? time : first), null);
}
