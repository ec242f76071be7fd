import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock';
import type { Tx } from '../platform/database';
import { newId } from '../platform/ids';
import { WakeBus } from '../platform/wake';
import { addresses, PEOPLE, type Receiver } from './receivers';

export interface Telling {
  /** `<slice>.<what happened>`; screens choose a symbol and a link by it. */
  readonly kind: string;
  readonly examId?: string;
  /** A short Chinese sentence without patient data beyond the accession number. */
  readonly text: string;
  readonly to: readonly Receiver[];
  /** Who is left out although he belongs to them: he did himself what is told. */
  readonly butNot?: string | null;
  /** Shown over everything else until it is read. */
  readonly urgent?: boolean;
  /** Ids and plain facts for the screen. */
  readonly params?: Readonly<Record<string, unknown>>;
  /** Told once per key, however often it is said. */
  readonly key?: string;
}

/** One person's receipt of a notice. */
export interface ReceiptView {
  readonly noticeId: string;
  readonly personId: string;
  readonly name: string;
  readonly toldAt: Date;
  /** Null until he has read it. */
  readonly readAt: Date | null;
}

/** Wakes the open screens of a county. */
export const noticesTopic = (countyId: string): string => `notices:${countyId}`;

/**
 * Tells people. A group is resolved to its people at the moment of telling: who was told is a fact that a later change of
 * posts must not rewrite. The screen is the only port; another one (SMS, phone) would read the same receipts.
 */
@Injectable()
export class Notices {
  constructor(
    private readonly clock: Clock,
    private readonly wake: WakeBus,
  ) {}

  /** Tells in the caller's transaction; with a `key` told before, nothing is told again. */
  async tell(tx: Tx, telling: Telling): Promise<void> {
    await this.tellAndKeep(tx, telling);
  }

  /** The same for callers that keep who was told: answers the notice's id, of a `key` told before that of the first. */
  async tellAndKeep(tx: Tx, telling: Telling): Promise<string> {
    const { countyId } = tx.ctx;
    const told = await tx.row<{ id: string }>(TELL, [
      countyId,
      JSON.stringify(addresses(telling.to)),
      newId(),
      telling.kind,
      telling.examId ?? null,
      telling.text,
      JSON.stringify(telling.params ?? {}),
      telling.urgent ?? false,
      JSON.stringify(telling.to),
      telling.key ?? null,
      this.clock.now(),
      telling.butNot ?? null,
    ]);
    if (!told) return this.known(tx, telling.key!);
    tx.afterCommit(() => this.wake.announce(noticesTopic(countyId)));
    return told.id;
  }

  /** How many of those addressed have a screen before them: a notice stream or any request since `since`. */
  async present(tx: Tx, to: readonly Receiver[], since: Date): Promise<number> {
    const row = await tx.row<{ n: string }>(PRESENT, [tx.ctx.countyId, JSON.stringify(addresses(to)), since]);
    return Number(row?.n ?? 0);
  }

  /** How many people the addresses mean at this moment. */
  async reaches(tx: Tx, to: readonly Receiver[]): Promise<number> {
    const row = await tx.row<{ n: string }>(`SELECT count(*) AS n FROM (${PEOPLE}) AS people`, [
      tx.ctx.countyId,
      JSON.stringify(addresses(to)),
    ]);
    return Number(row?.n ?? 0);
  }

  /** Who was told by these notices, and when each of them read it; by notice, in the order of names. */
  async receipts(tx: Tx, noticeIds: readonly string[]): Promise<ReceiptView[]> {
    return tx.rows<ReceiptView>(
      `SELECT r.notice_id AS "noticeId", r.person_id AS "personId", p.name, r.told_at AS "toldAt", r.read_at AS "readAt"
       FROM notice_receipt r JOIN person p ON p.id = r.person_id
       WHERE r.county_id = $1 AND r.notice_id = ANY($2) ORDER BY r.notice_id, p.name, p.id`,
      [tx.ctx.countyId, noticeIds],
    );
  }

  private async known(tx: Tx, key: string): Promise<string> {
    const row = await tx.row<{ id: string }>('SELECT id FROM notice WHERE county_id = $1 AND key = $2', [
      tx.ctx.countyId,
      key,
    ]);
    return row!.id;
  }
}

/** The notice and its receipts in one statement; no row when the key was told before. */
const TELL = `
  WITH told AS (
    INSERT INTO notice (id, county_id, kind, exam_id, text, params, urgent, addressed, key, told_at)
    VALUES ($3, $1, $4, $5, $6, $7, $8, $9, $10, $11)
    ON CONFLICT (county_id, key) WHERE key IS NOT NULL DO NOTHING RETURNING id
  ), receipts AS (
    INSERT INTO notice_receipt (county_id, person_id, notice_id, told_at)
    SELECT $1, people.id, told.id, $11 FROM told CROSS JOIN (${PEOPLE}) AS people
    WHERE people.id IS DISTINCT FROM $12::uuid
  )
  SELECT id FROM told`;

const PRESENT = `
  SELECT count(*) AS n FROM (${PEOPLE}) AS people
  WHERE EXISTS (SELECT 1 FROM notice_listener l WHERE l.county_id = $1 AND l.person_id = people.id AND l.heard_at >= $3)
     OR EXISTS (SELECT 1 FROM session s WHERE s.county_id = $1 AND s.person_id = people.id AND s.ended_at IS NULL AND s.seen_at >= $3)`;
