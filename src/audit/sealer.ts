import { Injectable } from '@nestjs/common';
import type { Tx } from '../platform/database';
import type { Sweep } from '../platform/outbox';
import { FIRST_SEAL, sealOf, type SealedContent } from './seal.rules';

/** Rows that a transaction seals: short ones, because they write where everybody writes. */
const BATCH = 500;
/** Rows that verification reads at a time. */
const PAGE = 2_000;

/** What a row's seal covers; times and details as canonical text, so that the hash does not depend on the driver. */
const CONTENT = `id, county_id, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at, actor_kind, actor_id,
  actor_name, action, subject_type, subject_id, reason, details::text AS details, request_id, ip`;

export interface ChainReport {
  readonly sealed: number;
  readonly unsealed: number;
  /** Position of the first row whose seal does not fit; null when the chain is whole. */
  readonly brokenAt: number | null;
}

/**
 * Chains committed audit rows, county by county, in batches. It runs after the commits it seals, so that no business
 * transaction waits for another: the price is that the last seconds are not sealed yet, and verification says so.
 */
@Injectable()
export class Sealer implements Sweep {
  readonly name = 'audit-seal';
  readonly batch = BATCH;

  async sweep(tx: Tx): Promise<number> {
    const rows = await tx.rows<SealedContent>(
      `SELECT ${CONTENT} FROM audit_event WHERE seal_number IS NULL ORDER BY county_id, id LIMIT ${BATCH}`,
    );
    const heads = new Map<string, { number: number; seal: string }>();
    const sealed: { id: string; number: number; seal: string }[] = [];
    for (const row of rows) {
      const head = heads.get(row.county_id) ?? (await this.head(tx, row.county_id));
      const number = head.number + 1;
      const seal = sealOf(head.seal, number, row);
      heads.set(row.county_id, { number, seal });
      sealed.push({ id: row.id, number, seal });
    }
    if (sealed.length === 0) return 0;
    return tx.change(
      `UPDATE audit_event SET seal_number = new_seal.number, seal = new_seal.seal
       FROM unnest($1::uuid[], $2::bigint[], $3::text[]) AS new_seal (id, number, seal)
       WHERE audit_event.id = new_seal.id AND audit_event.seal_number IS NULL`,
      [sealed.map((s) => s.id), sealed.map((s) => s.number), sealed.map((s) => s.seal)],
    );
  }

  /** Walks a county's chain from the first row and says how far it is sealed and where it breaks, if it does. */
  async verify(tx: Tx, countyId: string): Promise<ChainReport> {
    let previous = FIRST_SEAL;
    let number = 0;
    for (;;) {
      const rows = await tx.rows<SealedContent & { seal_number: string; seal: string }>(
        `SELECT ${CONTENT}, seal_number, seal FROM audit_event
         WHERE county_id = $1 AND seal_number > $2 ORDER BY seal_number LIMIT ${PAGE}`,
        [countyId, number],
      );
      for (const row of rows) {
        number += 1;
        if (Number(row.seal_number) !== number || sealOf(previous, number, row) !== row.seal) {
          return { sealed: number - 1, unsealed: await this.unsealed(tx, countyId), brokenAt: number };
        }
        previous = row.seal;
      }
      if (rows.length < PAGE) return { sealed: number, unsealed: await this.unsealed(tx, countyId), brokenAt: null };
    }
  }

  private async head(tx: Tx, countyId: string): Promise<{ number: number; seal: string }> {
    const row = await tx.row<{ seal_number: string; seal: string }>(
      'SELECT seal_number, seal FROM audit_event WHERE county_id = $1 AND seal_number IS NOT NULL ORDER BY seal_number DESC LIMIT 1',
      [countyId],
    );
    return row ? { number: Number(row.seal_number), seal: row.seal } : { number: 0, seal: FIRST_SEAL };
  }

  private async unsealed(tx: Tx, countyId: string): Promise<number> {
    const row = await tx.row<{ n: string }>(
      'SELECT count(*) AS n FROM audit_event WHERE county_id = $1 AND seal_number IS NULL',
      [countyId],
    );
    return Number(row?.n ?? 0);
  }
}
