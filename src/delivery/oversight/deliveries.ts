import { Injectable } from '@nestjs/common';
import { type Ctx, visibleClinics } from '../../platform/context';
import { Db, type Page, pageOf } from '../../platform/database';
import { commonErrors, DomainError } from '../../platform/errors';
import type { DeliveryList } from '../delivery.dto';
import type { Delivery, DeliveryAttempt, DeliveryEvent } from '../delivery.entities';
import type { DeliveryState } from '../delivery.state';
import { idCursor } from '../id-cursor';

type DeliveryRow = Delivery & {
  readonly channel_name: string;
  readonly clinic_name: string;
  readonly accession_number: string | null;
};

/** A delivery as operators and the exam's page see it: our leg and the clinic's word side by side. No patient data. */
export interface DeliveryView {
  readonly deliveryId: string;
  readonly clinicId: string;
  readonly clinicName: string;
  readonly channel: { readonly channelId: string; readonly kind: string; readonly name: string };
  readonly examId: string;
  readonly accessionNumber: string | null;
  readonly reportVersion: {
    readonly versionId: string;
    readonly number: number;
    readonly kind: string;
    readonly signedAt: Date;
  };
  readonly event: DeliveryEvent;
  readonly seq: number | null;
  readonly state: DeliveryState;
  /** One of its attempts ended without our knowing whether the clinic has the report. */
  readonly ambiguous: boolean;
  readonly attempts: number;
  readonly nextAttemptAt: Date | null;
  readonly lastError: string | null;
  readonly supersededBy: string | null;
  readonly createdAt: Date;
  readonly sentAt: Date | null;
  readonly deliveredAt: Date | null;
  readonly seenAt: Date | null;
  readonly seenBy: string | null;
}

/** Adds names to rows that `deliveries` has chosen, in the order `order`. */
const withNames = (deliveries: string, order: string): string =>
  `SELECT d.*, c.name AS channel_name, k.name AS clinic_name, v.subject->>'accessionNumber' AS accession_number
   FROM (${deliveries}) d JOIN channel c ON c.id = d.channel_id JOIN clinic k ON k.id = d.clinic_id
   JOIN report_version v ON v.id = d.report_version_id ORDER BY ${order}`;

/** Parameters: county, state, clinic, id to go on behind, rows. Named, because its plan is tested. */
export const DELIVERIES_PAGE = withNames(
  `SELECT * FROM delivery
   WHERE county_id = $1 AND ($2::text IS NULL OR state = $2) AND ($3::uuid IS NULL OR clinic_id = $3)
     AND ($4::uuid IS NULL OR id < $4)
   ORDER BY id DESC LIMIT $5`,
  'd.id DESC',
);

/** Attempts shown of one delivery, newest first: several rounds of the retry table. */
const SHOWN_ATTEMPTS = 500;

@Injectable()
export class Deliveries {
  constructor(private readonly db: Db) {}

  /** The county's deliveries, newest first; keyset on the id. */
  async list(ctx: Ctx, input: DeliveryList): Promise<Page<DeliveryView>> {
    const rows = await this.db.read(ctx, (tx) =>
      tx.rows<DeliveryRow>(DELIVERIES_PAGE, [
        ctx.countyId,
        input.state ?? null,
        input.clinic ?? null,
        idCursor(input.cursor),
        input.limit + 1,
      ]),
    );
    return pageOf(rows, input.limit, view, (last) => [last.id]);
  }

  /** One delivery with its attempts. Throws `not_found`. */
  async one(ctx: Ctx, deliveryId: string): Promise<object> {
    return this.db.read(ctx, async (tx) => {
      const row = await tx.row<DeliveryRow>(
        withNames('SELECT * FROM delivery WHERE county_id = $1 AND id = $2', 'd.id'),
        [ctx.countyId, deliveryId],
      );
      if (!row) throw new DomainError(commonErrors.not_found);
      const attempts = await tx.rows<DeliveryAttempt>(
        `SELECT * FROM delivery_attempt WHERE county_id = $1 AND delivery_id = $2 ORDER BY number DESC LIMIT ${SHOWN_ATTEMPTS}`,
        [ctx.countyId, deliveryId],
      );
      return { ...view(row), attemptList: attempts.map(attemptView) };
    });
  }

  /** The deliveries of an exam that the caller may see, in the order of its versions. */
  async ofExam(ctx: Ctx, examId: string): Promise<DeliveryView[]> {
    const visible = visibleClinics(ctx);
    const rows = await this.db.read(ctx, (tx) =>
      tx.rows<DeliveryRow>(
        withNames(
          `SELECT * FROM delivery
           WHERE county_id = $1 AND exam_id = $2 AND ($3::uuid[] IS NULL OR clinic_id = ANY($3))`,
          'd.version_number, d.id',
        ),
        [ctx.countyId, examId, visible],
      ),
    );
    return rows.map(view);
  }
}

const view = (row: DeliveryRow): DeliveryView => ({
  deliveryId: row.id,
  clinicId: row.clinic_id,
  clinicName: row.clinic_name,
  channel: { channelId: row.channel_id, kind: row.channel_kind, name: row.channel_name },
  examId: row.exam_id,
  accessionNumber: row.accession_number,
  reportVersion: {
    versionId: row.report_version_id,
    number: row.version_number,
    kind: row.version_kind,
    signedAt: row.signed_at,
  },
  event: row.event,
  seq: row.seq === null ? null : Number(row.seq),
  state: row.state,
  ambiguous: row.ambiguous,
  attempts: row.attempts,
  nextAttemptAt: row.next_attempt_at,
  lastError: row.last_error,
  supersededBy: row.superseded_by,
  createdAt: row.created_at,
  sentAt: row.sent_at,
  deliveredAt: row.delivered_at,
  seenAt: row.seen_at,
  seenBy: row.seen_by_name,
});

const attemptView = (row: DeliveryAttempt): object => ({
  number: row.number,
  startedAt: row.started_at,
  finishedAt: row.finished_at,
  outcome: row.outcome,
  code: row.code,
  phase: row.phase,
  httpStatus: row.http_status,
  durationMs: row.duration_ms,
  detail: row.detail,
});
