import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock';
import type { Tx } from '../../platform/database';
import type { Sweep } from '../../platform/outbox';
import { FIRST_HASH, type Linked, linkHash, linkHolds } from './report-chain.rules';

/** Versions that a transaction seals. */
const BATCH = 500;
/** Links that verification reads at a time. */
const PAGE = 2_000;

const LINKED = 'v.id, v.content_sha256, v.signature, v.signature_key_id, v.verification_code';

export interface ReportChainReport {
  readonly sealed: number;
  readonly unsealed: number;
  /** Place of the first link that does not hold; null when the chain is whole. */
  readonly brokenAt: number | null;
  /** Hash of the last link that holds: written down elsewhere, it proves later that nothing was cut off. */
  readonly head: string;
}

type LinkRow = Omit<Linked, 'id'> & {
  readonly id: string | null;
  readonly seq: string;
  readonly prev_hash: string;
  readonly hash: string;
};

/**
 * Chains report versions, county by county, after their commit and in batches, so that no signature waits for another.
 * The price is that the last seconds are not sealed yet, and verification says so. A batch is one transaction: a sealer
 * that is killed leaves links or none, and the next one goes on behind the last link.
 */
@Injectable()
export class ReportSealer implements Sweep {
  readonly name = 'report-seal';
  readonly batch = BATCH;

  constructor(private readonly clock: Clock) {}

  async sweep(tx: Tx): Promise<number> {
    const waiting = await tx.rows<Linked & { county_id: string }>(
      `SELECT seal.county_id, ${LINKED} FROM report_seal seal JOIN report_version v ON v.id = seal.version_id
       WHERE seal.seq IS NULL ORDER BY seal.county_id, seal.version_id LIMIT ${BATCH}`,
    );
    const heads = new Map<string, { seq: number; hash: string }>();
    const links: { id: string; seq: number; previous: string; hash: string }[] = [];
    for (const version of waiting) {
      const { seq: last, hash: previous } = heads.get(version.county_id) ?? (await this.head(tx, version.county_id));
      const seq = last + 1;
      const hash = linkHash(previous, seq, version);
      heads.set(version.county_id, { seq, hash });
      links.push({ id: version.id, seq, previous, hash });
    }
    if (links.length === 0) return 0;
    return tx.change(
      `UPDATE report_seal SET seq = link.seq, prev_hash = link.previous, hash = link.hash, sealed_at = $5
       FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[]) AS link (version_id, seq, previous, hash)
       WHERE report_seal.version_id = link.version_id AND report_seal.seq IS NULL`,
      [
        links.map(({ id }) => id),
        links.map(({ seq }) => seq),
        links.map(({ previous }) => previous),
        links.map(({ hash }) => hash),
        this.clock.now(),
      ],
    );
  }

  private async head(tx: Tx, countyId: string): Promise<{ seq: number; hash: string }> {
    const row = await tx.row<{ seq: string; hash: string }>(
      'SELECT seq, hash FROM report_seal WHERE county_id = $1 AND seq IS NOT NULL ORDER BY seq DESC LIMIT 1',
      [countyId],
    );
    return row ? { seq: Number(row.seq), hash: row.hash } : { seq: 0, hash: FIRST_HASH };
  }
}

/** Walks a county's chain of versions from the first link and says how far it is sealed and where it breaks, if it does. */
@Injectable()
export class ReportChain {
  async verify(tx: Tx, countyId: string): Promise<ReportChainReport> {
    const unsealed = await this.unsealed(tx, countyId);
    let head = FIRST_HASH;
    let sealed = 0;
    for (;;) {
      const rows = await this.page(tx, countyId, sealed);
      for (const row of rows) {
        const version = row.id === null ? null : { ...row, id: row.id };
        const link = { seq: sealed + 1, prev_hash: row.prev_hash, hash: row.hash, version };
        if (Number(row.seq) !== link.seq || !linkHolds(head, link)) {
          return { sealed, unsealed, brokenAt: sealed + 1, head };
        }
        sealed += 1;
        head = row.hash;
      }
      if (rows.length < PAGE) return { sealed, unsealed, brokenAt: null, head };
    }
  }

  private page(tx: Tx, countyId: string, after: number): Promise<LinkRow[]> {
    return tx.rows<LinkRow>(
      `SELECT seal.seq, seal.prev_hash, seal.hash, ${LINKED}
       FROM report_seal seal LEFT JOIN report_version v ON v.id = seal.version_id
       WHERE seal.county_id = $1 AND seal.seq > $2 ORDER BY seal.seq LIMIT ${PAGE}`,
      [countyId, after],
    );
  }

  private async unsealed(tx: Tx, countyId: string): Promise<number> {
    const row = await tx.row<{ n: string }>(
      'SELECT count(*) AS n FROM report_seal WHERE county_id = $1 AND seq IS NULL',
      [countyId],
    );
    return Number(row?.n ?? 0);
  }
}
