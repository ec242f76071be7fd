import { Injectable } from '@nestjs/common';
import { systemCtx } from '../platform/context';
import { Db, type Tx } from '../platform/database';
import { newId } from '../platform/ids';
import { eachOf, type Message, type Sweep, type TransactionalHandler } from '../platform/outbox';
import type { ReportKind } from '../reporting';
import { Compare } from './comparing/compare';
import {
  COMPARE,
  END_WITH_EXAM,
  IMPORTANT_DUE,
  LADDER,
  OPEN_PATIENT_NOTICE,
  PATIENT_NOTICE_DUE,
  REVIEW_RECALLED,
} from './critical.subscriptions';
import { ExamEnds } from './withdrawing/exam-ends';
import { ImportantService } from './important/important.service';
import { Ladder } from './ladder/ladder';
import { PatientNoticesService } from './patient-notices/patient-notices.service';

/** What is due at $1, of all counties: the net under the timers. Each table has an index of its next moments. */
export const DUE = {
  cycles: 'SELECT id, county_id FROM critical_cycle WHERE next_due_at <= $1 ORDER BY next_due_at LIMIT 500',
  important: 'SELECT id, county_id FROM important_finding WHERE next_due_at <= $1 ORDER BY next_due_at LIMIT 500',
  patientNotices: 'SELECT id, county_id FROM patient_notice WHERE next_due_at <= $1 ORDER BY next_due_at LIMIT 500',
} as const;

interface Timer {
  readonly consumer: string;
  readonly due: string;
  readonly look: (tx: Tx, id: string) => Promise<void>;
}

/** The slice's jobs: its three timers, each with the sweep under it, and its ears for what becomes of reports and exams. */
@Injectable()
export class CriticalJobs {
  readonly handlers: readonly TransactionalHandler[];
  readonly sweeps: readonly Sweep[];

  constructor(
    private readonly db: Db,
    private readonly compare: Compare,
    private readonly patientNotices: PatientNoticesService,
    examEnds: ExamEnds,
    ladder: Ladder,
    important: ImportantService,
  ) {
    const timers: readonly Timer[] = [
      { consumer: LADDER, due: DUE.cycles, look: (tx, id) => ladder.look(tx, id) },
      { consumer: IMPORTANT_DUE, due: DUE.important, look: (tx, id) => important.look(tx, id) },
      { consumer: PATIENT_NOTICE_DUE, due: DUE.patientNotices, look: (tx, id) => patientNotices.look(tx, id) },
    ];
    this.handlers = [
      { consumer: COMPARE, handle: (tx, { payload }) => this.compare.exam(tx, String(payload['examId'])) },
      {
        consumer: REVIEW_RECALLED,
        handle: (tx, { subjectId, payload }) => this.compare.recalled(tx, String(payload['examId']), subjectId),
      },
      { consumer: END_WITH_EXAM, handle: (tx, message) => examEnds.heard(tx, message) },
      { consumer: OPEN_PATIENT_NOTICE, handle: (tx, message) => this.openPatientNotice(tx, message) },
      ...timers.map(({ consumer, look }) => ({
        consumer,
        handle: (tx: Tx, message: Message) => look(tx, message.subjectId),
      })),
    ];
    this.sweeps = timers.map((timer) => this.sweepOf(timer));
  }

  private async openPatientNotice(tx: Tx, { subjectId: versionId, payload }: Message): Promise<void> {
    const cause = await outdates(tx, versionId, payload['kind']);
    if (!cause) return;
    await this.patientNotices.open(tx, {
      clinic_id: String(payload['clinicId']),
      exam_id: String(payload['examId']),
      cause,
      cause_id: versionId,
    });
  }

  private sweepOf({ consumer, due, look }: Timer): Sweep {
    return {
      name: consumer,
      sweep: async (tx, now) => {
        const rows = await tx.rows<{ id: string; county_id: string }>(due, [now]);
        // One that cannot be told of must not keep the others silent.
        await eachOf(rows, ({ id, county_id: countyId }) =>
          this.db.write(systemCtx(consumer, countyId, newId()), (own) => look(own, id)),
        );
        return rows.length;
      },
    };
  }
}

const CORRECTIONS: readonly unknown[] = ['corrected', 'demographics'] satisfies ReportKind[];

/**
 * Why the patient holds a paper that is not so any more, now that a version of this kind is signed. One with a wrong name
 * is as worthless to him as one with a wrong finding. A formal report corrects the preliminary one where a doctor acts on
 * what it says differently; reporting has written that down with the version.
 */
async function outdates(tx: Tx, versionId: string, kind: unknown): Promise<'corrected' | 'void' | undefined> {
  if (kind === 'void') return 'void';
  if (CORRECTIONS.includes(kind)) return 'corrected';
  if (kind !== ('final' satisfies ReportKind)) return undefined;
  const differs = await tx.row('SELECT 1 FROM report_discrepancy WHERE county_id = $1 AND version_id = $2', [
    tx.ctx.countyId,
    versionId,
  ]);
  return differs ? 'corrected' : undefined;
}
